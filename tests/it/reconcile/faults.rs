//! Crashes, lost answers and second runs: each operation happens exactly once.

use super::desk::Desk;
use super::planner::{Wanted, product};
use super::world::{Fault, Planner, World, with_every_fault};
use super::{operations, world};
use gallerist::ledger::{Records, fold};
use gallerist::plan::StepState;
use gallerist::released::{Released, resolve};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// A product to release, and one with edits, an addition and the removal that waits for it.
fn start() -> (World<Desk>, Wanted) {
    let wanted = Wanted::of(vec![product("chat", "V1", &["basic"]), product("crm", "V2", &["new"])]);
    (world(vec![product("crm", "V1", &["old"])]), wanted)
}

fn planner(wanted: &Wanted) -> impl Fn(&Released, &Records, Timestamp) -> gallerist::plan::Plan + '_ {
    move |released, records, now| wanted.plan(released, records, now)
}

fn happened_once(world: &World<Desk>, wanted: &Wanted, what: &dyn std::fmt::Debug) {
    let happened = operations(&world.market.arrived);
    let distinct: BTreeSet<_> = happened.iter().collect();
    assert_eq!(happened.len(), distinct.len(), "something was sent twice: {what:?}");
    assert_eq!(happened.len(), 4, "something was not sent: {what:?}");
    in_sync(world, wanted, what);
}

/// Nothing is left to do, and nothing is left open.
fn in_sync(world: &World<Desk>, wanted: &Wanted, what: &dyn std::fmt::Debug) {
    use gallerist::ledger::LedgerView;
    use gallerist::marketplace::Observe;
    let records = fold(&world.scope, &world.ledger.events(&world.scope).unwrap(), world.now);
    let released = resolve(&world.market.observe().unwrap(), &records.bindings());
    let plan = wanted.plan(&released, &records, world.now);
    for product in &plan.products {
        assert_eq!(
            product.chain.iter().map(|step| &step.state).collect::<Vec<&StepState>>(),
            Vec::<&StepState>::new(),
            "{what:?}"
        );
    }
}

#[test]
fn undisturbed_everything_happens_once_in_order() {
    let (mut world, wanted) = start();
    world.drive(&planner(&wanted), &[], 5);
    happened_once(&world, &wanted, &"nothing");
    let kinds: Vec<_> =
        world.market.arrived.iter().map(|sent| (sent.product.as_str(), sent.kind.name())).collect();
    assert_eq!(kinds, [("chat", "release"), ("crm", "modify"), ("crm", "remove")]);
}

#[test]
fn stopped_anywhere_everything_happens_exactly_once() {
    let (world, wanted) = start();
    with_every_fault(&world, &planner(&wanted), 4, 7, |world, faults| {
        happened_once(world, &wanted, &faults);
    });
}

#[test]
fn where_ids_are_not_known_nothing_is_sent_twice() {
    let (mut world, wanted) = start();
    world.market.knows_ids = false;
    with_every_fault(&world, &planner(&wanted), 3, 4, |world, faults| {
        let happened = operations(&world.market.arrived);
        let distinct: BTreeSet<_> = happened.iter().collect();
        assert_eq!(happened.len(), distinct.len(), "something was sent twice: {faults:?}");
    });
}

#[test]
fn faults_are_felt() {
    let (mut world, wanted) = start();
    let calm = world.clone().drive(&planner(&wanted), &[], 1);
    let cut = world.drive(&planner(&wanted), &[(3, Fault::Crash)], 1);
    assert!(cut < calm, "{cut} effects with a crash, {calm} without");
}

#[test]
fn two_runs_at_once_send_nothing_twice() {
    let (world, wanted) = start();
    let plan = planner(&wanted);
    let plan: &Planner<'_> = &plan;
    // With leases that hold, and with leases that ran out while a run slept.
    for wait in [SignedDuration::ZERO, SignedDuration::from_mins(20)] {
        for left in 0..30 {
            for right in 0..30 {
                let mut world = world.clone();
                world.interleave([plan, plan], (left, right), wait);
                let what = (left, right, wait);
                let happened = operations(&world.market.arrived);
                let distinct: BTreeSet<_> = happened.iter().collect();
                assert_eq!(happened.len(), distinct.len(), "something was sent twice: {what:?}");
                world.market.decide(None, &gallerist::submission::Verdict::Approved);
                world.pass(SignedDuration::from_hours(1));
                world.drive(plan, &[], 5);
                happened_once(&world, &wanted, &what);
            }
        }
    }
}

#[test]
fn two_runs_of_different_commits_never_have_two_submissions_of_a_product_open() {
    let (world, wanted) = start();
    let mut newer = wanted.clone();
    newer.products.insert(super::key("crm"), product("crm", "V3", &["new"]));
    let (older, newer) = (planner(&wanted), planner(&newer));
    for left in 0..30 {
        for right in 0..30 {
            let mut world = world.clone();
            world.interleave([&older, &newer], (left, right), SignedDuration::ZERO);
            let pending: Vec<_> = world.market.pending().iter().map(|sent| &sent.product).cloned().collect();
            let distinct: BTreeSet<_> = pending.iter().collect();
            assert_eq!(pending.len(), distinct.len(), "two are open: {:?}", (left, right));
        }
    }
}
