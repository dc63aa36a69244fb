//! No number: The user guide has another format or size than the marketplace takes.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::files::{document, fitting_document};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "guide-unsuitable",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-DOC",
        sites: &[],
        level: Severity::Warning,
        what: "The user guide has another format or size than the marketplace takes.",
        why: "The upload form takes documents and archives of a limited size; lists of formats differ between pages, so this one only warns.",
        example: "userGuide: guide.png",
        instead: "Save the guide as PDF.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let limits = &content.site.user_guide;
    let Some(fault) = content.asset(ProductField::UserGuide).and_then(|file| document(file, limits)) else {
        return Vec::new();
    };
    let finding = RULE.finding(&Item::Field(ProductField::UserGuide), format!("the user guide {fault}"), "");
    vec![Finding { help: format!("save it as {}", fitting_document(limits)), ..finding }]
}
