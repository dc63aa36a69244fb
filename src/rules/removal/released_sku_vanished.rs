//! R43: A SKU that is on sale is missing from the price table.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-sku-vanished",
        numbers: &[43],
        basis: Basis::Stated,
        source: "REM",
        sites: &[],
        level: Severity::Error,
        what: "A SKU that is on sale is missing from the price table.",
        why: "A released SKU can only be taken off the catalog by a reviewed removal, for ever. Leaving it out is therefore never read as a wish.",
        example: "skus: [{values: {edition: pro}, ...}]   # edition=basic is on sale",
        instead: "Put it back, or keep it with `retire: {reason: ...}` to take it off the catalog.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let Item::Sku(key, sku) = &change.item else { continue };
        let intent = transition.desired.specifications.get(key);
        let wanted =
            intent.is_some_and(|intent| intent.retire.is_some() || intent.retire_skus.contains_key(sku));
        let leaving = transition.desired.retirement(key).is_some();
        if change.to.is_none() && !wanted && !leaving {
            let message = if sku.values().is_empty() {
                format!("the only SKU of `{key}` is on sale and missing from the price table")
            } else {
                format!("SKU `{sku}` of `{key}` is on sale and missing from the price table")
            };
            found.push(transition.at(&RULE, change, message));
        }
    }
    found
}
