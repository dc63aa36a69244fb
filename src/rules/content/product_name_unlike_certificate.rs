//! No number: The product's name is not the software's name on its copyright certificate.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::quoted;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "product-name-unlike-certificate",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Error,
        what: "The product's name is not the software's name on its copyright certificate.",
        why: "Reviewers compare both and reject a product whose certificate is about something else.",
        example: "name: Acme CRM Cloud\ncertificate: {file: certificate.pdf, softwareName: Acme CRM}",
        instead: "Sell the product under the name on the certificate, or have the certificate changed. Capital letters, spaces and the endings that the marketplace asks for (`(HCS Version)`, `SaaS版`, `独立部署`) make no difference.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let (name, certified) = (content.text(ProductField::Name), content.text(ProductField::CertificateName));
    let (Some(name), Some(certified)) = (name, certified) else { return Vec::new() };
    if name == certified || core(name) == core(certified) {
        return Vec::new();
    }
    let message =
        format!("the product is called {}, but its certificate says {}", quoted(name), quoted(certified));
    vec![RULE.finding(&Item::Field(ProductField::Name), message, "")]
}

/// What must be the same: endings that the marketplace asks for are no part of the software's name (F-NAME).
fn core(name: &str) -> String {
    let plain: String = name.to_lowercase().split_whitespace().collect();
    let suffixes = ["(hcsversion)", "（hcsversion）", "（hcs版）", "(hcs版)", "saas版", "独立部署"];
    let core = suffixes.into_iter().find_map(|suffix| plain.strip_suffix(suffix));
    core.unwrap_or(&plain).to_owned()
}
