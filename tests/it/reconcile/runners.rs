//! Several runs at once, each with its part of the catalog, and one day's cap for all of them.

use super::planner::{Wanted, product};
use super::{Desk, World, outcome, world};
use crate::ledger::{hour, key, scope};
use gallerist::ledger::{EventKind, Ledger, LedgerView, Records};
use gallerist::marketplace::{Capabilities, Observe};
use gallerist::model::Key;
use gallerist::reconcile::{
    Account, Effect, Input, Limit, Machine, Outcome, Run, Shard, WaitingFor, perform,
};
use gallerist::released::Released;
use gallerist::submission::{Pause, Verdict};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

fn names(count: usize) -> Vec<Key> {
    (0..count).map(|number| key(&format!("p{number:03}"))).collect()
}

fn wanted(count: usize, version: &str) -> Wanted {
    Wanted::of(names(count).iter().map(|name| product(name.as_str(), version, &["a"])).collect())
}

/// Runs of all shards at once, each taking so many steps before the next one has its turn.
fn all_at_once(world: &mut World<Desk>, wanted: &Wanted, shards: u32, turn: usize) -> Vec<Account> {
    let planner =
        |released: &Released, records: &Records, now: Timestamp| wanted.plan(released, records, now);
    let limits: Vec<Limit> =
        (1..=shards).map(|index| Limit { shard: Shard::new(index, shards), ..Limit::default() }).collect();
    let ids: Vec<String> = (1..=shards).map(|index| format!("{turn}-{index}-{}", world.now)).collect();
    let (scope, site, capabilities) = (world.scope.clone(), world.site.clone(), world.market.capabilities());
    let machines = limits.iter().zip(&ids).map(|(limit, id)| {
        let run = Run {
            scope: &scope,
            site: &site,
            id,
            capabilities,
            limit,
            planner: &planner,
            is_frozen: &|_| None,
            is_ancestor: &|_, _| false,
        };
        (Machine::new(run), Some(Input::Start))
    });
    let mut machines: Vec<_> = machines.collect();
    while machines.iter().any(|(_, input)| input.is_some()) {
        for (machine, input) in &mut machines {
            for _ in 0..turn {
                let Some(told) = input.take() else { break };
                let Some(effect) = machine.next(world.now, told) else { break };
                *input =
                    Some(perform(&effect, &world.scope, &mut world.ledger, &mut world.market, world.now));
            }
        }
    }
    machines.into_iter().map(|(machine, _)| machine.into_account()).collect()
}

#[test]
fn a_days_cap_holds_for_all_runs_together() {
    const CAP: usize = 9;
    for shards in [1, 2, 4, 7] {
        for turn in 1..12 {
            let mut world = world(vec![]);
            let wanted = wanted(20, "V1");
            let what = format!("{shards} runs, {turn} steps each");
            for day in 1..=3 {
                let accounts = all_at_once(&mut world, &wanted, shards, turn);
                let arrived = world.market.arrived.len();
                assert_eq!(arrived, (CAP * day).min(20), "{what}, day {day}");
                assert!(accounts.iter().all(|account| account.stopped.is_none()), "{what}");
                let later = accounts.iter().flat_map(|account| &account.products).filter(|found| {
                    matches!(found.outcome, Outcome::Waiting { whom: WaitingFor::Tomorrow, .. })
                });
                assert_eq!(later.count(), 20 - arrived, "{what}, day {day}: the others are told to wait");
                // The same day again: nothing more.
                all_at_once(&mut world, &wanted, shards, turn);
                assert_eq!(world.market.arrived.len(), arrived, "{what}, day {day}");
                world.pass(SignedDuration::from_hours(24));
            }
        }
    }
}

#[test]
fn what_is_refused_at_the_door_leaves_its_place_to_others() {
    let mut world = world(vec![]);
    let no = gallerist::submission::Refusal { rules: vec![25], text: "no".into(), technical: false };
    world.market.refusals = names(5).into_iter().map(|name| (name, no.clone())).collect();
    all_at_once(&mut world, &wanted(20, "V1"), 1, 1);
    all_at_once(&mut world, &wanted(20, "V1"), 1, 1);
    assert_eq!(world.market.arrived.len(), 9);
}

