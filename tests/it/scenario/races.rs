//! What happens between two effects of a run: others are faster, and answers are lost.

use super::{Seller, name_of, named, offering, with_run};
use crate::model::{key, retire, scope};
use gallerist::marketplace::{MarketplaceError, SubmitOutcome};
use gallerist::model::{DeliveryMethod, Desired, OnChange, Value};
use gallerist::plan::Standing;
use gallerist::reconcile::{Effect, Input, LEASE, Machine, Outcome, ProductAccount, WaitingFor, perform};
use gallerist::sandbox::{Policy, Request, Standing as AtDesk};
use gallerist::submission::OperationKind::RenameSpecification;
use gallerist::submission::SubmissionKind::{Modify, Release, Remove};
use gallerist::submission::Verdict;
use jiff::SignedDuration;

fn desk() -> Desired {
    offering("desk", DeliveryMethod::License, &["basic"])
}

/// A run in which one effect is carried out by the test; how it ends for the only product.
fn run_with(
    seller: &mut Seller,
    mut instead: impl FnMut(&mut Seller, &Effect) -> Option<Input>,
) -> ProductAccount {
    let (id, definitions, now) = (seller.next_run(), seller.definitions.clone(), seller.now());
    let account = with_run(&definitions, &id, |run| {
        let mut machine = Machine::new(run);
        let mut input = Input::Start;
        while let Some(effect) = machine.next(now, input) {
            input = instead(seller, &effect).unwrap_or_else(|| carried_out(seller, &effect));
        }
        machine.into_account()
    });
    assert_eq!((account.stopped, account.products.len()), (None, 1));
    account.products.into_iter().next().unwrap()
}

fn carried_out(seller: &mut Seller, effect: &Effect) -> Input {
    let now = seller.now();
    perform(effect, &scope(), seller.ledger.as_mut(), &mut seller.sandbox, now)
}

#[test]
fn a_product_that_changed_between_looking_and_sending_is_submitted_on_its_new_base() {
    let mut seller = Seller::selling([desk()]);
    seller.edit(named(desk(), "Desk two"));
    let found = run_with(&mut seller, |seller, effect| {
        if matches!(effect, Effect::Submit { .. }) {
            let by_hand = Value::Text("By hand".into());
            seller.console_edit("desk", RenameSpecification, name_of("basic"), by_hand);
        }
        None
    });
    assert!(matches!(&found.outcome, Outcome::Refused(refusal) if refusal.rules.is_empty()), "{found:?}");
    // The refusal was about a base that nobody plans from any more.
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "pending approval")]);
}

#[test]
fn what_somebody_elses_draft_kept_out_goes_in_when_the_draft_is_gone() {
    let mut seller = Seller::selling([desk()]);
    seller.edit(named(desk(), "Desk two"));
    let found = run_with(&mut seller, |seller, effect| {
        if matches!(effect, Effect::Submit { .. }) {
            let (by, product) = ("a colleague".to_owned(), key("desk"));
            seller.ask(&Request::SaveForeignDraft { by, product, kind: Modify, operations: Vec::new() });
        }
        None
    });
    assert!(matches!(&found.outcome, Outcome::Refused(refusal) if refusal.rules == [70]), "{found:?}");
    assert!(matches!(seller.run_for("desk"), Outcome::Blocked { .. }), "the draft is seen now");
    let state = seller.state();
    let draft = state.applications.values().find(|found| found.standing == AtDesk::Draft).unwrap();
    seller.ask(&Request::Discard(draft.id.clone()));
    seller.pass(SignedDuration::from_mins(16));
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }), "nobody has to say retry");
}

/// A seller whose submission is outdated while it is in review.
fn outdated() -> Seller {
    let mut seller = Seller::selling([desk()]);
    seller.edit(named(desk(), "Desk two"));
    seller.run();
    seller.edit(Desired { on_change: OnChange::Replace, ..named(desk(), "Desk three") });
    seller
}

/// A run that slept says that nothing was sent, and it is right about itself alone.
#[test]
fn what_another_run_sent_is_found_again_when_a_late_word_gave_it_up() {
    let mut seller = Seller::selling([desk()]);
    seller.edit(named(desk(), "Desk two"));
    let (ids, definitions) = ([seller.next_run(), seller.next_run()], seller.definitions.clone());
    with_run(&definitions, &ids[0], |slow| {
        let mut slow = Machine::new(slow);
        let (mut input, mut late) = (Input::Start, None);
        while let Some(effect) = slow.next(seller.now(), input) {
            if matches!(&effect, Effect::Append { event, .. } if event.name() == "not-sent") {
                late = Some(effect);
                break;
            }
            input = match effect {
                Effect::Submit { .. } => Input::Sent(SubmitOutcome::NotSent("no line".into())),
                effect => carried_out(&mut seller, &effect),
            };
        }
        seller.pass(LEASE + SignedDuration::from_mins(1));
        with_run(&definitions, &ids[1], |crashing| {
            let mut crashing = Machine::new(crashing);
            let mut input = Input::Start;
            while let Some(effect) = crashing.next(seller.now(), input) {
                input = carried_out(&mut seller, &effect);
                if matches!(effect, Effect::Submit { .. }) {
                    break;
                }
            }
        });
        assert_eq!(carried_out(&mut seller, &late.unwrap()), Input::Done);
    });
    seller.pass(LEASE + SignedDuration::from_mins(1));
    seller.edit(named(desk(), "Desk three"));
    assert!(matches!(seller.run_for("desk"), Outcome::Waiting { whom: WaitingFor::Reviewer, .. }));
    seller.settle();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    let arrived = [(Release, "approved"), (Modify, "approved"), (Modify, "approved")];
    assert_eq!(seller.arrived("desk"), arrived);
}

