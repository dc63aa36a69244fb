//! R47, R52: All SKUs of a specification are retired while the specification stays.

use crate::diagnostic::Severity;
use crate::diagnostic::{Finding, Route};
use crate::model::Specification;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "last-sku-retired",
        numbers: &[47, 52],
        basis: Basis::Inferred,
        source: "REM, F-REMI",
        sites: &[],
        level: Severity::Error,
        what: "All SKUs of a specification are retired while the specification stays.",
        why: "A specification without a SKU cannot be sold; the marketplace knows no such state.",
        example: "skus:\n  - {values: {edition: basic}, retire: {reason: ...}}   # the only one",
        instead: "Retire the specification instead, or keep one SKU.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, intent) in &transition.desired.specifications {
        let Some(released) = transition.on_sale.specifications.get(key) else { continue };
        let (skus, leaving) = (released.skus(), transition.desired.retirement(key).is_some());
        let emptied = !skus.is_empty() && skus.iter().all(|sku| intent.retire_skus.contains_key(*sku));
        let wanted = transition.desired.product.specifications.get(key).map(Specification::skus);
        let any_new =
            wanted.is_some_and(|wanted| wanted.iter().any(|sku| !intent.retire_skus.contains_key(*sku)));
        if emptied && !leaving && !any_new {
            let message = format!("all SKUs of `{key}` are retired");
            let route = Route::specification(key.as_str()).key("skus");
            found.push(RULE.finding_at(route, message, "no SKU left"));
        }
    }
    found
}
