//! Reviews that end otherwise than with a plain yes.

use super::{done, in_review, nothing_more, shelf, with_name};
use crate::model::{key, scope};
use crate::scenario::{Seller, offering};
use gallerist::ledger::EventKind;
use gallerist::model::{DeliveryMethod, Item, Price, Value};
use gallerist::plan::{Action, Standing, StepState};
use gallerist::reconcile::Outcome;
use gallerist::sandbox::{Answer, Request};
use gallerist::submission::{Operation, OperationKind, Submission, Verdict};
use std::collections::BTreeMap;

/// What is in review asks for.
fn asked(seller: &Seller) -> Vec<Operation> {
    seller.records().history(&key("desk")).open.unwrap().submission.operations
}

#[test]
fn approved_in_part_says_what_is_missing_and_sends_nothing_again() {
    let (mut seller, application) = in_review();
    let (part, left_out): (Vec<_>, Vec<_>) =
        asked(&seller).into_iter().partition(|operation| operation.kind != OperationKind::ChangePrice);
    assert_eq!((part.len(), left_out.len()), (1, 1));
    done(&seller, Request::ApproveAs { application, operations: part });
    let account = seller.run();
    assert!(account.products[0].approved_differently, "{account:#?}");
    let plan = seller.status("desk");
    assert_eq!((plan.standing, plan.drift.len()), (Standing::Drifted, 1));
    assert_eq!(plan.drift[0].item, left_out[0].item);
    assert_eq!(plan.drift[0].released, left_out[0].from, "it still has the old price");
    nothing_more(&mut seller);
}

#[test]
fn approved_with_another_value_is_told_and_kept() {
    let (mut seller, application) = in_review();
    let mut operations = asked(&seller);
    let price = operations.iter_mut().find(|operation| operation.kind == OperationKind::ChangePrice).unwrap();
    let other = Value::Price(Price::Flat(crate::model::amount("105")));
    (price.from, price.to) = (None, Some(other.clone()));
    done(&seller, Request::ApproveAs { application, operations });
    let account = seller.run();
    assert!(account.products[0].approved_differently);
    let plan = seller.status("desk");
    assert_eq!(plan.drift.iter().map(|drift| drift.released.clone()).collect::<Vec<_>>(), [Some(other)]);
    nothing_more(&mut seller);
}

#[test]
fn a_first_release_approved_in_part_is_bound_and_not_released_again() {
    let mut seller = Seller::new();
    seller.edit(offering("desk", DeliveryMethod::License, &["basic", "better"]));
    seller.run();
    let application = seller.pending().remove(0);
    let operations = seller.state().all_but_the_last(&application).unwrap();
    done(&seller, Request::ApproveAs { application, operations });
    let account = seller.run();
    assert!(account.products[0].approved_differently, "{account:#?}");
    assert_eq!(seller.sells("desk"), ["basic"]);
    let plan = seller.status("desk");
    assert_eq!(
        plan.drift.iter().map(|drift| &drift.item).collect::<Vec<_>>(),
        [&Item::Specification(key("better"))]
    );
    nothing_more(&mut seller);
    assert_eq!(seller.arrived("desk").len(), 1);
}

#[test]
fn approved_and_off_the_catalog_between_two_runs_is_never_waited_for() {
    let (mut seller, application) = in_review();
    done(&seller, Request::Approve(application));
    let retire = Operation {
        kind: OperationKind::RetireProduct,
        item: Item::Product,
        from: None,
        to: None,
        reason: Some("by hand".into()),
    };
    let edit =
        Request::ConsoleEdit { by: "a colleague".into(), product: key("desk"), operations: vec![retire] };
    done(&seller, edit);
    let account = seller.run();
    assert_eq!(account.products[0].verdicts[0].1, Verdict::Approved, "a later state says that it was passed");
    assert_eq!(seller.records().history(&key("desk")).open, None);
    let standing = seller.standing("desk");
    assert!(matches!(standing, Standing::Blocked | Standing::Drifted), "a person must act: {standing:?}");
    nothing_more(&mut seller);
}

