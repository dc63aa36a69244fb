//! R81, R85: A SaaS product is submitted before its asset is released.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "saas-asset-unchecked",
        numbers: &[81, 85],
        basis: Basis::Stated,
        source: "SAAS, SASSET",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is submitted before its asset is released.",
        why: "The product's form offers only assets that are approved; a rejected asset is mended and submitted again first.",
        example: "saas: {asset: sa-1}   # rejected yesterday",
        instead: "Release the asset and wait for its approval. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Text(asset)) = transition.sets(ProductField::SaasAsset) else { return Vec::new() };
    vec![Verify::of(format!("SaaS asset {asset} is released"), asset)]
}
