//! R103: A billing factor has no billing item, or a metered SaaS specification no factor.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, Template};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "billing-factor-without-items",
        numbers: &[103],
        basis: Basis::Stated,
        source: "PPUC",
        sites: &[],
        level: Severity::Error,
        what: "A billing factor has no billing item, or a metered SaaS specification no factor.",
        why: "A factor is charged through its items; the form wants at least one.",
        example: "factors:\n  - {key: calls, priceMode: fixed, billingCycle: hourly, items: []}",
        instead: "Add an item with a name and a price.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let Some(factors) = &specification.factors else { continue };
        for (factor, _) in factors.iter().filter(|(_, factor)| factor.items.is_empty()) {
            let message = format!("billing factor `{factor}` has no billing item");
            let route = Item::Factor(key.clone(), factor.clone()).route().key("items");
            found.push(RULE.finding_at(route, message, ""));
        }
        let metered = specification.template == Some(Template::PayPerUse);
        if factors.is_empty() && metered && content.product.delivery == DeliveryMethod::Saas {
            let message = format!("`{key}` is paid per use and has no billing factor");
            let help = "Add a billing factor with at least one item.".to_owned();
            found.push(Finding { help, ..RULE.finding(&Item::Template(key.clone()), message, "") });
        }
    }
    found
}
