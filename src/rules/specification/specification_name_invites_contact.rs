//! R110: A specification's name holds a telephone number or asks buyers to get in touch.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, SpecificationField};
use crate::rules::words::telephone;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-name-invites-contact",
        numbers: &[110],
        basis: Basis::Chinese,
        source: "F-SPEC2",
        sites: &[],
        level: Severity::Error,
        what: "A specification's name holds a telephone number or asks buyers to get in touch.",
        why: "Prices and terms are told on the marketplace; a name that leads buyers elsewhere is rejected.",
        example: "name: Enterprise, contact us",
        instead: "Name what the edition offers; support contacts have fields of their own.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::Name;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let name = specification.fields.text(field).unwrap_or_default();
        let what = match (telephone(name), content.site.words.invitations.first(name)) {
            (Some(number), _) => format!("the telephone number {number}"),
            (None, Some(word)) => format!("\"{word}\""),
            (None, None) => continue,
        };
        let message = format!("the name of `{key}` holds {what}");
        found.push(RULE.finding(&Item::SpecificationField(key.clone(), field), message, ""));
    }
    found
}
