//! R33: The address of a hidden product is read from Details > Service Information.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, ProductField};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hidden-product-address-unknown",
        numbers: &[33],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "The address of a hidden product is read from Details > Service Information.",
        why: "A hidden product is in no list; its address is the only way to it.",
        example: "publicSales: false",
        instead: "Read the address in the console (Details > Service Information) and keep it where sales finds it.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let Some(released) = transition.released else { return Vec::new() };
    if transition.on_sale.fields.flag(ProductField::PublicSales) != Some(false) || released.url.is_some() {
        return Vec::new();
    }
    let message = "the address of the hidden product is not known";
    vec![RULE.finding(&Item::Field(ProductField::PublicSales), message, "released: hidden")]
}
