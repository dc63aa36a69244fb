//! What every store promises. Which stores there are is said beside this suite, in `stores`: those that need only Rust
//! and git are here, a database is among the system tests.

use super::events::{application, hour, key, not_sent, removal, scope, submission, version, words};
use super::stores::{each_harmed_store, each_lasting_store, each_store};
use gallerist::ledger::{Event, EventKind, Lease, Ledger, LedgerError, decode, encode};
use gallerist::model::{DeliveryMethod, Item, Product, ProductField, Value};
use gallerist::released::ProductBinding;
use gallerist::submission::{
    Evidence, EvidenceKind, IgnoredDrift, Pause, Refusal, Scope, SubmissionKind, Verdict,
};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What somebody did to a store with other tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// It says that a newer version wrote it.
    Newer,
    /// Its second entry says something that nobody understands.
    Unreadable,
}

/// Opens a store; each time as another process or another machine would.
pub(super) type Open<'a> = &'a (dyn Fn() -> Box<dyn Ledger> + Sync);

/// Opens a store that may not want to be opened.
pub(super) type TryOpen<'a> = &'a dyn Fn() -> Result<Box<dyn Ledger>, LedgerError>;

/// Writes the two entries that a store is harmed with.
pub(super) fn two_entries(ledger: &mut dyn Ledger) {
    for word in ["first", "second"] {
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(word)).unwrap();
    }
}

#[test]
fn what_a_newer_version_wrote_is_neither_read_nor_written() {
    each_harmed_store(Harm::Newer, |name, open| {
        let read = open().and_then(|ledger| ledger.events(&scope()));
        let newer = read.unwrap_err();
        assert!(
            matches!(newer, LedgerError::NewerFormat { found, known } if found == known + 1),
            "{name}: {newer}"
        );
        let append =
            |mut ledger: Box<dyn Ledger>| ledger.append(&scope(), hour(0), &key("crm"), &not_sent("third"));
        assert_eq!(open().and_then(append), Err(newer.clone()), "{name}");
        let lease =
            |mut ledger: Box<dyn Ledger>| ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1));
        assert_eq!(open().and_then(lease), Err(newer), "{name}");
    });
}

#[test]
fn an_entry_that_cannot_be_read_is_named() {
    each_harmed_store(Harm::Unreadable, |name, open| {
        let error = open().unwrap().events(&scope()).unwrap_err();
        let LedgerError::Corrupt { sequence: 2, reason } = &error else { panic!("{name}: {error}") };
        assert!(reason.contains("invented"), "{name}: {reason}");
        let flaws = open().unwrap().verify(&scope()).unwrap();
        assert!(flaws[0].is_fatal && flaws[0].place.contains('2'), "{name}: {flaws:?}");
        assert!(flaws[0].what.contains("invented"), "{name}: {flaws:?}");
    });
}

/// One event of every kind.
fn all_kinds() -> Vec<EventKind> {
    let s = submission(SubmissionKind::Modify, vec![version("V2 \u{202e}\0\n\"é"), removal("old")], 3);
    let id = || s.id.clone();
    let refusal = Refusal { rules: vec![25, 70], text: "no".into(), technical: false };
    let evidence = Evidence {
        kind: EvidenceKind::Confirmation("r28".into()),
        by: "ann".into(),
        reason: "looked".into(),
        at: "2026-03-02T00:00:00.123456789Z".parse().unwrap(),
        expires: Some(hour(9)),
    };
    let ended = |verdict| EventKind::Ended { submission: id(), verdict };
    vec![
        EventKind::Prepared { submission: s.clone(), commit: Some("c-1".into()) },
        EventKind::Prepared { submission: s.clone(), commit: None },
        EventKind::HandedOver { submission: id(), sheet: "d-1".into() },
        EventKind::Accepted { submission: id(), application: application("a-1") },
        EventKind::Refused { submission: id(), refusal, intents: Some(2) },
        EventKind::NotSent { submission: id(), reason: "no route".into(), intents: None },
        EventKind::Unknown { submission: id(), reason: "cut".into() },
        ended(Verdict::Approved),
        ended(Verdict::Rejected { reason: None }),
        ended(Verdict::Rejected { reason: Some("logo".into()) }),
        ended(Verdict::Withdrawn),
        ended(Verdict::Discarded),
        EventKind::Bound { binding: ProductBinding { product_id: "p-1".into(), ..Default::default() } },
        EventKind::Applied { product: Product::new(key("crm"), DeliveryMethod::Image), commit: None },
        EventKind::Vouched { evidence },
        EventKind::Retried {
            operations: vec![version("V2").id(&key("intl"), &key("crm"))],
            by: "ann".into(),
        },
        EventKind::ClosedAsMoot { submission: id() },
        EventKind::Adopted { by: "Mei \u{202e}".into() },
        EventKind::Claimed {
            submission: submission(SubmissionKind::Release, Vec::new(), 2),
            application: application("a-2"),
            since: hour(3),
            by: "ann".into(),
        },
        EventKind::Paused {
            all: true,
            pause: Pause { by: "ann".into(), reason: "fair \u{202e}".into(), until: None },
        },
        EventKind::Paused {
            all: false,
            pause: Pause { by: "ann".into(), reason: "fair".into(), until: Some(hour(9)) },
        },
        EventKind::Resumed { all: true, by: "ann".into() },
        EventKind::Ignored {
            drift: vec![IgnoredDrift {
                item: Item::Field(ProductField::Name),
                released: Some(Value::Text("\u{202e}<b>".into())),
                by: "ann".into(),
                reason: "theirs".into(),
                until: hour(9),
            }],
        },
        EventKind::Preflighted { failing: Some("create: \u{202e}".into()) },
        EventKind::Preflighted { failing: None },
        EventKind::Notified { notices: vec!["n-1".into(), String::new()] },
    ]
}

