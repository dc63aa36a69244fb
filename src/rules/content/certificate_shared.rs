//! No number: Two products that stay on sale show the same copyright certificate.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, Key, ProductField};
use crate::rules::Summary;
use crate::rules::alike::alike;
use crate::rules::words::few_of;
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "certificate-shared",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-SCC",
        sites: &[],
        level: Severity::Error,
        what: "Two products that stay on sale show the same copyright certificate.",
        why: "One certificate stands for one product. Two products with one certificate are one software sold twice, and the second is rejected.",
        example: "# products/acme-crm/product.yaml and products/acme-desk/product.yaml\ncertificate: {file: ../shared/certificate.pdf}",
        instead: "Give each product its own certificate; sell editions of one software as specifications of one product.",
    },
    check: Check::Catalog(check),
};

fn check(summaries: &Summaries<'_>) -> Vec<(Key, Finding)> {
    let products = summaries.products.iter().copied();
    let holders =
        products.filter_map(|Summary { key, certificate, .. }| Some((certificate.as_deref()?, key)));
    let mut found = Vec::new();
    for (_, keys) in alike(holders.collect()) {
        for key in &keys {
            let others = keys.iter().filter(|other| *other != key).map(|other| other.as_str());
            let others = few_of(others, keys.len() - 1);
            let message = format!("the certificate of `{key}` is also the certificate of {others}");
            found.push(((*key).clone(), RULE.finding(&Item::Field(ProductField::Certificate), message, "")));
        }
    }
    found
}
