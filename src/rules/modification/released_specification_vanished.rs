//! R5, R6: A specification that is on sale is missing from the definition.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::Item;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-specification-vanished",
        numbers: &[5, 6],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Error,
        what: "A specification that is on sale is missing from the definition.",
        why: "A released specification cannot be deleted; it can only be taken off the catalog by a reviewed removal, for ever. Leaving it out is therefore never read as a wish.",
        example: "specifications: []   # starter is on sale",
        instead: "Put it back, or keep its key with `retire: {reason: ...}` to take it off the catalog, `formerly` if its key changed, or `unmanage: {reason: ...}` to leave it alone.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let desired = transition.desired;
    if desired.retire.is_some() {
        return Vec::new();
    }
    let vanished = transition.on_sale.specifications.values().filter(|specification| {
        !desired.product.specifications.contains_key(&specification.key)
            && !desired.specifications.contains_key(&specification.key)
    });
    vanished
        .map(|specification| {
            let name = specification.display_name();
            let message =
                format!("specification `{}` is on sale and missing from the definition", specification.key);
            RULE.finding(
                &Item::Specification(specification.key.clone()),
                message,
                format!("released: \"{name}\""),
            )
        })
        .collect()
}
