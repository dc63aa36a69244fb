//! No number: Software is released without its copyright certificate.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "certificate-missing",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-SCC, F-DOC",
        sites: &[],
        level: Severity::Error,
        what: "Software is released without its copyright certificate.",
        why: "The marketplace sells software only from who owns it, and asks images, SaaS and licences for the certificate.",
        example: "delivery: saas\ncertificate: {file: null}",
        instead: "Add the scanned certificate: `certificate: {file: certificate.pdf, softwareName: Acme CRM}`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let method = content.product.delivery;
    let is_software =
        matches!(method, DeliveryMethod::Image | DeliveryMethod::Saas | DeliveryMethod::License);
    if !is_software || !content.lacks(ProductField::Certificate) {
        return Vec::new();
    }
    let message = format!("there is no software copyright certificate; {method} products need one");
    vec![RULE.finding(&Item::Field(ProductField::Certificate), message, "")]
}
