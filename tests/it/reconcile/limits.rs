//! Saved plans, ledgers that fail, leases that run out.

use super::planner::{Wanted, product};
use super::world::{Fault, World};
use super::{Desk, events, outcome, world};
use crate::ledger::{hour, key, scope};
use gallerist::ledger::{EventKind, Ledger, LedgerError, LedgerView, Records};
use gallerist::marketplace::Observe;
use gallerist::model::Key;
use gallerist::plan::Plan;
use gallerist::reconcile::{Account, Effect, Input, Limit, Machine, Outcome, Run, WaitingFor};
use gallerist::reconcile::{perform, reconcile};
use gallerist::released::{Released, resolve};
use gallerist::stores::{MemoryLedger, SqliteLedger};
use gallerist::submission::{Scope, Verdict};
use jiff::{SignedDuration, Timestamp};

pub(super) fn planner(wanted: &Wanted) -> impl Fn(&Released, &Records, Timestamp) -> Plan + '_ {
    move |released, records, now| wanted.plan(released, records, now)
}

fn save(world: &World<Desk>, wanted: &Wanted) -> Limit {
    let events = world.ledger.events(&scope()).unwrap();
    let records = gallerist::ledger::fold(&scope(), &events, world.now);
    let released = resolve(&world.market.observe().unwrap(), &records.bindings());
    Limit::to_plan(&wanted.plan(&released, &records, world.now))
}

fn run(world: &mut World<Desk>, wanted: &Wanted) -> Account {
    world.run(&planner(wanted))
}

pub(super) fn two() -> (World<Desk>, Wanted) {
    let wanted = Wanted::of(vec![product("crm", "V2", &["new"]), product("erp", "V2", &["a"])]);
    (world(vec![product("crm", "V1", &["old"]), product("erp", "V1", &["a"])]), wanted)
}

#[test]
fn a_saved_plan_is_carried_out_to_its_end_and_no_further() {
    let (mut world, wanted) = two();
    world.limit = save(&world, &wanted);
    for _ in 0..4 {
        let account = run(&mut world, &wanted);
        assert!(!account.products.iter().any(|found| matches!(found.outcome, Outcome::Stale { .. })));
        world.market.decide(None, &Verdict::Approved);
        world.pass(SignedDuration::from_hours(24));
    }
    let kinds: Vec<_> =
        world.market.arrived.iter().map(|sent| (sent.product.as_str(), sent.kind.name())).collect();
    assert_eq!(kinds, [("crm", "modify"), ("erp", "modify"), ("crm", "remove")]);
    let mut more = wanted.clone();
    more.products.insert(key("erp"), product("erp", "V3", &["a"]));
    more.products.insert(key("chat"), product("chat", "V1", &["a"]));
    let account = run(&mut world, &more);
    assert!(matches!(outcome(&account, "erp"), Outcome::Stale { .. }), "not in the saved plan");
    assert_eq!(world.market.arrived.len(), 3, "a product the plan does not name is not touched");
}

#[test]
fn a_stale_product_is_refused_alone_with_both_digests() {
    let (mut world, wanted) = two();
    let limit = save(&world, &wanted);
    world.market.touch(&key("crm"));
    let now = save(&world, &wanted);
    world.limit = limit.clone();
    let digest = |limit: &Limit| limit.saved.as_ref().unwrap()[&key("crm")].digest;
    let account = run(&mut world, &wanted);
    let stale = Outcome::Stale { approved: digest(&limit), current: digest(&now) };
    assert_eq!(outcome(&account, "crm"), &stale);
    assert!(matches!(outcome(&account, "erp"), Outcome::Submitted { .. }));
    assert_ne!(digest(&limit), digest(&now));
}

#[test]
fn another_wish_makes_a_saved_plan_stale() {
    let (mut world, mut wanted) = two();
    world.limit = save(&world, &wanted);
    wanted.products.insert(key("crm"), product("crm", "V3", &["new"]));
    let account = run(&mut world, &wanted);
    assert!(matches!(outcome(&account, "crm"), Outcome::Stale { .. }), "{account:?}");
    assert!(matches!(outcome(&account, "erp"), Outcome::Submitted { .. }));
}