/// As above, and by the time somebody looks again the marketplace lists the application no more.
#[test]
fn a_late_word_gives_up_no_more_than_what_its_run_meant_to_send() {
    let mut seller = Seller::new();
    seller.edit(desk());
    let (ids, definitions) =
        ([seller.next_run(), seller.next_run(), seller.next_run()], seller.definitions.clone());
    let until = |seller: &mut Seller, id: &str, event: &str| {
        with_run(&definitions, id, |run| {
            let (mut machine, mut input) = (Machine::new(run), Input::Start);
            while let Some(effect) = machine.next(seller.now(), input) {
                input = carried_out(seller, &effect);
                if matches!(&effect, Effect::Append { event: found, .. } if found.name() == event) {
                    return;
                }
                if matches!(&effect, Effect::Submit { .. }) && event == "submit" {
                    return;
                }
            }
        });
    };
    with_run(&definitions, &ids[0], |slow| {
        let (mut slow, mut input) = (Machine::new(slow), Input::Start);
        loop {
            let effect = slow.next(seller.now(), input).unwrap();
            input = carried_out(&mut seller, &effect);
            if matches!(&effect, Effect::Append { event, .. } if event.name() == "prepared") {
                break;
            }
        }
        // It sleeps; others judge that nothing was sent, send the same, and die before they write that it arrived.
        seller.pass(LEASE + SignedDuration::from_mins(1));
        until(&mut seller, &ids[1], "not-sent");
        seller.pass(LEASE + SignedDuration::from_mins(1));
        until(&mut seller, &ids[2], "submit");
        while let Some(effect) = slow.next(seller.now(), input) {
            input = carried_out(&mut seller, &effect);
        }
    });
    seller.ask(&Request::Review(Policy::ApproveAll));
    seller.pass(SignedDuration::from_hours(24 * 40));
    seller.run();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved")]);
}

#[test]
fn a_withdrawal_that_arrives_twice_is_a_withdrawal() {
    let mut seller = outdated();
    let found = run_with(&mut seller, |seller, effect| {
        matches!(effect, Effect::Withdraw { .. }).then(|| {
            carried_out(seller, effect);
            carried_out(seller, effect)
        })
    });
    assert!(matches!(found.outcome, Outcome::Submitted { .. }), "{found:?}");
    assert_eq!(found.verdicts.iter().map(|(_, verdict)| verdict).collect::<Vec<_>>(), [&Verdict::Withdrawn]);
    let arrived = [(Release, "approved"), (Modify, "withdrawn"), (Modify, "pending approval")];
    assert_eq!(seller.arrived("desk"), arrived);
}

#[test]
fn a_submission_that_is_approved_before_it_is_withdrawn_is_followed_by_the_rest() {
    let mut seller = outdated();
    let found = run_with(&mut seller, |seller, effect| {
        if matches!(effect, Effect::Withdraw { .. }) {
            seller.ask(&Request::Review(Policy::ApproveAll));
        }
        None
    });
    assert!(matches!(found.outcome, Outcome::Submitted { .. }) && !found.withdrawn, "{found:?}");
    let arrived = [(Release, "approved"), (Modify, "approved"), (Modify, "pending approval")];
    assert_eq!(seller.arrived("desk"), arrived);
}

#[test]
fn a_withdrawal_without_an_answer_is_neither_done_nor_not_done() {
    let mut seller = outdated();
    let found = run_with(&mut seller, |seller, effect| {
        matches!(effect, Effect::Withdraw { .. }).then(|| {
            carried_out(seller, effect);
            Input::MarketplaceFailed(MarketplaceError::Unreachable("the line was cut".into()))
        })
    });
    assert!(matches!(found.outcome, Outcome::Unknown { .. }), "{found:?}");
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }), "the next run asks");
}

#[test]
fn an_approval_counts_while_what_it_names_is_held() {
    let two = |name: &str| offering(name, DeliveryMethod::License, &["basic", "better"]);
    let mut seller = Seller::selling([two("desk"), two("lamp")]);
    seller.edit(retire(two("desk"), "basic"));
    seller.edit(retire(two("lamp"), "basic"));
    seller.run();
    seller.reject("not like this");
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.blocks), (Standing::Rejected, vec![]));
    assert_eq!(seller.arrived("lamp"), [(Release, "approved"), (Remove, "rejected")]);
    assert_eq!(seller.sells("desk").len(), 2, "{}", key("desk"));
}
