//! The same faults over the real planner and the real sandbox.

use super::operations;
use super::world::{Market, World, with_every_fault};
use crate::model::{desired, key, now, product, replaces, retire, scope, site, specification};
use gallerist::config::{Guards, PreflightGate};
use gallerist::ledger::{EventKind, Ledger, LedgerView, Records, fold};
use gallerist::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use gallerist::model::{DeliveryMethod, Desired, Item, Key, ProductField, Value};
use gallerist::plan::{CatalogInput, DesiredProduct, Elsewhere, Plan, Standing, plan};
use gallerist::released::{Observation, Released, resolve};
use gallerist::sandbox::{Answer, Judge, Policy, Request, Seeded, State};
use gallerist::submission::{ApplicationId, Fence, Operation, OperationKind, Submission, SubmissionId};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The sandbox as a value, and the submissions that became applications.
#[derive(Clone)]
struct Sandbox {
    judge: Judge,
    state: State,
    now: Timestamp,
    arrived: BTreeMap<ApplicationId, Submission>,
}

impl Sandbox {
    fn ask(&mut self, request: &Request) -> Answer {
        let (state, answer, _) = self.judge.step(self.state.clone(), request, self.now);
        self.state = state;
        answer
    }

    fn look(&self, request: &Request) -> Answer {
        self.judge.step(self.state.clone(), request, self.now).1
    }
}

impl Observe for Sandbox {
    fn capabilities(&self) -> Capabilities {
        Capabilities { knows_submission_ids: true, checks_fences: true, ids_per_question: 2 }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        Ok(self.state.time(self.now))
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        match self.look(&Request::Observe) {
            Answer::Observation(observation) => Ok(*observation),
            other => panic!("{other:?}"),
        }
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        match self.look(&Request::Reviews(submissions.to_vec())) {
            Answer::Reviews(reports) => Ok(reports.into_iter().map(Into::into).collect()),
            other => panic!("{other:?}"),
        }
    }
}

impl Submit for Sandbox {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        let references = BTreeMap::new();
        match self.ask(&Request::Submit { submission: Box::new(submission.clone()), references, fence }) {
            Answer::Accepted(application) => {
                self.arrived.entry(application.clone()).or_insert_with(|| submission.clone());
                SubmitOutcome::Accepted(application)
            }
            Answer::Refused(refusal) => SubmitOutcome::Refused(refusal),
            Answer::Late => SubmitOutcome::NotSent("another run took the product over".into()),
            other => panic!("{other:?}"),
        }
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        self.ask(&Request::Bar { product: product.clone(), fence });
        Ok(())
    }

    fn withdraw(&mut self, _: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        match self.ask(&Request::Withdraw(submission.clone())) {
            Answer::Done => Ok(()),
            other => Err(MarketplaceError::Refused(format!("{other:?}"))),
        }
    }
}

impl Market for Sandbox {
    fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    fn approve_all(&mut self) {
        self.ask(&Request::Review(Policy::ApproveAll));
    }

    fn arrived(&self) -> Vec<Submission> {
        self.arrived.values().cloned().collect()
    }
}

/// The real planner, with every guarded operation approved.
fn planned(desired: &[Desired], released: &Released, records: &Records, now: Timestamp) -> Plan {
    let definitions: BTreeMap<Key, DesiredProduct> = desired
        .iter()
        .map(|desired| (desired.product.key.clone(), DesiredProduct { desired: desired.clone(), path: None }))
        .collect();
    let histories = records.products.keys().map(|key| (key.clone(), records.history(key))).collect();
    let bound = records.bindings().products.into_keys().collect();
    let mut approvals: BTreeMap<Key, BTreeSet<_>> = BTreeMap::new();
    loop {
        let made = plan(&CatalogInput {
            scope: &scope(),
            site: site(),
            guards: &Guards::default(),
            levels: &Default::default(),
            now,
            commit: None,
            desired: &definitions,
            released,
            histories: &histories,
            approvals: &approvals,
            bound: &bound,
            older_commit: &BTreeSet::new(),
            by_hand: false,
            halt: None,
            preflight: PreflightGate::default(),
            only: None,
            elsewhere: Elsewhere::default(),
        });
        let before = approvals.values().map(BTreeSet::len).sum::<usize>();
        for found in &made.products {
            let wanted = found.blocks.iter().filter_map(|block| block.approval.clone());
            approvals.entry(found.key.clone()).or_default().extend(wanted);
        }
        if approvals.values().map(BTreeSet::len).sum::<usize>() == before {
            return made;
        }
    }
}

