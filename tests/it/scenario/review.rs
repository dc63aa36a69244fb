//! The definition changes while a submission is in review, or after the reviewer said no.

use super::{Seller, named, offering, priced};
use gallerist::model::{DeliveryMethod, Desired, OnChange};
use gallerist::plan::{Action, ProductPlan, Standing, StepState};
use gallerist::reconcile::{Outcome, WaitingFor};
use gallerist::submission::SubmissionKind::{self, Modify, Release};

const CAN_BE_WITHDRAWN: DeliveryMethod = DeliveryMethod::License;
const CANNOT_BE_WITHDRAWN: DeliveryMethod = DeliveryMethod::Saas;

fn desk(delivery: DeliveryMethod) -> Desired {
    offering("desk", delivery, &["basic"])
}

/// A product on sale whose new name is in review.
fn renaming(delivery: DeliveryMethod) -> Seller {
    let mut seller = Seller::selling([desk(delivery)]);
    seller.edit(named(desk(delivery), "Desk two"));
    seller.run();
    assert_eq!(seller.standing("desk"), Standing::InReview);
    seller
}

fn on_change(mut desired: Desired, on_change: OnChange) -> Desired {
    desired.on_change = on_change;
    desired
}

fn manual(plan: &ProductPlan) -> Option<&str> {
    plan.chain.iter().find_map(|step| match &step.action {
        Action::Manual(step) => Some(step.text.as_str()),
        Action::Submit(_) | Action::Withdraw { .. } => None,
    })
}

#[test]
fn a_revert_in_git_takes_back_what_can_be_withdrawn() {
    let mut seller = renaming(CAN_BE_WITHDRAWN);
    seller.edit(desk(CAN_BE_WITHDRAWN));
    assert_eq!(seller.standing("desk"), Standing::UnwantedInReview);
    let account = seller.run();
    assert!(account.products[0].withdrawn);
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "withdrawn")]);
}

#[test]
fn a_withdrawn_change_can_be_wanted_again() {
    let mut seller = renaming(CAN_BE_WITHDRAWN);
    seller.edit(desk(CAN_BE_WITHDRAWN));
    seller.run();
    seller.edit(named(desk(CAN_BE_WITHDRAWN), "Desk two"));
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    let modifications = [(Release, "approved"), (Modify, "withdrawn"), (Modify, "approved")];
    assert_eq!(seller.arrived("desk"), modifications);
}

#[test]
fn a_revert_of_what_cannot_be_withdrawn_asks_a_person_and_corrects_after_approval() {
    let mut seller = renaming(CANNOT_BE_WITHDRAWN);
    seller.edit(desk(CANNOT_BE_WITHDRAWN));
    let plan = seller.status("desk");
    assert_eq!(plan.standing, Standing::UnwantedInReview);
    assert!(manual(&plan).is_some_and(|text| text.contains("reject application")), "{plan:#?}");
    assert!(matches!(seller.run_for("desk"), Outcome::Waiting { whom: WaitingFor::Person, .. }));
    // The person was too late: it is approved, and the name is set back.
    seller.approve();
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "approved"), (Modify, "approved")]);
    let name = seller.state().products.values().next().map(|row| row.fields.clone());
    assert_eq!(name.unwrap(), desk(CANNOT_BE_WITHDRAWN).product.fields);
}

#[test]
fn a_revert_of_what_a_person_had_rejected_is_closed_as_moot() {
    let mut seller = renaming(CANNOT_BE_WITHDRAWN);
    seller.edit(desk(CANNOT_BE_WITHDRAWN));
    seller.reject("as the seller asked");
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "rejected")]);
    assert!(seller.records().history(&crate::model::key("desk")).held.is_empty());
}

fn rename_and_reprice_while_in_review(policy: OnChange) -> Seller {
    let mut seller = renaming(CAN_BE_WITHDRAWN);
    let both = priced(named(desk(CAN_BE_WITHDRAWN), "Desk three"), "110");
    seller.edit(on_change(both, policy));
    seller
}

#[test]
fn further_changes_wait_for_the_verdict_by_default() {
    let mut seller = rename_and_reprice_while_in_review(OnChange::Wait);
    let plan = seller.status("desk");
    assert_eq!(plan.standing, Standing::InReview);
    let states: Vec<_> = plan.chain.iter().map(|step| &step.state).collect();
    assert!(matches!(states[..], [StepState::InReview { .. }, StepState::Waiting(_)]), "{states:?}");
    assert!(plan.notices.iter().any(|found| found.rule == "definition-changed-in-review"));
    assert!(matches!(seller.run_for("desk"), Outcome::Waiting { whom: WaitingFor::Reviewer, .. }));
    seller.approve();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "approved"), (Modify, "approved")]);
}

#[test]
fn further_changes_replace_what_is_in_review_when_asked_to() {
    let mut seller = rename_and_reprice_while_in_review(OnChange::Replace);
    assert!(
        matches!(seller.run_for("desk"), Outcome::Submitted { .. }),
        "taken back and sent anew in one run"
    );
    let sent = [(Release, "approved"), (Modify, "withdrawn"), (Modify, "pending approval")];
    assert_eq!(seller.arrived("desk"), sent);
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn a_rejected_first_release_is_fixed_and_a_rejected_change_given_up() {
    let mut seller = Seller::new();
    seller.edit(desk(CANNOT_BE_WITHDRAWN));
    seller.run();
    seller.reject("the name is taken");
    assert_eq!(seller.standing("desk"), Standing::Rejected);
    let Outcome::Rejected { reason, submission } = seller.run_for("desk") else { panic!("a rejection") };
    assert_eq!(reason.as_deref(), Some("the name is taken"));
    assert!(submission.is_some());
    let tries: Vec<(SubmissionKind, &str)> = seller.arrived("desk");
    assert_eq!(tries, [(Release, "rejected")], "what was rejected is not sent again by itself");

    seller.edit(named(desk(CANNOT_BE_WITHDRAWN), "Desk two"));
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);

    seller.edit(named(desk(CANNOT_BE_WITHDRAWN), "Desk three"));
    seller.run();
    seller.reject("no numbers in names");
    assert_eq!(seller.standing("desk"), Standing::Rejected);
    seller.edit(named(desk(CANNOT_BE_WITHDRAWN), "Desk two"));
    seller.run();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert!(seller.records().history(&crate::model::key("desk")).held.is_empty(), "closed as moot");
    let all = [(Release, "rejected"), (Release, "approved"), (Modify, "rejected")];
    assert_eq!(seller.arrived("desk"), all);
}

#[test]
fn what_was_rejected_is_sent_again_when_somebody_says_so() {
    let mut seller = renaming(CANNOT_BE_WITHDRAWN);
    seller.reject("not today");
    let held = seller.records().history(&crate::model::key("desk")).held;
    let operations = held.into_keys().collect();
    seller.record("desk", &gallerist::ledger::EventKind::Retried { operations, by: "owner".into() });
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    let all = [(Release, "approved"), (Modify, "rejected"), (Modify, "approved")];
    assert_eq!(seller.arrived("desk"), all);
}
