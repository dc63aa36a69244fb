//! R96: A SaaS specification has a quantity that was not part of interface debugging.

use crate::diagnostic::Severity;
use crate::model::{Attribute, AttributeKind, DeliveryMethod, Item, Value};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "quantity-attribute-not-debugged",
        numbers: &[96],
        basis: Basis::Stated,
        source: "V1-DBG",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS specification has a quantity that was not part of interface debugging.",
        why: "Quantities of SaaS products are passed to the seller's system; the specification can be released only once they were set and debugged there.",
        example: "delivery: saas\nspecifications:\n  - key: seats\n    attributes: {seats: {name: Seats, quantity: {min: 1, max: 500, step: 1}}}",
        instead: "Set the attribute in interface debugging, debug and save the cases. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.expected.delivery != DeliveryMethod::Saas {
        return Vec::new();
    }
    let is_quantity = |attribute: &Attribute| matches!(attribute.kind, AttributeKind::Quantity(_));
    let mut names = BTreeSet::new();
    for (key, specification) in transition.added_specifications() {
        let counted = specification.attributes.iter().flatten().filter(|(_, found)| is_quantity(found));
        names.extend(counted.map(|(code, _)| (key, code)));
    }
    for change in transition.changes {
        if let (Item::Attribute(key, code), Some(Value::Attribute(added))) = (&change.item, &change.to)
            && is_quantity(added)
        {
            names.insert((key, code));
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let told: Vec<String> = names.iter().map(|(key, code)| format!("`{code}` of `{key}`")).collect();
    let (quantity, is) = if told.len() == 1 { ("quantity", "is") } else { ("quantities", "are") };
    let text =
        format!("the {quantity} {} {is} set and debugged in interface debugging", listed(&told, usize::MAX));
    let subject: Vec<String> = names.iter().map(|(key, code)| format!("{key}.{code}")).collect();
    vec![Verify::of(text, subject.join(", "))]
}
