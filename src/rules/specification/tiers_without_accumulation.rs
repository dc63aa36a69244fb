//! R104: A tiered billing factor has no accumulation cycle.

use crate::diagnostic::{Finding, Severity};
use crate::model::{BillingFactor, Item, PriceMode};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "tiers-without-accumulation",
        numbers: &[104],
        basis: Basis::Stated,
        source: "PPUC",
        sites: &[],
        level: Severity::Error,
        what: "A tiered billing factor has no accumulation cycle.",
        why: "Tiers count what was used over a cycle; without one they mean nothing.",
        example: "factors:\n  - {key: calls, priceMode: tiered, billingCycle: hourly, items: [...]}",
        instead: "Add `accumulationCycle`, as in `monthly`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let lacks = |factor: &BillingFactor| {
            factor.price_mode == PriceMode::Tiered && factor.accumulation_cycle.is_none()
        };
        for (factor, _) in specification.factors.iter().flatten().filter(|(_, factor)| lacks(factor)) {
            let message = format!("the tiers of billing factor `{factor}` have no accumulation cycle");
            let route = Item::Factor(key.clone(), factor.clone()).route().key("priceMode");
            found.push(RULE.finding_at(route, message, ""));
        }
    }
    found
}
