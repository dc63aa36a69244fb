//! R93: A specification uses an attribute that Product Attributes in the console does not have yet.

use crate::diagnostic::Severity;
use crate::model::{Item, Key, Value};
use crate::rules::words::{listed, quoted};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "attribute-not-in-library",
        numbers: &[93],
        basis: Basis::Stated,
        source: "SKU",
        sites: &[],
        level: Severity::Warning,
        what: "A specification uses an attribute that Product Attributes in the console does not have yet.",
        why: "The form of a specification offers only attributes that stand in Product Attributes.",
        example: "attributes: {edition: {name: Edition, values: {basic: Basic, pro: Pro}}}",
        instead: "Add the attribute under Product Attributes in the Seller Console first. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let added = transition.added_specifications().flat_map(|(_, found)| found.attributes.iter().flatten());
    let mut names: BTreeMap<&Key, &str> = added.map(|(code, found)| (code, found.name.as_str())).collect();
    for change in transition.changes {
        if let (Item::Attribute(_, code), Some(Value::Attribute(added))) = (&change.item, &change.to) {
            names.insert(code, &added.name);
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let list: Vec<String> = names.values().map(|name| quoted(name)).collect();
    let subject = names.keys().map(|code| code.as_str()).collect::<Vec<_>>().join(" ");
    vec![Verify::of(format!("Product Attributes in the console has {}", listed(&list, usize::MAX)), subject)]
}
