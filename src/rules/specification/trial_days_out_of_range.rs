//! R99: A trial is shorter or longer than the site allows.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-days-out-of-range",
        numbers: &[99],
        basis: Basis::Chinese,
        source: "F-TRI1, F-TRI3",
        sites: &[],
        level: Severity::Error,
        what: "A trial is shorter or longer than the site allows.",
        why: "The form takes 3 to 180 days.",
        example: "specifications:\n  - {key: starter, trialDays: 365}",
        instead: "Write a number in the range, or `null` for no trial.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::TrialDays;
    let [least, most] = content.site.trial_days;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let Some(days) = specification.fields.integer(field) else { continue };
        if !(least..=most).contains(&days) {
            let message = format!("a trial has {least} to {most} days, not {days}");
            found.push(RULE.finding(&Item::SpecificationField(key.clone(), field), message, ""));
        }
    }
    found
}
