//! No number: The days of delivery look like a filler.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "delivery-days-unrealistic",
        numbers: &[],
        basis: Basis::Stated,
        source: "LIC, PS",
        sites: &[],
        level: Severity::Warning,
        what: "The days of delivery look like a filler.",
        why: "Buyers and the marketplace's supervision hold a seller to the days stated here; zero or a thousand is a number nobody meant.",
        example: "license:\n  deliverySlaDays: 999",
        instead: "State the calendar days after which a buyer can count on the delivery.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let [least, most] = content.site.delivery_days;
    let mut found = Vec::new();
    for field in [ProductField::DeliverySlaDays, ProductField::DeliveryDays] {
        let days = content.product.fields.integer(field);
        if let Some(days) = days.filter(|days| !(least..=most).contains(days)) {
            let message =
                format!("a delivery after {days} days is not realistic; {least} to {most} are usual");
            found.push(RULE.finding(&Item::Field(field), message, ""));
        }
    }
    found
}
