//! Others write to the ledger all the time: the product they are in the way of is left alone, the others are not.

use super::limits::{run_over, two};
use super::{Desk, outcome};
use crate::ledger::{hour, key, scope};
use gallerist::ledger::{Event, EventKind, Ledger, LedgerError, LedgerView};
use gallerist::model::Key;
use gallerist::reconcile::{Outcome, WaitingFor};
use gallerist::stores::MemoryLedger;
use gallerist::submission::{Scope, Verdict};
use jiff::Timestamp;

/// What cannot be written about the product `crm`, because others are faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    Lease,
    Entry(&'static str),
    Nothing,
}

struct Contended {
    inner: MemoryLedger,
    late: Late,
}

impl Contended {
    fn hold(&self, product: &Key, what: Late) -> Result<(), LedgerError> {
        if *product == key("crm") && what == self.late { Err(LedgerError::Conflict) } else { Ok(()) }
    }
}

impl LedgerView for Contended {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.inner.events(scope)
    }
}

impl Ledger for Contended {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        self.hold(product, Late::Entry(kind.name()))?;
        self.inner.append(scope, at, product, kind)
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        self.hold(product, Late::Lease)?;
        self.inner.lease(scope, product, run, now, until)
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        self.inner.release(scope, product, run)
    }
}

fn sent(desk: &Desk) -> Vec<&str> {
    desk.arrived.iter().map(|sent| sent.product.as_str()).collect()
}

#[test]
fn a_product_that_cannot_be_taken_or_prepared_is_left_to_the_next_run() {
    for late in [Late::Lease, Late::Entry("prepared")] {
        let (mut world, wanted) = two();
        let mut ledger = Contended { inner: world.ledger.clone(), late };
        let account = run_over(&mut world, &wanted, &mut ledger);
        assert_eq!(account.stopped, None, "{late:?}");
        let found = outcome(&account, "crm");
        assert!(matches!(found, Outcome::Waiting { whom: WaitingFor::OtherRun, .. }), "{late:?}: {found:?}");
        assert_eq!(sent(&world.market), ["erp"], "{late:?}");
        ledger.inner.lease(&scope(), &key("crm"), "next", world.now, hour(1)).unwrap();
        ledger.inner.release(&scope(), &key("crm"), "next").unwrap();
        ledger.late = Late::Nothing;
        let _ = run_over(&mut world, &wanted, &mut ledger);
        assert_eq!(sent(&world.market), ["erp", "crm"], "{late:?}");
    }
}

/// A ledger in which whoever held a product before writes how it ended, a moment before it is free.
struct Ending {
    inner: MemoryLedger,
    last: Option<EventKind>,
}

impl LedgerView for Ending {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.inner.events(scope)
    }
}

impl Ledger for Ending {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        self.inner.append(scope, at, product, kind)
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        if let Some(last) = self.last.take() {
            self.inner.append(scope, now, product, &last)?;
        }
        self.inner.lease(scope, product, run, now, until)
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        self.inner.release(scope, product, run)
    }
}

#[test]
fn what_ended_while_its_product_was_taken_is_not_in_doubt() {
    let (mut world, wanted) = two();
    world.market.knows_ids = false;
    let mut ledger = Ending { inner: world.ledger.clone(), last: None };
    let plan = super::limits::planner(&wanted);
    let released = gallerist::released::resolve(
        &gallerist::marketplace::Observe::observe(&world.market).unwrap(),
        &gallerist::ledger::fold(&scope(), &ledger.events(&scope()).unwrap(), world.now).bindings(),
    );
    let records = gallerist::ledger::fold(&scope(), &ledger.events(&scope()).unwrap(), world.now);
    let crm = plan(&released, &records, world.now).products.into_iter().find(|found| found.key == key("crm"));
    let gallerist::plan::Action::Submit(submission) = crm.unwrap().chain.remove(0).action else { panic!() };
    let reason = "9 others came first that day".to_owned();
    ledger.last = Some(EventKind::NotSent { submission: submission.id.clone(), reason, intents: None });
    let prepared = EventKind::Prepared { submission, commit: None };
    ledger.append(&scope(), world.now, &key("crm"), &prepared).unwrap();
    let account = run_over(&mut world, &wanted, &mut ledger);
    let found = outcome(&account, "crm");
    assert!(matches!(found, Outcome::Submitted { .. }), "nobody has to be asked: {found:?}");
    let events = ledger.events(&scope()).unwrap();
    assert!(!events.iter().any(|event| matches!(event.kind, EventKind::Unknown { .. })), "{events:?}");
}

#[test]
fn a_verdict_that_cannot_be_recorded_is_not_told_and_learned_in_the_next_run() {
    let (mut world, wanted) = two();
    let mut ledger = Contended { inner: world.ledger.clone(), late: Late::Nothing };
    let _ = run_over(&mut world, &wanted, &mut ledger);
    world.market.decide(None, &Verdict::Approved);
    ledger.late = Late::Entry("ended");
    let account = run_over(&mut world, &wanted, &mut ledger);
    let verdicts = |account: &gallerist::reconcile::Account, product: &str| {
        let found = account.products.iter().find(|found| found.key.as_str() == product);
        found.map_or(0, |found| found.verdicts.len())
    };
    assert_eq!(account.stopped, None);
    assert_eq!((verdicts(&account, "crm"), verdicts(&account, "erp")), (0, 1));
    assert_eq!(sent(&world.market), ["crm", "erp"], "nothing more is sent about it");
    ledger.late = Late::Nothing;
    let account = run_over(&mut world, &wanted, &mut ledger);
    assert_eq!(verdicts(&account, "crm"), 1);
}

#[test]
fn what_was_sent_and_could_not_be_recorded_is_found_again() {
    let (mut world, wanted) = two();
    let mut ledger = Contended { inner: world.ledger.clone(), late: Late::Entry("accepted") };
    let account = run_over(&mut world, &wanted, &mut ledger);
    assert!(matches!(outcome(&account, "crm"), Outcome::Submitted { .. }), "it was sent: {account:?}");
    assert!(account.stopped.is_some(), "and whoever reads the account is told");
    ledger.late = Late::Lease;
    let account = run_over(&mut world, &wanted, &mut ledger);
    let found = outcome(&account, "crm");
    assert!(matches!(found, Outcome::Waiting { whom: WaitingFor::Reviewer, .. }), "{found:?}");
    ledger.late = Late::Nothing;
    let _ = run_over(&mut world, &wanted, &mut ledger);
    assert_eq!(sent(&world.market), ["crm", "erp"], "each once");
}
