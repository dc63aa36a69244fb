//! R109: A specification's name is longer than the site allows.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-name-too-long",
        numbers: &[109],
        basis: Basis::Chinese,
        source: "F-SPEC",
        sites: &[],
        level: Severity::Error,
        what: "A specification's name is longer than the site allows.",
        why: "The form takes 50 characters.",
        example: "name: Enterprise edition with unlimited seats, priority support and nightly backups",
        instead: "Shorten it; what it contains belongs into the description.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::Name;
    let limit = content.site.specification_name_max;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let length = specification.fields.text(field).map_or(0, |name| name.chars().count());
        if length > limit {
            let message = format!("the name of `{key}` has {length} characters; at most {limit} are allowed");
            found.push(RULE.finding(&Item::SpecificationField(key.clone(), field), message, ""));
        }
    }
    found
}
