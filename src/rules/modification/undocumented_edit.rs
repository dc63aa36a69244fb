//! R9: A field changes of which the documentation does not say whether it may change after release.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Edit, Item, ProductField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "undocumented-edit",
        numbers: &[9],
        basis: Basis::Inferred,
        source: "MOD",
        sites: &[],
        level: Severity::Warning,
        what: "A field changes of which the documentation does not say whether it may change after release.",
        why: "Basic information, access information, SEO and non-price service information may be modified; this field is named by none of these pages. The change can be reversed, so it is allowed.",
        example: "saas:\n  userAuthorization: [email, phone]   # released: [email]",
        instead: "Expect a question from the reviewer; ask the operations manager beforehand when time matters.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let undocumented = transition.changes.iter().filter(|change| match &change.item {
        // Of another address, or none, it is known what happens: rules of their own say it.
        Item::Field(ProductField::InterfaceUrl) if change.from.is_some() => false,
        Item::Field(field) => transition.site.edit(*field) == Edit::Undocumented,
        Item::SpecificationField(_, field) => {
            transition.site.edit_specification(*field) == Edit::Undocumented
        }
        Item::Quantity(_, _) => match (&change.from, &change.to) {
            (Some(Value::Quantity(before)), Some(Value::Quantity(after))) => before.pricing != after.pricing,
            _ => false,
        },
        _ => false,
    });
    undocumented
        .map(|change| {
            let (of, route) = match &change.item {
                Item::Quantity(_, _) => ("the pricing of ", change.item.route().key("pricing")),
                _ => ("", change.item.route()),
            };
            let message = format!(
                "it is not documented whether {of}{} may change after release",
                change.item.describe()
            );
            Finding { route, ..transition.at(&RULE, change, message) }
        })
        .collect()
}
