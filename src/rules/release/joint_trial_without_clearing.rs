//! R73: A joint-operations product offers a trial that was not cleared beforehand.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField, SalesType, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "joint-trial-without-clearing",
        numbers: &[73],
        basis: Basis::Chinese,
        source: "F-TRI4",
        sites: &[],
        level: Severity::Warning,
        what: "A joint-operations product offers a trial that was not cleared beforehand.",
        why: "Trial specifications of joint-operations products need the marketplace's clearing; without it the application is rejected.",
        example: "salesType: joint-operations\nspecifications:\n  - {key: starter, trialDays: 14}",
        instead: "Clear the trial with the operations manager before submitting.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::TrialDays;
    if content.text(ProductField::SalesType) != Some(SalesType::JointOperations.name()) {
        return Vec::new();
    }
    let trials = content.specifications().filter(|(_, found)| found.fields.integer(field).is_some());
    trials
        .map(|(key, _)| {
            let message =
                format!("the trial of `{key}` needs clearing, because the product is joint operations");
            RULE.finding(&Item::SpecificationField(key.clone(), field), message, "")
        })
        .collect()
}
