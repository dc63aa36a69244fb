//! R110: A specification's name uses the platform's name.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-name-borrows-platform",
        numbers: &[110],
        basis: Basis::Chinese,
        source: "F-SPEC2",
        sites: &[],
        level: Severity::Error,
        what: "A specification's name uses the platform's name.",
        why: "A name with \"Huawei Cloud\" in it makes buyers take the seller's product for the platform's own; the review rejects it.",
        example: "name: Huawei Cloud Edition",
        instead: "Name what the edition offers.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::Name;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let name = specification.fields.text(field).unwrap_or_default();
        if let Some(word) = content.site.words.platform_names.first(name) {
            let message = format!("the name of `{key}` uses \"{word}\"");
            found.push(RULE.finding(&Item::SpecificationField(key.clone(), field), message, ""));
        }
    }
    found
}
