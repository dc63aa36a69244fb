//! R40, R41: An attribute that follows the seller's attribute library changes on a released specification.

use crate::diagnostic::{Finding, Severity};
use crate::diff::Change;
use crate::model::{Item, Key};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "library-change-without-effect",
        numbers: &[40, 41],
        basis: Basis::Stated,
        source: "ATTR",
        sites: &[],
        level: Severity::Note,
        what: "An attribute that follows the seller's attribute library changes on a released specification.",
        why: "Editing or deleting an attribute in the console's library never touches released products: they hold copies. What changes the product is the modification that this plan submits.",
        example: "attributes.yaml: a label of `edition` is changed, and a released specification leaves its values to the library",
        instead: "Let the plan change the specification's copy; or write name and values into the product to keep them as released.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let follows = |key: &Key, code: &Key| {
        let intent = transition.desired.specifications.get(key);
        intent.is_some_and(|intent| intent.from_library.contains(code))
    };
    let mut found: BTreeMap<(&Key, &Key), Vec<&Change>> = BTreeMap::new();
    for change in transition.changes {
        let (Item::Attribute(key, code) | Item::AttributeValue(key, code, _) | Item::Quantity(key, code)) =
            &change.item
        else {
            continue;
        };
        if follows(key, code) {
            found.entry((key, code)).or_default().push(change);
        }
    }
    let attributes = found.into_iter();
    attributes
        .map(|((key, code), changes)| {
            let differs: Vec<String> = changes.iter().map(|change| told(change)).collect();
            let message = format!(
                "`{code}` of `{key}` follows the attribute library, which differs from what is released in {}; only this plan changes the product",
                listed(&differs, 5)
            );
            RULE.finding(&Item::Attribute(key.clone(), code.clone()), message, "")
        })
        .collect()
}

/// What differs between what is released and the library.
fn told(change: &Change) -> String {
    match &change.item {
        Item::AttributeValue(_, _, value) => format!("value {value}"),
        Item::Quantity(..) => "quantity".to_owned(),
        _ => "name".to_owned(),
    }
}
