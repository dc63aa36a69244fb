//! R42: An attribute, or the kind of an attribute, is added to or taken from a released specification.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Item, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-attribute-changed",
        numbers: &[42],
        basis: Basis::Inferred,
        source: "SKU, F-TRI1",
        sites: &[],
        level: Severity::Error,
        what: "An attribute, or the kind of an attribute, is added to or taken from a released specification.",
        why: "SKUs are generated from attributes: another set of attributes gives other SKUs with other skuCodes, and released SKUs can only go through a removal.",
        example: "attributes: {edition: ..., region: ...}   # released: edition",
        instead: "Add a new specification with the wanted attributes (`replaces: [old]`) and `retire` the old one; adding values to an attribute is fine.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for change in transition.changes {
        let (Item::Attribute(key, _) | Item::AttributeValue(key, _, _)) = &change.item else { continue };
        let how = match (&change.from, &change.to) {
            (Some(Value::Attribute(before)), Some(Value::Attribute(after))) if before.kind == after.kind => {
                continue;
            }
            // A new value, or another label for one, is fine; a value that SKUs were sold with stays.
            (_, Some(Value::Text(_))) => continue,
            (None, _) => "cannot be added after release",
            (_, None) => "cannot be taken away after release",
            (Some(_), Some(_)) => "cannot become another kind of attribute after release",
        };
        if transition.is_on_sale(key) {
            let mut finding = transition.at(&RULE, change, format!("{} {how}", change.item.describe()));
            if matches!(change.item, Item::AttributeValue(..)) {
                finding.help =
                    "Put the value back, and `retire` the SKUs that have it if they should go.".to_owned();
            }
            found.push(finding);
        }
    }
    found
}
