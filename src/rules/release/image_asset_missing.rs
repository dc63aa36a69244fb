//! R78: An image product is released without an image asset.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "image-asset-missing",
        numbers: &[78],
        basis: Basis::Stated,
        source: "IMG, IMG-INTL",
        sites: &[],
        level: Severity::Error,
        what: "An image product is released without an image asset.",
        why: "The release form picks an approved image asset; without one there is nothing to deliver.",
        example: "delivery: image\nimage: {asset: null}",
        instead: "Create the image asset, wait for its approval, and write its id under `image.asset`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::ImageAsset;
    if content.product.delivery != DeliveryMethod::Image || !content.lacks(field) {
        return Vec::new();
    }
    vec![RULE.finding(&Item::Field(field), "no image asset is named", "")]
}
