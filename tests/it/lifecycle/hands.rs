//! Somebody works in the console while ours is in review.

use super::{by_hand, changed, done, in_review, nothing_more, ours, shelf, with_name};
use crate::model::key;
use crate::scenario::{name_of, priced};
use gallerist::ledger::EventKind;
use gallerist::model::{Item, ProductField, Value};
use gallerist::plan::Standing;
use gallerist::reconcile::Outcome;
use gallerist::sandbox::{Answer, Request};
use gallerist::submission::OperationKind::{ChangeField, RenameSpecification};
use gallerist::submission::SubmissionKind::{Modify, Release};
use gallerist::submission::{Operation, Verdict};

#[test]
fn what_is_withdrawn_in_the_console_is_not_sent_again_until_somebody_says_so() {
    let (mut seller, application) = in_review();
    done(&seller, by_hand(&application));
    let account = seller.run();
    assert_eq!(account.products[0].verdicts, [(ours(&seller), Verdict::Withdrawn)]);
    assert!(!account.products[0].withdrawn, "it was not this run that took it back");
    let taken_back = Outcome::TakenBack { submission: ours(&seller) };
    assert_eq!(seller.run_for("desk"), taken_back);
    assert_eq!(seller.standing("desk"), Standing::TakenBack);
    nothing_more(&mut seller);
    let operations = seller.records().history(&key("desk")).held.into_keys().collect();
    seller.record("desk", &EventKind::Retried { operations, by: "owner".into() });
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "withdrawn"), (Modify, "approved")]);
}

#[test]
fn what_is_withdrawn_in_the_console_and_then_changed_is_sent() {
    let (mut seller, application) = in_review();
    done(&seller, by_hand(&application));
    seller.run();
    seller.edit(priced(with_name(shelf(), "Desk three"), "110"));
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn what_is_withdrawn_in_the_console_and_given_up_is_forgotten() {
    let (mut seller, application) = in_review();
    done(&seller, by_hand(&application));
    seller.run();
    seller.edit(shelf());
    seller.run();
    assert!(seller.records().history(&key("desk")).held.is_empty(), "closed as moot");
    seller.edit(changed());
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }), "wanted anew");
}

#[test]
fn rejected_and_discarded_between_two_runs_is_not_sent_again() {
    let (mut seller, application) = in_review();
    done(&seller, Request::Reject { application: application.clone(), reason: "no".into() });
    done(&seller, Request::Discard(application));
    let account = seller.run();
    assert_eq!(account.products[0].verdicts, [(ours(&seller), Verdict::Discarded)]);
    assert_eq!(seller.standing("desk"), Standing::TakenBack, "nobody knows that a reviewer said no");
    nothing_more(&mut seller);
}

#[test]
fn what_is_submitted_by_hand_instead_is_neither_overwritten_nor_reverted() {
    let (mut seller, application) = in_review();
    done(&seller, by_hand(&application));
    let operations = vec![Operation {
        kind: ChangeField,
        item: Item::Field(ProductField::Name),
        from: None,
        to: Some(Value::Text("By hand".into())),
        reason: None,
    }];
    let draft = Request::SaveForeignDraft {
        by: "a colleague".into(),
        product: key("desk"),
        kind: Modify,
        operations,
    };
    let Answer::Accepted(draft) = seller.ask(&draft) else { panic!("a draft") };
    assert!(matches!(seller.ask(&Request::SubmitForeign(draft.clone())), Answer::Accepted(_)));
    seller.run();
    let plan = seller.status("desk");
    assert_eq!(plan.standing, Standing::Blocked);
    assert!(plan.blocks[0].finding.message.contains(&draft.0), "{:?}", plan.blocks);
    nothing_more(&mut seller);
    seller.approve();
    let plan = seller.status("desk");
    assert!(plan.drift.iter().any(|drift| drift.item == Item::Field(ProductField::Name)), "{plan:#?}");
    let name =
        seller.state().products.values().next().unwrap().fields.text(ProductField::Name).unwrap().to_owned();
    seller.run();
    seller.approve();
    let after =
        seller.state().products.values().next().unwrap().fields.text(ProductField::Name).unwrap().to_owned();
    assert_eq!((name.as_str(), after.as_str()), ("By hand", "By hand"));
}

#[test]
fn a_released_product_edited_in_the_console_during_review_is_told_and_not_reverted() {
    let (mut seller, _) = in_review();
    seller.console_edit("desk", RenameSpecification, name_of("basic"), Value::Text("By hand".into()));
    let account = seller.approve();
    assert!(account.products[0].approved_differently, "{account:#?}");
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len()), (Standing::Drifted, 1));
    assert_eq!(plan.drift[0].item, name_of("basic"));
    nothing_more(&mut seller);
}

#[test]
fn approved_and_then_edited_between_two_runs_is_told_and_not_reverted() {
    let (mut seller, application) = in_review();
    done(&seller, Request::Approve(application));
    seller.console_edit("desk", ChangeField, Item::Field(ProductField::Name), Value::Text("By hand".into()));
    let account = seller.run();
    assert!(account.products[0].approved_differently);
    assert_eq!(account.products[0].verdicts[0].1, Verdict::Approved);
    assert_eq!(seller.standing("desk"), Standing::Drifted);
    nothing_more(&mut seller);
}
