//! No number: Nobody confirmed who holds the copyright certificate.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "certificate-holder-unchecked",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-SCC",
        sites: &[],
        level: Severity::Warning,
        what: "Nobody confirmed who holds the copyright certificate.",
        why: "The holder must be the company that sells; for every other holder the reviewer wants a declaration that the seller may sell the software.",
        example: "certificate: {file: certificate.pdf, softwareName: Acme CRM}   # new in this plan",
        instead: "Compare the holder on the certificate with the company of the seller's account; if they differ, put a signed declaration into the file too.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Asset(file)) = transition.sets(ProductField::Certificate) else { return Vec::new() };
    if transition.wanted.delivery == DeliveryMethod::Hardware {
        return Vec::new();
    }
    let text = format!(
        "the holder on the certificate `{}` is the company that sells, or a declaration is with it",
        file.name
    );
    vec![Verify::of(text, file.digest.clone())]
}
