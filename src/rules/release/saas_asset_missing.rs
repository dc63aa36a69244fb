//! R81: A SaaS product is released without a SaaS asset.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "saas-asset-missing",
        numbers: &[81],
        basis: Basis::Stated,
        source: "SAAS",
        sites: &["intl"],
        level: Severity::Error,
        what: "A SaaS product is released without a SaaS asset.",
        why: "The SaaS asset is released before the product: the product's form picks one that is approved and scanned.",
        example: "delivery: saas\nsaas: {asset: null}",
        instead: "Release the SaaS asset first and write its id under `saas.asset`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::SaasAsset;
    if content.product.delivery != DeliveryMethod::Saas || !content.lacks(field) {
        return Vec::new();
    }
    vec![RULE.finding(&Item::Field(field), "no SaaS asset is named", "")]
}
