//! Other people's work, an older commit, a ledger that was lost.

use super::{Seller, name_of, named, offering, priced};
use crate::model::{blocking, key};
use gallerist::model::{DeliveryMethod, Desired, Item, ProductField, Value};
use gallerist::plan::{DriftKind, Standing};
use gallerist::reconcile::Outcome;
use gallerist::sandbox::{Answer, Request};
use gallerist::stores::MemoryLedger;
use gallerist::submission::OperationKind::{ChangeField, RenameSpecification};
use gallerist::submission::SubmissionKind::{Modify, Release};

fn desk() -> Desired {
    offering("desk", DeliveryMethod::License, &["basic"])
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn a_console_edit_of_a_managed_field_is_drift_and_is_not_reverted() {
    let mut seller = Seller::selling([desk()]);
    seller.console_edit("desk", ChangeField, Item::Field(ProductField::Name), text("By hand"));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len()), (Standing::Drifted, 1));
    assert_eq!(plan.drift[0].kind, DriftKind::Drift);
    seller.run();
    assert_eq!(seller.arrived("desk"), [(Release, "approved")]);
}

#[test]
fn a_console_edit_of_the_field_that_we_change_too_is_a_conflict() {
    let mut seller = Seller::selling([desk()]);
    seller.console_edit("desk", ChangeField, Item::Field(ProductField::Name), text("By hand"));
    seller.edit(named(desk(), "Desk two"));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len()), (Standing::Drifted, 1));
    assert_eq!(plan.drift[0].kind, DriftKind::Conflict);
    seller.run();
    assert_eq!(seller.arrived("desk"), [(Release, "approved")]);
}

#[test]
fn a_console_edit_of_another_field_is_drift_and_does_not_stop_our_change() {
    let mut seller = Seller::selling([desk()]);
    seller.console_edit("desk", RenameSpecification, name_of("basic"), text("By hand"));
    seller.edit(priced(desk(), "110"));
    let plan = seller.status("desk");
    assert_eq!((plan.drift.len(), plan.changes.len()), (1, 1));
    seller.run();
    seller.approve();
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len(), plan.chain.len()), (Standing::Drifted, 1, 0));
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "approved")]);
}

#[test]
fn a_console_edit_of_an_unmanaged_field_is_no_drift() {
    let mut unnamed = desk();
    let mut seller = Seller::selling([desk()]);
    unnamed.product.fields.remove(ProductField::Name);
    seller.edit(unnamed);
    seller.console_edit("desk", ChangeField, Item::Field(ProductField::Name), text("By hand"));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len()), (Standing::InSync, 0));
}

#[test]
fn a_console_edit_to_the_value_we_want_is_in_sync() {
    let mut seller = Seller::selling([desk()]);
    seller.console_edit("desk", ChangeField, Item::Field(ProductField::Name), text("Desk two"));
    seller.edit(named(desk(), "Desk two"));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len(), plan.chain.len()), (Standing::InSync, 0, 0));
    // And from then on it is ours: the next change is no conflict.
    seller.run();
    seller.edit(priced(named(desk(), "Desk two"), "110"));
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn an_older_commit_is_refused_for_the_products_that_are_further() {
    let mut seller = Seller::new();
    seller.definitions.commits = ["one", "two", "three"].map(str::to_owned).to_vec();
    seller.definitions.commit = Some("two".into());
    seller.edit(desk());
    seller.run();
    seller.approve();
    seller.definitions.commit = Some("one".into());
    seller.edit(named(desk(), "An older name"));
    seller.edit(offering("lamp", DeliveryMethod::License, &["basic"]));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, blocking(&plan)), (Standing::Blocked, vec!["older-commit"]));
    seller.run();
    assert_eq!(seller.arrived("desk"), [(Release, "approved")]);
    assert_eq!(seller.arrived("lamp").len(), 1, "a product that was never further is not held up");
    seller.definitions.commit = Some("three".into());
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
}

#[test]
fn with_the_ledger_lost_nothing_is_released_twice() {
    let mut seller = Seller::selling([desk()]);
    seller.ledger = Box::new(MemoryLedger::default());
    let plan = seller.status("desk");
    assert_eq!((plan.standing, blocking(&plan)), (Standing::Blocked, vec!["ledger-incomplete"]));
    assert!(matches!(seller.run_for("desk"), Outcome::Blocked { .. }));
    // Another name does not make it another product.
    seller.edit(named(desk(), "Desk two"));
    assert!(matches!(seller.run_for("desk"), Outcome::Blocked { .. }));
    assert_eq!(seller.arrived("desk"), [(Release, "approved")]);
}

#[test]
fn with_the_ledger_lost_while_in_review_the_same_submission_is_recognised() {
    let mut seller = Seller::new();
    seller.edit(desk());
    let Outcome::Submitted { submission, application } = seller.run_for("desk") else { panic!("submitted") };
    seller.ledger = Box::new(MemoryLedger::default());
    let again = seller.run_for("desk");
    assert_eq!(again, Outcome::Submitted { submission, application }, "the marketplace knows the id");
    assert_eq!(seller.arrived("desk"), [(Release, "pending approval")]);
    seller.approve();
    assert_eq!((seller.standing("desk"), seller.sells("desk")), (Standing::InSync, vec!["basic".into()]));
}

#[test]
fn a_draft_of_somebody_else_blocks_until_it_is_discarded() {
    let mut seller = Seller::selling([desk(), offering("lamp", DeliveryMethod::License, &["basic"])]);
    let draft = Request::SaveForeignDraft {
        by: "somebody".into(),
        product: key("desk"),
        kind: Modify,
        operations: Vec::new(),
    };
    let Answer::Accepted(draft) = seller.ask(&draft) else { panic!("a draft") };
    seller.edit(named(desk(), "Desk two"));
    seller.edit(named(offering("lamp", DeliveryMethod::License, &["basic"]), "Lamp two"));
    let plan = seller.status("desk");
    assert_eq!((plan.standing, blocking(&plan)), (Standing::Blocked, vec!["foreign-application-open"]));
    seller.run();
    assert_eq!(seller.arrived("desk").len(), 2, "the release and the draft");
    assert_eq!(seller.standing("lamp"), Standing::InReview, "the other product goes on");
    assert_eq!(seller.ask(&Request::Discard(draft)), Answer::Done);
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}
