//! The database goes away and comes back, and many write at once: nothing is lost, nothing is there twice, and nobody
//! sees a later entry before an earlier one.

use super::events::{hour, key, not_sent, scope, words};
use super::server::Server;
use gallerist::ledger::{Ledger, LedgerError, LedgerView};
use gallerist::stores::{PostgresLedger, PostgresView};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What a writer was told about each of its words.
type Told = BTreeMap<String, Result<(), LedgerError>>;

/// Every word of which the writer heard that it is written is there once, and what it heard was not written is not.
#[track_caller]
fn is_true(told: &Told, ledger: &dyn LedgerView) {
    let events = ledger.events(&scope()).unwrap();
    let said = words(&events);
    for (word, answer) in told {
        let times = said.iter().filter(|other| *other == word).count();
        match answer {
            Ok(()) => assert_eq!(times, 1, "{word}"),
            Err(LedgerError::Remote { what, .. }) if what.contains("is not known") => {
                assert!(times <= 1, "{word}");
            }
            Err(error) => assert_eq!(times, 0, "{word}: {error}"),
        }
    }
    assert!(said.iter().all(|word| told.contains_key(*word)), "{said:?}");
    assert_eq!(ledger.verify(&scope()).unwrap(), vec![]);
}

#[test]
fn a_server_that_restarted_between_two_entries_is_met_again() {
    let mut server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    for (round, signal) in ["INT", "QUIT"].into_iter().enumerate() {
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(&format!("before {round}"))).unwrap();
        ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
        server.end(signal);
        server.begin();
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(&format!("after {round}"))).unwrap();
        ledger.release(&scope(), &key("crm"), "one").unwrap();
    }
    assert_eq!(ledger.events(&scope()).unwrap().len(), 4);
}

#[test]
fn eight_that_write_while_the_server_restarts_hear_the_truth() {
    const WRITERS: usize = 8;
    let mut server = Server::start();
    let url = server.url("postgres", "postgres");
    let (told, stop, written) = (Mutex::new(Told::new()), AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for writer in 0..WRITERS {
            let (told, stop, written, url) = (&told, &stop, &written, &url);
            threads.spawn(move || {
                let mut ledger = PostgresLedger::open(&super::server::open(url, "gallerist")).unwrap();
                for entry in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let word = format!("{writer} {entry}");
                    let answer = ledger.append(&scope(), hour(0), &key("crm"), &not_sent(&word));
                    written.fetch_add(usize::from(answer.is_ok()), Ordering::SeqCst);
                    told.lock().unwrap().insert(word, answer);
                }
            });
        }
        for signal in ["INT", "QUIT", "INT"] {
            let goal = written.load(Ordering::SeqCst) + 20;
            while written.load(Ordering::SeqCst) < goal {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            server.end(signal);
            server.begin();
        }
        stop.store(true, Ordering::SeqCst);
    });
    let told = told.into_inner().unwrap();
    is_true(&told, &PostgresView::open(&server.database("gallerist")).unwrap());
}

#[test]
fn whoever_looks_while_eight_write_sees_no_gap() {
    const WRITERS: usize = 8;
    const ENTRIES: usize = 12;
    let server = Server::start();
    let url = server.url("postgres", "postgres");
    let open = || super::server::open(&url, "gallerist");
    PostgresLedger::open(&open()).unwrap();
    std::thread::scope(|threads| {
        for writer in 0..WRITERS {
            let open = &open;
            threads.spawn(move || {
                let mut ledger = PostgresLedger::open(&open()).unwrap();
                for entry in 0..ENTRIES {
                    let word = not_sent(&format!("{writer} {entry}"));
                    ledger.append(&scope(), hour(0), &key("crm"), &word).unwrap();
                }
            });
        }
        let mut seen = Vec::new();
        let view = PostgresView::open(&open()).unwrap();
        while seen.len() < WRITERS * ENTRIES {
            // One that remembers and one that does not; a gap would be an error to either.
            let now = view.events(&scope()).unwrap();
            let fresh = PostgresView::open(&open()).unwrap().events(&scope()).unwrap();
            assert!(now.starts_with(&seen) && fresh.starts_with(&now));
            seen = fresh;
        }
    });
}