#[test]
fn the_name_of_an_event_is_the_one_in_its_text() {
    for kind in all_kinds() {
        let text = encode(&kind).unwrap();
        assert!(text.starts_with(&format!("{{\"event\":\"{}\"", kind.name())), "{text}");
        assert_eq!(decode(&text).unwrap(), kind);
    }
}

#[test]
fn what_was_appended_is_read_back_in_order_with_ascending_numbers() {
    each_store(|name, open| {
        let mut ledger = open();
        assert_eq!(ledger.events(&scope()).unwrap(), vec![], "{name}");
        for (kind, hours) in all_kinds().iter().zip(0_i64..) {
            ledger.append(&scope(), hour(hours), &key("crm"), kind).unwrap();
        }
        let events = ledger.events(&scope()).unwrap();
        assert_eq!(events.iter().map(|event| event.kind.clone()).collect::<Vec<_>>(), all_kinds(), "{name}");
        for (event, index) in events.iter().zip(0_i64..) {
            assert_eq!((i64::try_from(event.sequence), event.at), (Ok(index + 1), hour(index)), "{name}");
        }
        assert_eq!(ledger.verify(&scope()).unwrap(), vec![], "{name}");
    });
}

#[test]
fn scopes_do_not_see_each_other() {
    each_store(|name, open| {
        let mut ledger = open();
        let other = Scope { catalog: key("acme"), target: key("eu") };
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent("ours")).unwrap();
        ledger.append(&other, hour(0), &key("crm"), &not_sent("theirs")).unwrap();
        let events = ledger.events(&other).unwrap();
        assert_eq!(words(&events), ["theirs"], "{name}");
        ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
        ledger.lease(&other, &key("crm"), "two", hour(0), hour(1)).unwrap();
        assert_eq!(ledger.verify(&other).unwrap(), vec![], "{name}");
    });
}

#[test]
fn a_lease_keeps_other_runs_out_until_it_ends() {
    each_store(|name, open| {
        let (mut ledger, crm) = (open(), key("crm"));
        ledger.lease(&scope(), &crm, "one", hour(0), hour(2)).unwrap();
        let leased = LedgerError::Leased { product: crm.clone(), until: hour(2) };
        assert_eq!(ledger.lease(&scope(), &crm, "two", hour(1), hour(3)), Err(leased), "{name}");
        ledger.lease(&scope(), &key("erp"), "two", hour(1), hour(3)).unwrap();
        ledger.lease(&scope(), &crm, "one", hour(1), hour(4)).unwrap();
        ledger.release(&scope(), &crm, "two").unwrap();
        let leased = LedgerError::Leased { product: crm.clone(), until: hour(4) };
        assert_eq!(ledger.lease(&scope(), &crm, "two", hour(3), hour(5)), Err(leased), "{name}: not theirs");
        ledger.lease(&scope(), &crm, "two", hour(4), hour(5)).unwrap();
        ledger.release(&scope(), &crm, "two").unwrap();
        ledger.lease(&scope(), &crm, "one", hour(4), hour(6)).unwrap();
        assert_eq!(ledger.events(&scope()).unwrap(), vec![], "{name}: a lease is no entry");
        assert_eq!(ledger.verify(&scope()).unwrap(), vec![], "{name}");
    });
}

#[test]
fn products_that_runs_hold_are_listed_until_they_are_given_back() {
    each_store(|name, open| {
        let mut ledger = open();
        assert_eq!(ledger.leases(&scope()).unwrap(), [], "{name}");
        ledger.lease(&scope(), &key("erp"), "two", hour(0), hour(3)).unwrap();
        ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(2)).unwrap();
        let held = |product: &str, run: &str, until| Lease { product: key(product), run: run.into(), until };
        let both = [held("crm", "one", hour(2)), held("erp", "two", hour(3))];
        assert_eq!(ledger.leases(&scope()).unwrap(), both, "{name}");
        ledger.release(&scope(), &key("crm"), "one").unwrap();
        assert_eq!(ledger.leases(&scope()).unwrap(), [held("erp", "two", hour(3))], "{name}");
    });
}