/// A first release, and a product whose only specification gives way to a new one.
fn start() -> (World<Sandbox>, Vec<Desired>) {
    let edition = |name: &str| specification(name, &[("yearly", "99")]);
    let crm = |editions| product("crm", DeliveryMethod::Saas, editions);
    let market = Sandbox {
        judge: Judge::new(site().clone()),
        state: State::default(),
        now: now(),
        arrived: BTreeMap::new(),
    };
    let mut world = World::new(market, now());
    let sold = crm(vec![edition("old")]);
    let Answer::Seeded(bindings) = world.market.ask(&Request::Seed(vec![Seeded::on_sale(sold.clone())]))
    else {
        panic!("a seeded account")
    };
    for (key, binding) in bindings.products {
        let applied = EventKind::Applied { product: sold.clone(), commit: None };
        world.ledger.append(&scope(), now(), &key, &EventKind::Bound { binding }).unwrap();
        world.ledger.append(&scope(), now(), &key, &applied).unwrap();
    }
    let renewed = desired(crm(vec![edition("new"), edition("old")]));
    let chat = desired(product("chat", DeliveryMethod::Saas, vec![edition("basic")]));
    (world, vec![chat, replaces(retire(renewed, "old"), "new", "old")])
}

fn check(world: &World<Sandbox>, desired: &[Desired], what: &dyn std::fmt::Debug) {
    let arrived = world.market.arrived();
    let applications = world.market.observe().unwrap().applications.len();
    assert_eq!(applications, arrived.len(), "{what:?}");
    let happened = operations(&arrived);
    let distinct: BTreeSet<_> = happened.iter().collect();
    assert_eq!(happened.len(), distinct.len(), "something was sent twice: {what:?}");
    assert_eq!(applications, 3, "a release, an addition, a removal: {what:?}");
    let records = fold(&scope(), &world.ledger.events(&scope()).unwrap(), world.now);
    let released = resolve(&world.market.observe().unwrap(), &records.bindings());
    for product in planned(desired, &released, &records, world.now).products {
        assert_eq!((product.standing, product.chain), (Standing::InSync, vec![]), "{} {what:?}", product.key);
    }
    assert!(released.products[&key("crm")].discontinued.contains(&key("old")), "{what:?}");
}

#[test]
fn stopped_anywhere_the_sandbox_sees_everything_exactly_once() {
    let (world, desired) = start();
    let planner =
        |released: &Released, records: &Records, now: Timestamp| planned(&desired, released, records, now);
    with_every_fault(&world, &planner, 1, 7, |world, faults| check(world, &desired, &faults));
}

#[test]
fn two_runs_at_once_are_one_to_the_sandbox() {
    let (world, desired) = start();
    let planner =
        |released: &Released, records: &Records, now: Timestamp| planned(&desired, released, records, now);
    for wait in [SignedDuration::ZERO, SignedDuration::from_mins(20)] {
        for left in (0..28).step_by(2) {
            for right in (1..28).step_by(3) {
                let mut world = world.clone();
                world.interleave([&planner, &planner], (left, right), wait);
                world.market.approve_all();
                world.pass(SignedDuration::from_hours(25));
                world.drive(&planner, &[], 4);
                check(&world, &desired, &(left, right, wait));
            }
        }
    }
}

#[test]
fn what_is_approved_differently_is_said() {
    let (mut world, desired) = start();
    let planner =
        |released: &Released, records: &Records, now: Timestamp| planned(&desired, released, records, now);
    world.run(&planner);
    world.market.approve_all();
    let change = Operation {
        kind: OperationKind::ChangeField,
        item: Item::Field(ProductField::Version),
        from: None,
        to: Some(Value::Text("V1.0 (edited)".into())),
        reason: None,
    };
    let edit = Request::ConsoleEdit { by: "desk".into(), product: key("crm"), operations: vec![change] };
    assert_eq!(world.market.ask(&edit), Answer::Done);
    let account = world.run(&planner);
    let differently: Vec<(&str, bool)> =
        account.products.iter().map(|found| (found.key.as_str(), found.approved_differently)).collect();
    assert_eq!(differently, [("chat", false), ("crm", true)]);
    let later = world.run(&planner);
    assert!(later.products.iter().all(|found| !found.approved_differently), "said once, drift from then on");
}
