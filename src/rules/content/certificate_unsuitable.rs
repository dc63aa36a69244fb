//! No number: The copyright certificate has another format or size than the marketplace takes.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::files::{document, fitting_document};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "certificate-unsuitable",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-SCC, F-DOC",
        sites: &[],
        level: Severity::Error,
        what: "The copyright certificate has another format or size than the marketplace takes.",
        why: "The upload form takes documents and archives of a limited size; a photo or screenshot is refused.",
        example: "certificate: {file: certificate.jpg, softwareName: Acme CRM}",
        instead: "Save the certificate as PDF.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let limits = &content.site.certificate;
    let Some(fault) = content.asset(ProductField::Certificate).and_then(|file| document(file, limits)) else {
        return Vec::new();
    };
    let finding =
        RULE.finding(&Item::Field(ProductField::Certificate), format!("the certificate {fault}"), "");
    vec![Finding { help: format!("save it as {}", fitting_document(limits)), ..finding }]
}
