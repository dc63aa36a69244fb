//! R81, R82, R85: A SaaS product is submitted before its asset is released and its site is scanned.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "saas-asset-unchecked",
        numbers: &[81, 82, 85],
        basis: Basis::Stated,
        source: "SAAS, SASSET",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is submitted before its asset is released and its site is scanned.",
        why: "One high-risk finding of the scan (cross-site scripting, injection, traversal, weak TLS ...) fails the asset, and with it the product.",
        example: "saas: {asset: sa-1}   # the scan is still running",
        instead: "Release the asset, wait for the scan, mend what it finds and submit the asset again. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Text(asset)) = transition.sets(ProductField::SaasAsset) else { return Vec::new() };
    vec![Verify::of(
        format!("SaaS asset {asset} is released and its scan passed without a high-risk finding"),
        asset,
    )]
}
