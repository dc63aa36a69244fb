//! What the marketplace does not take at the door, and how much it takes on one day.

use super::{Seller, offering};
use crate::model::key;
use gallerist::model::DeliveryMethod;
use gallerist::plan::Standing;
use gallerist::reconcile::{Outcome, WaitingFor};
use gallerist::sandbox::{Health, Request};
use gallerist::submission::SubmissionKind::Release;
use jiff::SignedDuration;

#[test]
fn a_failing_interface_is_tried_again_ever_later_and_then_accepted() {
    let mut seller = Seller::new();
    seller.edit(offering("desk", DeliveryMethod::Saas, &["basic"]));
    let health = |health| Request::SetInterfaceHealth { product: key("desk"), health };
    seller.ask(&health(Health::Failing));
    for wait in [15, 30, 60] {
        let Outcome::Refused(refusal) = seller.run_for("desk") else { panic!("refused after {wait}") };
        assert!(refusal.technical && refusal.rules == [28], "{refusal:?}");
        assert_eq!(seller.standing("desk"), Standing::Refused);
        seller.pass(SignedDuration::from_mins(wait - 1));
        let early = seller.run_for("desk");
        assert!(matches!(early, Outcome::Waiting { .. }), "{early:?} before {wait} minutes");
        seller.pass(SignedDuration::from_mins(1));
    }
    seller.ask(&health(Health::Healthy));
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
    assert_eq!(seller.arrived("desk"), [(Release, "pending approval")]);
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
}

#[test]
fn nine_a_day_and_the_rest_on_the_next() {
    let mut seller = Seller::new();
    for number in 0..12 {
        seller.edit(offering(&format!("product-{number:02}"), DeliveryMethod::License, &["basic"]));
    }
    let count = |seller: &Seller| seller.pending().len();
    let account = seller.run();
    assert_eq!(count(&seller), 9);
    let late: Vec<&str> = account
        .products
        .iter()
        .filter(|found| matches!(found.outcome, Outcome::Waiting { whom: WaitingFor::Tomorrow, .. }))
        .map(|found| found.key.as_str())
        .collect();
    assert_eq!(late, ["product-09", "product-10", "product-11"]);
    seller.run();
    assert_eq!(count(&seller), 9, "not on the same day, however often it runs");
    seller.approve();
    assert_eq!(count(&seller), 0, "what was approved counts too");
    seller.day();
    seller.run();
    assert_eq!(count(&seller), 3);
    seller.approve();
    let plan = seller.plan();
    assert!(plan.products.iter().all(|found| found.standing == Standing::InSync));
}
