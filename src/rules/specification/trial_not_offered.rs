//! R97: A product offers a trial whose delivery method has none.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-not-offered",
        numbers: &[97],
        basis: Basis::Chinese,
        source: "F-TRI1",
        sites: &[],
        level: Severity::Error,
        what: "A product offers a trial whose delivery method has none.",
        why: "Trials exist for SaaS only, not for licences or professional services.",
        example: "delivery: license\nspecifications:\n  - {key: seat, trialDays: 14}",
        instead: "Remove `trialDays`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::TrialDays;
    let method = content.product.delivery;
    if content.site.trial_methods.contains(&method) {
        return Vec::new();
    }
    let trials = content.specifications().filter(|(_, found)| found.fields.integer(field).is_some());
    trials
        .map(|(key, _)| {
            let message = format!("{method} products have no trial");
            RULE.finding(&Item::SpecificationField(key.clone(), field), message, "")
        })
        .collect()
}