#[test]
fn what_one_of_two_runs_did_not_send_keeps_the_place_of_the_other() {
    let mut world = world(vec![]);
    let wanted = wanted(12, "V1");
    let plan = wanted.plan(&empty(world.now), &Records::default(), world.now);
    for found in plan.products.into_iter().take(9) {
        let gallerist::plan::Action::Submit(submission) = found.chain[0].action.clone() else { panic!() };
        let (id, at) = (submission.id.clone(), world.now);
        let prepared = EventKind::Prepared { submission, commit: None };
        // Two runs meant to send the same, one slept past its lease, and the other is about to send.
        world.ledger.append(&scope(), at, &found.key, &prepared).unwrap();
        world.ledger.append(&scope(), at, &found.key, &prepared).unwrap();
        let slept = EventKind::NotSent { submission: id, reason: "it slept".into(), intents: Some(1) };
        world.ledger.append(&scope(), at, &found.key, &slept).unwrap();
        let until = at + gallerist::reconcile::LEASE;
        world.ledger.lease(&scope(), &found.key, "the other", at, until).unwrap();
    }
    let limit = Limit { products: Some(names(12).into_iter().skip(9).collect()), ..Limit::default() };
    world.limit = limit;
    world.run(&|released: &Released, records: &Records, now| wanted.plan(released, records, now));
    assert_eq!(world.market.arrived.len(), 0, "all nine places are taken");
}

#[test]
fn each_product_is_looked_after_by_one_shard_verdicts_included() {
    let mut world = world(names(30).iter().map(|name| product(name.as_str(), "V1", &["a"])).collect());
    let changed = wanted(6, "V2");
    all_at_once(&mut world, &changed, 3, 1);
    world.market.decide(None, &Verdict::Approved);
    let before = world.ledger.events(&scope()).unwrap().len();
    let shard = Shard::new(2, 3).unwrap();
    world.limit = Limit { shard: Some(shard), ..Limit::default() };
    let account =
        world.run(&|released: &Released, records: &Records, now| changed.plan(released, records, now));
    let looked: BTreeSet<&Key> = account.products.iter().map(|found| &found.key).collect();
    let ours: Vec<Key> = names(6).into_iter().filter(|name| shard.holds(name)).collect();
    assert!((1..6).contains(&ours.len()), "the shard has some and not all: {ours:?}");
    assert_eq!(looked, ours.iter().collect());
    let news = world.ledger.events(&scope()).unwrap().split_off(before);
    let ended = news.iter().filter(|event| matches!(event.kind, EventKind::Ended { .. }));
    assert_eq!(ended.map(|event| &event.product).collect::<BTreeSet<_>>(), looked);
}

/// Everything the run asks of the marketplace.
fn calls(world: &mut World<Desk>, wanted: &Wanted, per_question: usize) -> (usize, usize, usize) {
    let capabilities = Capabilities { ids_per_question: per_question, ..world.market.capabilities() };
    let planner =
        |released: &Released, records: &Records, now: Timestamp| wanted.plan(released, records, now);
    let run = Run {
        scope: &world.scope,
        site: &world.site,
        id: "counted",
        capabilities,
        limit: &world.limit,
        planner: &planner,
        is_frozen: &|_| None,
        is_ancestor: &|_, _| false,
    };
    let (mut machine, mut input) = (Machine::new(run), Input::Start);
    let (mut asked, mut observed, mut others) = (0, 0, 0);
    while let Some(effect) = machine.next(world.now, input) {
        match &effect {
            Effect::Ask(ids) => {
                assert!(ids.len() <= per_question);
                asked += 1;
            }
            Effect::Observe => observed += 1,
            Effect::Read => {}
            _ => others += 1,
        }
        input = perform(&effect, &world.scope, &mut world.ledger, &mut world.market, world.now);
    }
    let account = machine.into_account();
    let waits = |found: &&gallerist::reconcile::ProductAccount| {
        matches!(found.outcome, Outcome::Waiting { whom: WaitingFor::Reviewer, .. })
    };
    assert_eq!(account.products.iter().filter(waits).count(), wanted.products.len());
    (asked, observed, others)
}

