//! R110: A specification's name says no more than that it is one.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-name-bare",
        numbers: &[110],
        basis: Basis::Chinese,
        source: "F-SPEC2",
        sites: &[],
        level: Severity::Error,
        what: "A specification's name says no more than that it is one.",
        why: "Buyers choose by the name; \"Specification 1\" tells them nothing, and the review rejects it.",
        example: "name: Specification 1",
        instead: "Name what the edition offers, as in \"Team, 50 seats\".",
    },
    check: Check::Content(check),
};

const BARE: &[&str] = &["specification", "spec", "sku", "规格"];

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::Name;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let name = specification.fields.text(field).unwrap_or_default();
        if is_bare(name) {
            let message = format!("\"{name}\" does not say what `{key}` offers");
            found.push(RULE.finding(&Item::SpecificationField(key.clone(), field), message, ""));
        }
    }
    found
}

/// Whether nothing but a word for "specification" and a number or letter stands there.
fn is_bare(name: &str) -> bool {
    let name = name.trim();
    let behind = |word: &&str| {
        let (head, rest) = name.split_at_checked(word.len())?;
        head.eq_ignore_ascii_case(word).then_some(rest)
    };
    let Some(rest) = BARE.iter().find_map(behind) else { return false };
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let numeral = |c: char| c.is_numeric() || "一二三四五六七八九十".contains(c);
    rest.chars().all(numeral) || (rest.chars().count() == 1 && rest.chars().all(|c| c.is_ascii_alphabetic()))
}
