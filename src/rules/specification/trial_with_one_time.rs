//! R98: A specification with a trial is sold once, or by no period at all.

use crate::diagnostic::{Finding, Severity};
use crate::model::{BillingMode, Item, SpecificationField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-with-one-time",
        numbers: &[98],
        basis: Basis::Chinese,
        source: "F-TRI1",
        sites: &[],
        level: Severity::Error,
        what: "A specification with a trial is sold once, or by no period at all.",
        why: "A trial turns into a yearly or monthly order; other ways of billing leave it nothing to turn into.",
        example: "specifications:\n  - key: starter\n    trialDays: 14\n    prices: {one-time: {USD: \"99.00\"}}",
        instead: "Sell the trial specification by the year or month; put other prices into a specification of their own.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = SpecificationField::TrialDays;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let Some(modes) =
            specification.modes.as_ref().filter(|_| specification.fields.integer(field).is_some())
        else {
            continue;
        };
        let once = modes.contains(&BillingMode::OneTime);
        if once || !modes.iter().any(|mode| mode.is_period()) {
            let how = if once { "is sold once" } else { "is not sold by a period" };
            let message = format!("`{key}` has a trial and {how}");
            found.push(RULE.finding(&Item::SpecificationField(key.clone(), field), message, ""));
        }
    }
    found
}
