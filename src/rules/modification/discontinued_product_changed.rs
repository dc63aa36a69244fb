//! R8, R49, R51: The definition changes a product that is off the catalog.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "discontinued-product-changed",
        numbers: &[8, 49, 51],
        basis: Basis::Stated,
        source: "MOD, REM",
        sites: &[],
        level: Severity::Error,
        what: "The definition changes a product that is off the catalog.",
        why: "No operation is possible on a removed product: no specification can be added, and nothing can be restored.",
        example: "A retired product's definition gets a new price.",
        instead: "Keep the tombstone (`key` and `retire`) and write a new product with a new key; `replaces` links the two.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    if !transition.released.is_some_and(|sale| sale.is_over) || transition.desired.retire.is_some() {
        return Vec::new();
    }
    let message = format!(
        "`{}` is off the catalog and cannot be changed or sold again",
        transition.desired.product.key
    );
    vec![RULE.finding(&Item::Product, message, "released: discontinued")]
}
