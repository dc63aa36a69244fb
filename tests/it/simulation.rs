//! Weeks of waiting in seconds: the real machine and the real planner over the real sandbox, with everything that can
//! go wrong between two effects, from a seed alone.
//!
//! `GALLERIST_SEED=7` tells one history with all that happened in it; `GALLERIST_HISTORIES=200000` tells so many.

mod auditor;
mod books;
mod dice;
mod edits;
mod history;
mod people;
mod shop;
mod shrink;
mod stage;
mod teeth;
mod world;

use auditor::Intents;
use history::{History, Trouble};
use stage::Stage;
use std::cell::RefCell;
use std::rc::Rc;
use teeth::Sabotage;
use world::World;

/// How many histories the ordinary test command tells.
const HISTORIES: u64 = 2_000;

/// Tests that share them.
const SHARES: u64 = 8;

/// What came of a history.
struct Told {
    /// What must never happen and did.
    breaches: Vec<String>,
    /// What happened, in order.
    lines: Vec<String>,
}

/// Tells a history; the same history is always told the same.
fn tell(history: &History, sabotage: Option<Sabotage>) -> Told {
    tell_aloud(history, sabotage, false)
}

fn tell_aloud(history: &History, sabotage: Option<Sabotage>, aloud: bool) -> Told {
    let intents = Rc::new(RefCell::new(Intents::default()));
    let stage = Stage::new(history, sabotage);
    let planners = stage.planners(&intents);
    let mut world = World::new(history, &stage, &planners, &intents, aloud);
    for happening in &history.happenings {
        world.happen(happening);
    }
    world.end(&intents);
    let auditor = world.shop.auditor;
    Told { breaches: auditor.breaches, lines: auditor.told.unwrap_or_default() }
}

/// One thread: histories are small, and several tests run at once.
fn alone<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(act)
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}")))
}

/// Tells every history of a share; the first one that breaks something is made as short as can be and told aloud.
fn share(which: u64) {
    alone(|| {
        if let Some(seed) = number("GALLERIST_SEED") {
            if seed % SHARES == which {
                let told = tell_aloud(&History::of(seed), None, true);
                println!("{}", told.lines.join("\n"));
                assert!(told.breaches.is_empty(), "{}", shrink::report(&History::of(seed), None));
            }
            return;
        }
        let histories = number("GALLERIST_HISTORIES").unwrap_or(HISTORIES);
        for seed in (0..histories).filter(|seed| seed % SHARES == which) {
            let history = History::of(seed);
            if !tell(&history, None).breaches.is_empty() {
                panic!("{}", shrink::report(&history, None));
            }
        }
    });
}

macro_rules! shares {
    ($($name:ident $which:literal)*) => {$(
        #[test]
        fn $name() {
            share($which);
        }
    )*};
}

shares! {
    whatever_happens_the_first_share_is_sound 0
    whatever_happens_the_second_share_is_sound 1
    whatever_happens_the_third_share_is_sound 2
    whatever_happens_the_fourth_share_is_sound 3
    whatever_happens_the_fifth_share_is_sound 4
    whatever_happens_the_sixth_share_is_sound 5
    whatever_happens_the_seventh_share_is_sound 6
    whatever_happens_the_eighth_share_is_sound 7
}

#[test]
fn a_seed_tells_the_same_history_each_time() {
    alone(|| {
        for seed in 0..20 {
            let once = tell_aloud(&History::of(seed), None, true).lines;
            assert!(once.len() > 20, "{seed}: something happens");
            assert_eq!(once, tell_aloud(&History::of(seed), None, true).lines, "{seed}");
        }
    });
}

#[test]
fn histories_are_calm_and_stormy() {
    let troubles: Vec<usize> = (0..400).map(|seed| History::of(seed).troubles().len()).collect();
    assert!(troubles.iter().any(|count| *count <= 1), "some are calm");
    assert!(troubles.iter().any(|count| *count > 10), "some are stormy");
    for trouble in Trouble::ALL {
        let felt = (0..400).any(|seed| History::of(seed).troubles().contains(&trouble));
        assert!(felt, "{trouble:?}");
    }
}