#[test]
fn an_open_intent_of_an_older_run_is_asked_about_and_not_sent_beside() {
    // The older run wrote down what it was about to send, and ended.
    let mut seller = Seller::selling([shelf()]);
    seller.edit(with_name(shelf(), "Desk two"));
    let plan = seller.status("desk");
    let Action::Submit(old) = plan.chain[0].action.clone() else { panic!("a submission") };
    seller.record("desk", &EventKind::Prepared { submission: old.clone(), commit: None });
    // Meanwhile something else is wanted.
    seller.edit(with_name(shelf(), "Desk three"));
    let Outcome::Submitted { submission, .. } = seller.run_for("desk") else { panic!("sent") };
    assert_ne!(submission, old.id);
    assert_eq!(seller.pending().len(), 1);
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn an_application_of_ours_that_the_ledger_never_recorded_is_foreign() {
    let mut seller = Seller::selling([shelf()]);
    let lost = seller.ledger.events(&scope()).unwrap();
    seller.edit(with_name(shelf(), "Desk two"));
    seller.run();
    let mut before = gallerist::stores::MemoryLedger::default();
    for event in lost {
        gallerist::ledger::Ledger::append(&mut before, &scope(), event.at, &event.product, &event.kind)
            .unwrap();
    }
    // An older copy of the ledger, and another wish.
    seller.ledger = Box::new(before);
    seller.edit(with_name(shelf(), "Desk three"));
    assert!(matches!(seller.run_for("desk"), Outcome::Blocked { .. }));
    assert_eq!(seller.standing("desk"), Standing::Blocked);
    assert_eq!(seller.pending().len(), 1);
}

#[test]
fn our_id_used_for_something_else_is_refused_and_told_for_good() {
    let mut seller = Seller::selling([shelf()]);
    seller.edit(with_name(shelf(), "Desk two"));
    let plan = seller.status("desk");
    let Action::Submit(ours) = plan.chain[0].action.clone() else { panic!("a submission") };
    seller.edit(with_name(shelf(), "Desk three"));
    let plan = seller.status("desk");
    let Action::Submit(other) = plan.chain[0].action.clone() else { panic!("a submission") };
    let stolen = Submission { id: ours.id, ..other };
    let submit = Request::Submit { submission: Box::new(stolen), references: BTreeMap::new(), fence: None };
    assert!(matches!(seller.ask(&submit), Answer::Accepted(_)));
    seller.edit(with_name(shelf(), "Desk two"));
    let Outcome::Refused(refusal) = seller.run_for("desk") else { panic!("refused") };
    assert!(!refusal.technical && refusal.text.contains("used for something else"), "{refusal:?}");
    assert_eq!(seller.standing("desk"), Standing::Refused);
    let plan = seller.status("desk");
    let told =
        plan.blocks.iter().any(|block| block.finding.message.contains("under the same id all the same"));
    assert!(told, "{:?}", plan.blocks);
    nothing_more(&mut seller);
}

#[test]
fn two_products_with_one_name_keep_their_own_ids() {
    let mut seller = Seller::new();
    for key in ["desk", "lamp"] {
        seller.edit(with_name(offering(key, DeliveryMethod::License, &["basic"]), "One name"));
    }
    seller.run();
    assert_eq!(seller.pending().len(), 2, "{:#?}", seller.plan());
    seller.run();
    seller.approve();
    let bindings = seller.records().bindings().products;
    assert_ne!(bindings[&key("desk")].product_id, bindings[&key("lamp")].product_id);
    for key in ["desk", "lamp"] {
        assert_eq!(seller.standing(key), Standing::InSync, "{key}");
    }
}

#[test]
fn a_rejected_application_that_still_shows_as_open_is_told_as_ours() {
    let mut seller = Seller::selling([shelf()]);
    seller.edit(with_name(shelf(), "Desk two"));
    seller.run();
    let open = seller.released().applications;
    seller.reject("not like this");
    // The marketplace says that it is rejected, and lists it as open all the same.
    let mut released = seller.released();
    released.applications = open;
    seller.edit(with_name(shelf(), "Desk three"));
    let plan = seller.definitions.plan(&released, &seller.records(), seller.now());
    let plan = &plan.products[0];
    assert_eq!(plan.standing, Standing::Blocked);
    assert!(plan.blocks[0].finding.message.contains("is ours and over"), "{:?}", plan.blocks);
    assert!(plan.chain.iter().all(|step| step.state != StepState::Ready));
}
