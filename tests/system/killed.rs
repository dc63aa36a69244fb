//! Real processes that are killed at any moment, several at once, over each of the stores: what arrived at the marketplace
//! is what the definitions said, once, and the ledger knows all of it.

mod shop;

use crate::chance::Chance;
use crate::ledger::server::Server;
use gallerist::model::Value;
use gallerist::sandbox::{Standing, State, Store};
use gallerist::submission::{OperationKind, SubmissionId};
use shop::{Shop, Where};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Child;
use std::time::{Duration, Instant};

/// How many processes are killed before a store is judged.
const KILLS: u32 = 300;
/// The most that run at once.
const AT_ONCE: u64 = 8;

/// Runs are begun and killed, prices change, reviewers decide; in the end somebody has the time to let everything finish.
fn storm(mut shop: Shop) {
    let seed = std::env::var("GALLERIST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_126);
    let mut chance = Chance::new(seed);
    let time_of_run = |shop: &Shop| {
        let begun = Instant::now();
        shop.reconcile();
        begun.elapsed()
    };
    let (long, short) = (time_of_run(&shop), time_of_run(&shop));
    let (mut killed, mut round) = (0, 0);
    while killed < KILLS {
        round += 1;
        shop.next_round();
        if chance.one_in(2) {
            shop.change_a_price(&mut chance);
        }
        match chance.below(4) {
            0 => shop.review(&["--approve-all"]),
            1 => shop.reject_one(),
            _ => {}
        }
        let mut runs: Vec<(Duration, Child)> = Vec::new();
        for place in 0..=chance.below(AT_ONCE) {
            // Most runs find little to do; and some come through.
            let usual = if chance.one_in(4) { long } else { short };
            let after = usual.mul_f64(chance.below(1_400) as f64 / 1_000.0);
            runs.push((after, shop.begin(place)));
        }
        runs.sort_by_key(|(after, _)| *after);
        let started = Instant::now();
        for (after, mut run) in runs {
            std::thread::sleep(after.saturating_sub(started.elapsed()));
            if run.try_wait().expect("a process").is_none() {
                run.kill().expect("killed");
                killed += 1;
            }
            run.wait().expect("ended");
        }
        assert!(round < 3 * KILLS, "seed {seed}: hardly any run lives long enough to be killed");
    }
    shop.finish();
    judge(&shop, &format!("seed {seed}, {round} rounds"));
}

/// What the marketplace itself and the ledger say afterwards.
fn judge(shop: &Shop, what: &str) {
    let history = Store::open(&shop.sandbox()).expect("a sandbox").history().expect("a history");
    let mut state = State::default();
    for event in &history {
        state.apply(event);
        let mut open = BTreeMap::new();
        for application in state.pending() {
            *open.entry(&application.product).or_insert(0) += 1;
        }
        assert!(
            open.values().all(|count| *count <= 1),
            "{what}: two in review at {}: {}",
            event.at,
            event.text
        );
        assert!(!event.text.contains(" was refused: "), "{what}: {}", event.text);
    }
    let known = shop.submissions();
    let (mut ids, mut approved) = (BTreeSet::<SubmissionId>::new(), BTreeSet::new());
    for application in state.applications.values() {
        let submission = application.submission().expect("nobody else made an application");
        assert!(ids.insert(submission.id.clone()), "{what}: {} arrived twice", submission.id);
        assert!(known.contains(&application.id.0), "{what}: the ledger does not know {}", application.id);
        assert_ne!(application.standing, Standing::Pending, "{what}: {} is left open", application.id);
        if application.standing == Standing::Approved {
            let from = submission.base.clone();
            assert!(approved.insert((application.product.clone(), from)), "{what}: two from one revision");
        }
        for operation in submission.operations.iter().filter(|found| found.kind == OperationKind::ChangePrice)
        {
            let Some(Value::Price(price)) = &operation.to else { panic!("{what}: {operation:?}") };
            let said = shop.said(&application.product, application.submitted_at);
            assert_eq!(
                price.to_string(),
                said,
                "{what}: {} asks for what nobody wanted then",
                application.id
            );
        }
    }
    assert!(approved.len() > shop.products(), "{what}: hardly anything happened: {approved:?}");
    shop.is_in_sync();
}

#[test]
fn runs_over_a_file_may_be_killed_at_any_moment() {
    storm(Shop::open(Where::File));
}

#[test]
fn runs_over_a_database_may_be_killed_at_any_moment() {
    storm(Shop::open(Where::Database(Box::new(Server::start()))));
}

#[test]
fn runs_over_a_git_branch_may_be_killed_at_any_moment() {
    storm(Shop::open(Where::Branch));
}
