//! A service in the test's own process: what happens around runs that we make up.

use gallerist::daemon::{Clock, Schedule, Settings, serve};
use gallerist::model::Key;
use gallerist::report::Account;
use gallerist::service::{Ran, ServiceError, Turn};
use gallerist::submission::Scope;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn scope() -> Scope {
    Scope { catalog: Key::new("acme").unwrap(), target: Key::new("intl").unwrap() }
}

fn nothing_to_do(turn: &Turn, now: Timestamp) -> Ran {
    let account =
        Account { scope: scope(), at: now, entries: Vec::new(), in_sync: 1, stopped: None, notified: None };
    Ran {
        run: turn.id.clone(),
        account,
        in_sandbox: true,
        diagnostics: Default::default(),
        beside_saved: None,
        figures: None,
    }
}

fn settings(every: i64) -> Settings {
    let schedule = Schedule { every: SignedDuration::from_millis(every), jitter: SignedDuration::ZERO };
    Settings { schedule, listen: None, stuck_after: SignedDuration::from_secs(60) }
}

fn clock() -> Clock {
    Arc::new(Timestamp::now)
}

#[test]
fn a_run_that_panics_ends_nothing_but_itself() {
    let runs = AtomicUsize::new(0);
    let run = |turn: &Turn, now: Timestamp| {
        match runs.fetch_add(1, Ordering::Relaxed) {
            0 => panic!("a mistake of ours"),
            1 => return Err(ServiceError::Request { message: "no catalog".into(), hints: Vec::new() }),
            2 => {}
            _ => turn.is_over.store(true, Ordering::Relaxed),
        }
        Ok(nothing_to_do(turn, now))
    };
    serve(&settings(10), &scope(), &clock(), &run).unwrap();
    assert_eq!(runs.load(Ordering::Relaxed), 4);
}

#[test]
fn runs_never_overlap_and_those_that_were_missed_are_not_made_up_for() {
    let (at_work, begun) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let started = Instant::now();
    let run = |turn: &Turn, now: Timestamp| {
        assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
        let mut begun = begun.lock().unwrap();
        begun.push(started.elapsed());
        if begun.len() == 1 {
            std::thread::sleep(Duration::from_millis(350));
        }
        if begun.len() == 4 {
            turn.is_over.store(true, Ordering::Relaxed);
        }
        at_work.fetch_sub(1, Ordering::SeqCst);
        Ok(nothing_to_do(turn, now))
    };
    serve(&settings(100), &scope(), &clock(), &run).unwrap();
    let begun = begun.into_inner().unwrap();
    // The first one took three of the others' places; the next one waits for a place of its own.
    assert!(begun[1] - begun[0] >= Duration::from_millis(350), "{begun:?}");
    assert_eq!(begun.len(), 4);
}

#[test]
fn every_run_has_a_name_of_its_own() {
    let names = Mutex::new(Vec::new());
    let fixed: Clock = Arc::new(|| Timestamp::UNIX_EPOCH);
    let run = |turn: &Turn, now: Timestamp| {
        let mut names = names.lock().unwrap();
        names.push(turn.id.clone());
        turn.is_over.store(names.len() == 3, Ordering::Relaxed);
        Ok(nothing_to_do(turn, now))
    };
    serve(&settings(10), &scope(), &fixed, &run).unwrap();
    let mut names = names.into_inner().unwrap();
    names.dedup();
    assert_eq!(names.len(), 3);
}