#[test]
fn entries_and_leases_outlive_whoever_wrote_them() {
    each_lasting_store(|name, open| {
        let mut ledger = open();
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
        ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(9)).unwrap();
        drop(ledger);
        let mut again = open();
        assert_eq!(words(&again.events(&scope()).unwrap()), ["first"], "{name}");
        let leased = LedgerError::Leased { product: key("crm"), until: hour(9) };
        assert_eq!(again.lease(&scope(), &key("crm"), "two", hour(1), hour(2)), Err(leased), "{name}");
        again.lease(&scope(), &key("crm"), "two", hour(9), hour(10)).unwrap();
    });
}

#[test]
fn two_that_write_in_turns_without_reading_lose_nothing() {
    each_lasting_store(|name, open| {
        let (mut one, mut two) = (open(), open());
        for round in ["1", "2", "3"] {
            one.append(&scope(), hour(0), &key("crm"), &not_sent(&format!("one {round}"))).unwrap();
            two.append(&scope(), hour(0), &key("erp"), &not_sent(&format!("two {round}"))).unwrap();
        }
        let events = open().events(&scope()).unwrap();
        assert_eq!(words(&events), ["one 1", "two 1", "one 2", "two 2", "one 3", "two 3"], "{name}");
        let numbers: Vec<u64> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "{name}");
        assert_eq!(two.events(&scope()).unwrap(), events, "{name}: whoever wrote last knows all");
        assert_eq!(open().verify(&scope()).unwrap(), vec![], "{name}");
    });
}

#[test]
fn many_that_write_at_once_lose_nothing() {
    const WRITERS: usize = 3;
    const ENTRIES: usize = 5;
    each_lasting_store(|name, open| {
        std::thread::scope(|threads| {
            for writer in 0..WRITERS {
                threads.spawn(move || {
                    let mut ledger = open();
                    for entry in 0..ENTRIES {
                        let said = not_sent(&format!("{writer} {entry}"));
                        ledger.append(&scope(), hour(0), &key("crm"), &said).unwrap();
                    }
                });
            }
        });
        let events = open().events(&scope()).unwrap();
        let said = words(&events);
        assert_eq!(said.len(), WRITERS * ENTRIES, "{name}: {said:?}");
        for writer in 0..WRITERS {
            let own: Vec<_> = said.iter().filter(|word| word.starts_with(&format!("{writer} "))).collect();
            let wanted: Vec<_> = (0..ENTRIES).map(|entry| format!("{writer} {entry}")).collect();
            assert_eq!(own, wanted.iter().collect::<Vec<_>>(), "{name}");
        }
        assert_eq!(open().verify(&scope()).unwrap(), vec![], "{name}");
    });
}

#[test]
fn of_many_that_want_a_product_at_once_one_gets_it() {
    each_lasting_store(of_many_one_gets_it);
}

pub(super) fn of_many_one_gets_it(name: &str, open: Open<'_>) {
    let (got, start) = (AtomicUsize::new(0), Barrier::new(3));
    std::thread::scope(|threads| {
        for run in ["one", "two", "three"] {
            let (got, start) = (&got, &start);
            threads.spawn(move || {
                let mut ledger = open();
                start.wait();
                match ledger.lease(&scope(), &key("crm"), run, hour(0), hour(1)) {
                    Ok(()) => {
                        got.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(LedgerError::Leased { .. }) => {}
                    Err(other) => panic!("{name}: {other}"),
                }
            });
        }
    });
    assert_eq!(got.into_inner(), 1, "{name}");
}

#[test]
fn a_whole_ledger_is_written_only_where_there_is_none() {
    let events: Vec<Event> = all_kinds()
        .into_iter()
        .zip(0_u32..)
        .map(|(kind, index)| Event {
            sequence: 7 + 2 * u64::from(index),
            at: hour(i64::from(index)),
            product: key("crm"),
            kind,
        })
        .collect();
    each_store(|name, open| {
        let mut ledger = open();
        ledger.fill(&scope(), &events).unwrap();
        let found = ledger.events(&scope()).unwrap();
        let numbered = events.iter().zip(1..).map(|(event, sequence)| Event { sequence, ..event.clone() });
        assert_eq!(found, numbered.collect::<Vec<_>>(), "{name}");
        let full = LedgerError::NotEmpty { entries: events.len() };
        assert_eq!(ledger.fill(&scope(), &events), Err(full), "{name}");
        assert_eq!(ledger.events(&scope()).unwrap(), found, "{name}");
        let other = Scope { catalog: key("acme"), target: key("eu") };
        ledger.fill(&other, &events[..2]).unwrap();
        assert_eq!(ledger.events(&other).unwrap().len(), 2, "{name}: another scope has its own");
        assert_eq!(ledger.verify(&scope()).unwrap(), vec![], "{name}");
    });
}