#[test]
fn what_others_changed_on_the_way_makes_a_saved_plan_stale() {
    let (mut world, wanted) = two();
    world.limit = save(&world, &wanted);
    run(&mut world, &wanted);
    world.market.decide(None, &Verdict::Approved);
    let mut elsewhere = wanted.clone();
    elsewhere.products.remove(&key("crm"));
    run(&mut world, &elsewhere);
    let accepted = EventKind::Applied { product: product("crm", "V9", &["old", "new"]), commit: None };
    world.ledger.append(&scope(), hour(1), &key("crm"), &accepted).unwrap();
    let account = run(&mut world, &wanted);
    assert!(matches!(outcome(&account, "crm"), Outcome::Stale { .. }), "{account:?}");
}

/// A ledger that can be read and takes only so many more entries.
struct Full {
    inner: MemoryLedger,
    left: usize,
}

impl LedgerView for Full {
    fn events(&self, scope: &Scope) -> Result<Vec<gallerist::ledger::Event>, LedgerError> {
        self.inner.events(scope)
    }
}

impl Ledger for Full {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        self.left = self.left.checked_sub(1).ok_or(LedgerError::Storage("the disk is full".into()))?;
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
        self.inner.lease(scope, product, run, now, until)
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        self.inner.release(scope, product, run)
    }
}

pub(super) fn run_over(world: &mut World<Desk>, wanted: &Wanted, ledger: &mut dyn Ledger) -> Account {
    let planner = planner(wanted);
    let run = Run {
        scope: &world.scope,
        site: &world.site,
        id: "over",
        capabilities: world.market.capabilities(),
        limit: &world.limit,
        planner: &planner,
        is_frozen: &|_| None,
        is_ancestor: &|_, _| false,
    };
    let now = world.now;
    reconcile(run, ledger, &mut world.market, &mut || now)
}

#[test]
fn a_ledger_that_cannot_be_written_stops_the_run_before_it_sends() {
    let (mut world, wanted) = two();
    let mut ledger = Full { inner: world.ledger.clone(), left: 0 };
    let account = run_over(&mut world, &wanted, &mut ledger);
    assert_eq!(world.market.arrived.len(), 0);
    assert!(account.stopped.as_ref().unwrap().contains("the disk is full"));
    assert!(matches!(outcome(&account, "crm"), Outcome::NotDone { why } if why.contains("full")));
    assert!(matches!(outcome(&account, "erp"), Outcome::NotDone { .. }));
    ledger.inner.lease(&scope(), &key("crm"), "next", world.now, hour(1)).unwrap();
}

#[test]
fn a_ledger_that_fails_after_sending_leaves_a_true_account_and_a_way_back() {
    let (mut world, wanted) = two();
    let mut ledger = Full { inner: world.ledger.clone(), left: 1 };
    let account = run_over(&mut world, &wanted, &mut ledger);
    assert!(matches!(outcome(&account, "crm"), Outcome::Submitted { .. }), "it was sent: {account:?}");
    assert!(matches!(outcome(&account, "erp"), Outcome::NotDone { .. }) && account.stopped.is_some());
    ledger.left = 100;
    let account = run_over(&mut world, &wanted, &mut ledger);
    assert!(matches!(outcome(&account, "crm"), Outcome::Waiting { whom: WaitingFor::Reviewer, .. }));
    assert_eq!(world.market.arrived.len(), 2, "crm once, erp once");
}

#[test]
fn an_answer_that_cannot_be_found_stays_unknown_until_a_person_says_so() {
    let (mut world, wanted) = two();
    world.market.knows_ids = false;
    let submit = (0..40)
        .find(|at| {
            let mut copy = world.clone();
            copy.drive(&planner(&wanted), &[(*at, Fault::Crash)], 1);
            copy.market.arrived.len() == 1
        })
        .unwrap();
    world.drive(&planner(&wanted), &[(submit, Fault::Crash)], 1);
    for _ in 0..2 {
        let account = run(&mut world, &wanted);
        let found = outcome(&account, "crm");
        assert!(matches!(found, Outcome::Unknown { .. }), "{account:?}");
    }
    let unknown =
        events(&world, "crm").iter().filter(|kind| matches!(kind, EventKind::Unknown { .. })).count();
    assert_eq!((unknown, world.market.arrived.len()), (1, 2), "crm once, erp once");
    let submission = world.market.arrived[0].id.clone();
    let answer =
        EventKind::NotSent { submission, reason: "ann looked: it is not there".into(), intents: None };
    world.ledger.append(&scope(), hour(1), &key("crm"), &answer).unwrap();
    assert!(matches!(outcome(&run(&mut world, &wanted), "crm"), Outcome::Submitted { .. }));
}

