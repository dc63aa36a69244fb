//! R92: A price has ranges, and there is no quantity that a buyer picks.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Attribute, AttributeKind, DeliveryMethod, Item, Price, QuantityPricing, Template};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "tiers-without-quantity",
        numbers: &[92],
        basis: Basis::Stated,
        source: "LIC, PS",
        sites: &[],
        level: Severity::Error,
        what: "A price has ranges, and there is no quantity that a buyer picks.",
        why: "Linear and tiered prices belong to a quantity attribute of the custom template.",
        example: "prices:\n  yearly: {USD: [{from: 1, price: \"9.00\"}, {from: 10, price: \"8.00\"}]}",
        instead: "Give the specification a quantity attribute with `pricing: tiered`, or write one amount.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    // Hardware has its quantity built in.
    if content.product.delivery == DeliveryMethod::Hardware {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let tiered = |attribute: &Attribute| match attribute.kind {
            AttributeKind::Quantity(quantity) => quantity.pricing == QuantityPricing::Tiered,
            AttributeKind::Enumeration(_) => false,
        };
        // Attributes left out are the released ones, of which nothing is known here.
        let counted = match &specification.attributes {
            Some(attributes) => attributes.values().any(tiered),
            None => specification.template != Some(Template::Simple),
        };
        for (cell, price) in specification.prices.iter().flatten() {
            if matches!(price, Price::Tiered(_)) && !counted {
                let message = format!("the price of `{key}` ({cell}) has ranges without a tiered quantity");
                found.push(RULE.finding(&Item::Price(key.clone(), cell.clone()), message, ""));
            }
        }
    }
    found
}
