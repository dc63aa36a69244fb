//! A run that was held up while another one took its product over sends nothing when it wakes up.

use crate::model::scope;
use crate::scenario::{Definitions, Seller, named, offering, with_run};
use gallerist::ledger::EventKind;
use gallerist::marketplace::SubmitOutcome;
use gallerist::model::{DeliveryMethod, Desired};
use gallerist::reconcile::{Effect, Input, LEASE, Machine, Run, perform};
use jiff::SignedDuration;

fn desk() -> Desired {
    offering("desk", DeliveryMethod::License, &["basic"])
}

/// A run stops between deciding to send and sending, with its clock; meanwhile another run looks after the product, for
/// which nothing is to be done any more. Then the first one goes on. Says how many applications there are.
fn held_up(other: impl FnOnce(&mut Seller, &Definitions)) -> (Seller, usize) {
    let mut seller = Seller::selling([desk()]);
    let before = seller.state().applications.len();
    seller.edit(named(desk(), "Desk two"));
    let changed = seller.definitions.clone();
    let id = seller.next_run();
    let begun = seller.now();
    with_run(&changed, &id, |run| {
        let (mut machine, mut input) = (Machine::new(run), Input::Start);
        let late = loop {
            let Some(effect) = machine.next(begun, input) else { panic!("it sends something") };
            if matches!(effect, Effect::Submit { .. }) {
                break effect;
            }
            input = perform(&effect, run.scope, seller.ledger.as_mut(), &mut seller.sandbox, begun);
        };
        seller.pass(LEASE + SignedDuration::from_mins(1));
        seller.edit(desk());
        let unchanged = seller.definitions.clone();
        other(&mut seller, &unchanged);
        let now = seller.now();
        let mut input = perform(&late, run.scope, seller.ledger.as_mut(), &mut seller.sandbox, now);
        while let Some(effect) = machine.next(begun, input) {
            input = perform(&effect, run.scope, seller.ledger.as_mut(), &mut seller.sandbox, begun);
        }
    });
    let applications = seller.state().applications.len() - before;
    (seller, applications)
}

fn run_to_its_end(seller: &mut Seller, definitions: &Definitions, change: impl FnOnce(&mut Run<'_>)) {
    let (id, now) = (seller.next_run(), seller.now());
    with_run(definitions, &id, |mut run| {
        change(&mut run);
        let (mut machine, mut input) = (Machine::new(run), Input::Start);
        while let Some(effect) = machine.next(now, input) {
            input = perform(&effect, run.scope, seller.ledger.as_mut(), &mut seller.sandbox, now);
        }
    });
}

#[test]
fn what_was_judged_lost_is_not_taken_afterwards() {
    let (seller, applications) = held_up(|seller, definitions| run_to_its_end(seller, definitions, |_| {}));
    assert_eq!(applications, 0, "nobody wanted it any more");
    let events = seller.ledger.events(&scope()).unwrap();
    let last = events.last().map(|event| &event.kind);
    assert!(
        matches!(last, Some(EventKind::NotSent { reason, .. }) if reason.contains("took the product over"))
    );
}

/// Leases are given back early, so a clock that is ahead must not make an earlier run look like the later one.
#[test]
fn what_a_run_sent_whose_clock_is_ahead_is_late_all_the_same() {
    let mut seller = Seller::selling([desk()]);
    let before = seller.state().applications.len();
    seller.edit(named(desk(), "Desk two"));
    let (changed, id) = (seller.definitions.clone(), seller.next_run());
    let late = with_run(&changed, &id, |run| {
        let (mut machine, mut input, mut late) = (Machine::new(run), Input::Start, None);
        let ahead = seller.now() + SignedDuration::from_mins(5);
        while let Some(effect) = machine.next(ahead, input) {
            if matches!(effect, Effect::Submit { .. }) {
                late = Some(effect);
                input = Input::Sent(SubmitOutcome::Unknown("no answer".into()));
                continue;
            }
            input = perform(&effect, run.scope, seller.ledger.as_mut(), &mut seller.sandbox, ahead);
        }
        late.unwrap()
    });
    seller.edit(desk());
    let unchanged = seller.definitions.clone();
    run_to_its_end(&mut seller, &unchanged, |_| {});
    let now = seller.now();
    let told = perform(&late, &scope(), seller.ledger.as_mut(), &mut seller.sandbox, now);
    assert!(matches!(told, Input::Sent(SubmitOutcome::NotSent(_))), "{told:?}");
    assert_eq!(seller.state().applications.len(), before, "nobody wanted it any more");
}

#[test]
fn without_a_fence_that_is_the_window_that_stays_open() {
    let (_, applications) = held_up(|seller, definitions| {
        run_to_its_end(seller, definitions, |run| run.capabilities.checks_fences = false);
    });
    assert_eq!(applications, 1, "nothing but the fence is in its way");
}

#[test]
fn a_run_that_nobody_took_the_place_of_sends_late() {
    let (seller, applications) = held_up(|_, _| {});
    assert_eq!(applications, 1);
    let events = seller.ledger.events(&scope()).unwrap();
    assert!(matches!(events.last().map(|event| &event.kind), Some(EventKind::Accepted { .. })));
}
