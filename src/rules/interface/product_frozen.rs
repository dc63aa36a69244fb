//! R124, R125, R127: A product on sale is frozen by the marketplace.

use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::released::ProductStatus;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-frozen",
        numbers: &[124, 125, 127],
        basis: Basis::Chinese,
        source: "F-PROBE, F-PROBE2, F-FAIL, A-NEW",
        sites: &[],
        level: Severity::Warning,
        what: "A product on sale is frozen by the marketplace.",
        why: "Saved cases are replayed twice a day; five failing days in a row freeze and hide the product. More than five orders that failed through the interface in a month, or frequent exceptions, take it off the catalog for good.",
        example: "status: frozen   # as observed",
        instead: "Repair the interfaces, replay every case, and ask the operations manager to lift the freeze. What the marketplace did by itself is never reverted by a plan.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let frozen = transition.released.is_some_and(|found| found.status == ProductStatus::Frozen);
    if !frozen {
        return Vec::new();
    }
    vec![RULE.finding(&Item::Product, "the marketplace froze and hid this product", "released: frozen")]
}
