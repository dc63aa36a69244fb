//! What is frozen gives way to what takes its place.

use super::{Seller, offering};
use crate::model::{key, replaces, retire, retirement};
use gallerist::model::{DeliveryMethod, Desired};
use gallerist::plan::Standing;
use gallerist::submission::SubmissionKind::{Modify, Release, Remove};

const SAAS: DeliveryMethod = DeliveryMethod::Saas;

/// What the marketplace has after each round of run and approval, until nothing moves.
fn rounds(seller: &mut Seller) -> Vec<Vec<String>> {
    let mut found = vec![seller.sells("desk")];
    for _ in 0..5 {
        seller.run();
        seller.approve();
        let sold = seller.sells("desk");
        if found.last() != Some(&sold) {
            found.push(sold);
        }
    }
    found
}

#[test]
fn two_replacements_of_one_are_both_on_sale_before_it_goes() {
    let mut seller = Seller::selling([offering("desk", SAAS, &["old"])]);
    let new = offering("desk", SAAS, &["large", "old", "small"]);
    seller.edit(replaces(replaces(retire(new, "old"), "small", "old"), "large", "old"));
    assert_eq!(rounds(&mut seller), [vec!["old"], vec!["large", "old", "small"], vec!["large", "small"]]);
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "approved"), (Remove, "approved")]);
}

#[test]
fn a_rejected_replacement_keeps_the_old_one_on_sale() {
    let mut seller = Seller::selling([offering("desk", SAAS, &["old"])]);
    let new = offering("desk", SAAS, &["large", "old", "small"]);
    seller.edit(replaces(replaces(retire(new, "old"), "small", "old"), "large", "old"));
    seller.run();
    seller.reject("not like this");
    assert_eq!(rounds(&mut seller), [vec!["old"]]);
    assert_eq!(seller.standing("desk"), Standing::Rejected);
}

#[test]
fn one_replacement_of_two_is_on_sale_before_they_go() {
    let mut seller = Seller::selling([offering("desk", SAAS, &["large", "small"])]);
    let new: Desired = offering("desk", SAAS, &["large", "one", "small"]);
    let new = replaces(replaces(retire(retire(new, "small"), "large"), "one", "small"), "one", "large");
    seller.edit(new);
    assert_eq!(rounds(&mut seller), [vec!["large", "small"], vec!["large", "one", "small"], vec!["one"]]);
    assert_eq!(seller.standing("desk"), Standing::InSync);
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "approved"), (Remove, "approved")]);
}

#[test]
fn a_product_goes_only_when_the_one_that_replaces_it_is_on_sale() {
    let mut seller = Seller::selling([offering("desk", SAAS, &["basic"])]);
    let mut old = offering("desk", SAAS, &["basic"]);
    old.retire = Some(retirement("the new one does more"));
    let mut new = offering("desk-two", SAAS, &["basic"]);
    new.replaces = vec![key("desk")];
    seller.edit(old);
    seller.edit(new);
    seller.run();
    assert_eq!(seller.arrived("desk"), [(Release, "approved")], "it waits");
    seller.approve();
    seller.run();
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Remove, "pending approval")]);
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::Retired);
    assert_eq!(seller.standing("desk-two"), Standing::InSync);
}
