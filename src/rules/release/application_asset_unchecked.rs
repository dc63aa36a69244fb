//! R79, R85: A licence product that is deployed as a package is submitted without an approved application asset.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "application-asset-unchecked",
        numbers: &[79, 85],
        basis: Basis::Stated,
        source: "LIC, AASSET",
        sites: &[],
        level: Severity::Warning,
        what: "A licence product that is deployed as a package is submitted without an approved application asset.",
        why: "The specification's form asks for the approved application asset; buyers get its package.",
        example: "license: {applicationAsset: app-7}   # rejected yesterday",
        instead: "Get the application asset approved first and write its id under `license.applicationAsset` or the specification's `asset`; a licence that is delivered otherwise needs none. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.expected.delivery != DeliveryMethod::License {
        return Vec::new();
    }
    let named = match transition.sets(ProductField::ApplicationAsset) {
        Some(Value::Text(asset)) => Some(asset.as_str()),
        _ => None,
    };
    match (named, transition.released) {
        (Some(asset), _) => vec![Verify::of(format!("application asset {asset} is approved"), asset)],
        (None, None) => {
            let text =
                "the licence is not deployed as a package, which would need an approved application asset";
            vec![Verify::of(text, "none")]
        }
        (None, Some(_)) => Vec::new(),
    }
}
