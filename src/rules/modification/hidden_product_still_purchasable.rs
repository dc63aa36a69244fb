//! R32, R34: `publicSales: false` hides a product from listing and search; it can still be bought by its address.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hidden-product-still-purchasable",
        numbers: &[32, 34],
        basis: Basis::Stated,
        source: "MOD, F-SPEC",
        sites: &[],
        level: Severity::Warning,
        what: "`publicSales: false` hides a product from listing and search; it can still be bought by its address.",
        why: "Hiding is not access control: whoever has the address can buy. Hiding and showing are reviewed like any change.",
        example: "publicSales: false   # released: true",
        instead: "Use the whitelist (`whitelist`) to limit who can buy, or retire the product to stop sales.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let hidden =
        transition.field(ProductField::PublicSales).filter(|change| change.to == Some(Value::Flag(false)));
    hidden
        .map(|change| transition.at(&RULE, change, "a hidden product can still be bought by its address"))
        .into_iter()
        .collect()
}
