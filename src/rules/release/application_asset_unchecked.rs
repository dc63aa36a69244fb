//! R79, R85: A licence product that is deployed as a package is submitted without an approved application asset.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField};
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
        instead: "Get the application asset approved first. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.expected.delivery != DeliveryMethod::License {
        return Vec::new();
    }
    let named = transition.named_assets(ProductField::ApplicationAsset).into_iter();
    named.map(|(asset, _)| Verify::of(format!("application asset {asset} is approved"), asset)).collect()
}
