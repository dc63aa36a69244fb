//! R132: The support e-mail is no mail address, or the hotline has no telephone number in it.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{mail_addresses, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "support-contact-malformed",
        numbers: &[132],
        basis: Basis::Inferred,
        source: "F-CONT",
        sites: &[],
        level: Severity::Warning,
        what: "The support e-mail is no mail address, or the hotline has no telephone number in it.",
        why: "The marketplace and the buyers use both as they are written; a contact that cannot be used counts as one that does not answer.",
        example: "support:\n  hotline: by mail only\n  email: help.acme.example   # the @ is missing",
        instead: "Write a whole mail address (`help@acme.example`) and a telephone number with its country code (`+65 6550 0100`).",
    },
    check: Check::Content(check),
};

/// National service numbers are this short.
const DIGITS_MIN: usize = 5;

fn check(content: &Content<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(hotline) = content.text(ProductField::SupportHotline)
        && hotline.chars().filter(char::is_ascii_digit).count() < DIGITS_MIN
    {
        let message = format!("the hotline {} is no telephone number", quoted(hotline));
        found.push(RULE.finding(&Item::Field(ProductField::SupportHotline), message, ""));
    }
    if let Some(email) = content.text(ProductField::SupportEmail)
        && mail_addresses(email).next() != Some(email.trim())
    {
        let message = format!("the support e-mail {} is no plain mail address", quoted(email));
        found.push(RULE.finding(&Item::Field(ProductField::SupportEmail), message, ""));
    }
    found
}