#[test]
fn a_run_that_ends_after_taking_back_says_so() {
    let (mut world, wanted) = two();
    run(&mut world, &wanted);
    let mut other = wanted;
    other.products.insert(key("crm"), product("crm", "V3", &["new"]));
    other.unwanted.insert(key("crm"));
    let mut ledger = Full { inner: world.ledger.clone(), left: 0 };
    let account = run_over(&mut world, &other, &mut ledger);
    let crm = &account.products[0];
    assert!(crm.withdrawn && matches!(&crm.outcome, Outcome::NotDone { why } if why.contains("taken back")));
    assert!(account.stopped.is_some(), "the verdict could not be recorded");
    assert_eq!(world.market.arrived.len(), 2, "nothing is sent after that");
}

#[test]
fn a_product_held_by_another_run_is_left_to_it() {
    let (mut world, wanted) = two();
    world.ledger.lease(&scope(), &key("crm"), "other", hour(0), hour(1)).unwrap();
    let account = run(&mut world, &wanted);
    assert!(matches!(outcome(&account, "crm"), Outcome::Waiting { whom: WaitingFor::OtherRun, .. }));
    assert!(matches!(outcome(&account, "erp"), Outcome::Submitted { .. }));
}

#[test]
fn what_another_run_is_sending_right_now_is_not_judged() {
    let (mut world, wanted) = two();
    world.drive(&planner(&wanted), &[(4, Fault::Crash)], 1);
    let before = events(&world, "crm");
    assert!(matches!(before.last(), Some(EventKind::Prepared { .. })), "{before:?}");
    world.ledger.lease(&scope(), &key("crm"), "other", world.now, hour(99)).unwrap();
    let account = run(&mut world, &wanted);
    assert!(matches!(outcome(&account, "crm"), Outcome::Waiting { whom: WaitingFor::OtherRun, .. }));
    assert_eq!(events(&world, "crm"), before, "neither lost nor sent again");
}

#[test]
fn a_run_that_slept_past_its_lease_does_not_send() {
    let (mut world, wanted) = two();
    let planner = planner(&wanted);
    let run = Run {
        scope: &world.scope,
        site: &world.site,
        id: "sleeper",
        capabilities: world.market.capabilities(),
        limit: &world.limit,
        planner: &planner,
        is_frozen: &|_| None,
        is_ancestor: &|_, _| false,
    };
    let (mut machine, mut now, mut input) = (Machine::new(run), world.now, Input::Start);
    while let Some(effect) = machine.next(now, input) {
        input = perform(&effect, &world.scope, &mut world.ledger, &mut world.market, now);
        if matches!(effect, Effect::Append { .. }) {
            now += SignedDuration::from_mins(20);
        }
    }
    let account = machine.into_account();
    assert!(matches!(outcome(&account, "crm"), Outcome::NotDone { why } if why.contains("lease")));
    assert_eq!(world.market.arrived.len(), 0);
}

#[test]
fn a_file_serves_as_well_as_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("ledger.db")).unwrap();
    let mut world = world(vec![]);
    let wanted = Wanted::of(vec![product("crm", "V1", &["a"])]);
    for expected in [1, 1, 1] {
        let mut ledger = SqliteLedger::open(&path).unwrap();
        run_over(&mut world, &wanted, &mut ledger);
        world.market.decide(None, &Verdict::Approved);
        assert_eq!(world.market.arrived.len(), expected);
    }
    let account = run_over(&mut world, &wanted, &mut SqliteLedger::open(&path).unwrap());
    assert_eq!(outcome(&account, "crm"), &Outcome::Nothing);
}
