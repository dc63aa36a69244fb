//! Applications that the marketplace does not know any more.

use super::{changed, done, in_review, nothing_more, ours, shelf, with_name};
use crate::model::key;
use gallerist::ledger::EventKind;
use gallerist::plan::Standing;
use gallerist::reconcile::Outcome;
use gallerist::sandbox::{Policy, Request};
use gallerist::submission::SubmissionKind::{Modify, Release};
use gallerist::submission::Verdict;

#[test]
fn an_application_that_disappeared_is_unknown_and_never_sent_again() {
    let (mut seller, application) = in_review();
    done(&seller, Request::Forget(application.clone()));
    let Outcome::Unknown { submission, why, .. } = seller.run_for("desk") else { panic!("unknown") };
    assert_eq!(submission, ours(&seller));
    assert_eq!(why, format!("the marketplace does not know application {application} any more"));
    nothing_more(&mut seller);
    // Another wish does not make it known, and a revert takes nothing back that nobody knows.
    for wish in [with_name(shelf(), "Desk three"), shelf(), changed()] {
        seller.edit(wish);
        assert!(matches!(seller.run_for("desk"), Outcome::Unknown { .. }));
    }
    nothing_more(&mut seller);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "not known any more")]);
    // A person found out that nothing came of it, and wants it all the same.
    let submission = ours(&seller);
    seller.record("desk", &EventKind::Ended { submission, verdict: Verdict::Withdrawn });
    assert!(matches!(seller.run_for("desk"), Outcome::TakenBack { .. }));
    let operations = seller.records().history(&key("desk")).held.into_keys().collect();
    seller.record("desk", &EventKind::Retried { operations, by: "owner".into() });
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn a_review_older_than_the_marketplaces_history_is_not_guessed() {
    let (mut seller, application) = in_review();
    done(&seller, Request::Approve(application.clone()));
    done(&seller, Request::Forget(application));
    assert!(
        matches!(seller.run_for("desk"), Outcome::Unknown { .. }),
        "although all that was asked for is there"
    );
    nothing_more(&mut seller);
    let submission = ours(&seller);
    seller.record("desk", &EventKind::Ended { submission, verdict: Verdict::Approved });
    assert_eq!(seller.run_for("desk"), Outcome::Nothing);
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn a_verdict_that_left_the_list_is_still_learned_by_asking() {
    let (mut seller, _) = in_review();
    seller.ask(&Request::Review(Policy::ApproveAll));
    // The list of applications forgets what is older than a month; whoever asks by our id is told.
    for _ in 0..40 {
        seller.day();
    }
    assert!(seller.released().applications.is_empty());
    assert_eq!(seller.run_for("desk"), Outcome::Nothing);
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn what_disappeared_of_a_product_without_definition_waits_for_a_person_too() {
    let (mut seller, application) = in_review();
    done(&seller, Request::Forget(application));
    seller.definitions.products.clear();
    assert!(matches!(seller.run_for("desk"), Outcome::Unknown { .. }));
    nothing_more(&mut seller);
}