#[test]
fn with_thousands_in_review_calls_follow_the_pages() {
    const PRODUCTS: usize = 10_000;
    let wanted =
        Wanted::of((0..PRODUCTS).map(|number| product(&format!("p{number}"), "V1", &["a"])).collect());
    let mut world = world(vec![]);
    let plan = wanted.plan(&empty(world.now), &Records::default(), world.now);
    for found in plan.products {
        let gallerist::plan::Action::Submit(submission) = found.chain[0].action.clone() else { panic!() };
        let (id, at) = (submission.id.clone(), hour(0));
        let gallerist::marketplace::SubmitOutcome::Accepted(application) =
            gallerist::marketplace::Submit::submit(&mut world.market, &submission, None)
        else {
            panic!()
        };
        let prepared = EventKind::Prepared { submission, commit: None };
        world.ledger.append(&scope(), at, &found.key, &prepared).unwrap();
        let accepted = EventKind::Accepted { submission: id, application };
        world.ledger.append(&scope(), at, &found.key, &accepted).unwrap();
    }
    assert_eq!(calls(&mut world, &wanted, 1_000), (10, 1, 0), "ten pages, one look, nothing else");
    assert_eq!(calls(&mut world, &wanted, 3_000), (4, 1, 0));
    assert_eq!(calls(&mut world, &wanted, PRODUCTS), (1, 1, 0));
}

fn empty(taken_at: Timestamp) -> Released {
    let observation = gallerist::released::Observation {
        taken_at,
        coverage: gallerist::released::Coverage::Whole,
        products: Vec::new(),
        applications: Vec::new(),
    };
    gallerist::released::resolve(&observation, &gallerist::released::Bindings::default())
}

#[test]
fn a_freeze_that_begins_while_a_run_is_at_work_counts_for_it() {
    let mut world = world(vec![]);
    let wanted = wanted(1, "V1");
    let planner =
        |released: &Released, records: &Records, now: Timestamp| wanted.plan(released, records, now);
    let (begun, is_sent) = (world.now, std::cell::Cell::new(false));
    let is_frozen =
        |now: Timestamp| (now > begun).then(|| "the end of the freeze on 2026-03-03: the fair".to_owned());
    let run = Run {
        scope: &world.scope,
        site: &world.site,
        id: "frozen",
        capabilities: world.market.capabilities(),
        limit: &world.limit,
        planner: &planner,
        is_frozen: &is_frozen,
        is_ancestor: &|_, _| false,
    };
    let (mut machine, mut input, mut now) = (Machine::new(run), Input::Start, begun);
    while let Some(effect) = machine.next(now, input) {
        is_sent.set(is_sent.get() || matches!(effect, Effect::Submit { .. }));
        input = perform(&effect, &world.scope, &mut world.ledger, &mut world.market, now);
        if matches!(effect, Effect::Append { .. }) {
            now += SignedDuration::from_mins(1);
        }
    }
    assert!(!is_sent.get());
    let account = machine.into_account();
    let Outcome::Waiting { what, .. } = outcome(&account, "p000") else { panic!("{account:?}") };
    assert!(what.contains("the fair"), "{what}");
}

#[test]
fn a_pause_counts_for_a_run_that_is_at_work() {
    let pause = Pause { by: "ann".into(), reason: "prices".into(), until: None };
    for all in [true, false] {
        // Before it is prepared, and between preparing and sending.
        for at in ["lease", "append"] {
            let mut world = world(vec![]);
            let wanted = wanted(1, "V1");
            let planner =
                |released: &Released, records: &Records, now: Timestamp| wanted.plan(released, records, now);
            let run = Run {
                scope: &world.scope,
                site: &world.site,
                id: "paused",
                capabilities: world.market.capabilities(),
                limit: &world.limit,
                planner: &planner,
                is_frozen: &|_| None,
                is_ancestor: &|_, _| false,
            };
            let (mut machine, mut input, mut is_paused) = (Machine::new(run), Input::Start, false);
            while let Some(effect) = machine.next(world.now, input) {
                input = perform(&effect, &world.scope, &mut world.ledger, &mut world.market, world.now);
                let is_moment = match &effect {
                    Effect::Lease { .. } => at == "lease",
                    Effect::Append { .. } => at == "append",
                    _ => false,
                };
                if is_moment && !is_paused {
                    is_paused = true;
                    let about = if all { scope().catalog } else { key("p000") };
                    let event = EventKind::Paused { all, pause: pause.clone() };
                    world.ledger.append(&scope(), world.now, &about, &event).unwrap();
                }
            }
            let account = machine.into_account();
            assert_eq!(world.market.arrived.len(), 0, "{all} {at}");
            let found = outcome(&account, "p000");
            assert!(
                matches!(found, Outcome::Waiting { whom: WaitingFor::OtherRun, .. }),
                "{all} {at}: {found:?}"
            );
        }
    }
}
