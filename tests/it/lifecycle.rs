//! The life of a submission, whatever becomes of it: each case of `docs/life-cycle.md`, and each trap that others fell
//! into.

mod account;
mod desk;
mod ended;
mod gone;
mod hands;
mod named;
mod page;
mod screen;

use crate::scenario::{Seller, named as with_name, offering, priced};
use gallerist::model::{DeliveryMethod, Desired};
use gallerist::plan::Standing;
use gallerist::sandbox::{Answer, Request};
use gallerist::submission::{ApplicationId, SubmissionId};

/// A product whose applications can be withdrawn.
fn shelf() -> Desired {
    offering("desk", DeliveryMethod::License, &["basic"])
}

/// With another name and another price: two operations.
fn changed() -> Desired {
    priced(with_name(shelf(), "Desk two"), "110")
}

/// A product on sale with a change of name and price in review.
fn in_review() -> (Seller, ApplicationId) {
    let mut seller = Seller::selling([shelf()]);
    seller.edit(changed());
    seller.run();
    assert_eq!(seller.standing("desk"), Standing::InReview);
    let application = seller.pending().remove(0);
    (seller, application)
}

fn done(seller: &Seller, request: Request) {
    assert_eq!(seller.ask(&request), Answer::Done, "{request:?}");
}

fn by_hand(application: &ApplicationId) -> Request {
    Request::WithdrawByHand { by: "a colleague".into(), application: application.clone() }
}

/// Our id of what is in review or held.
fn ours(seller: &Seller) -> SubmissionId {
    let history = seller.records().history(&crate::model::key("desk"));
    let held = history.held.into_values().next().map(|held| held.submission);
    history.open.map(|open| open.submission.id).or(held).unwrap()
}

/// Nothing more arrives, however often it runs.
fn nothing_more(seller: &mut Seller) {
    let before = seller.arrived("desk").len();
    for _ in 0..3 {
        seller.day();
        seller.run();
    }
    assert_eq!(seller.arrived("desk").len(), before, "{:?}", seller.arrived("desk"));
}
