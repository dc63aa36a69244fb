//! R120: A released SaaS product gets a billing mode, a trial or an upgrade that its saved cases do not cover.

use super::offers;
use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, SpecificationField};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "cases-not-widened",
        numbers: &[120],
        basis: Basis::Inferred,
        source: "A-API, MOD",
        sites: &[],
        level: Severity::Warning,
        what: "A released SaaS product gets a billing mode, a trial or an upgrade that its saved cases do not cover.",
        why: "Another way to buy needs further cases; the submission is checked with all of them, and the old set is not enough.",
        example: "prices: {one-time: {...}}   # and a new specification with a trial, by the year",
        instead: "Debug and save the further cases before submitting. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.released.is_none()
        || transition.expected.delivery != DeliveryMethod::Saas
        || transition.desired.cases.is_some()
    {
        return Vec::new();
    }
    let (before, after) = (offers(transition.on_sale), offers(transition.expected));
    let mut added: Vec<String> = after.difference(&before).map(|offer| offer.words().to_owned()).collect();
    let trials = transition.added_specifications();
    let trials = trials.filter(|(_, found)| found.fields.integer(SpecificationField::TrialDays).is_some());
    added.extend(trials.map(|(key, _)| format!("the trial of `{key}`")));
    if added.is_empty() {
        return Vec::new();
    }
    let text = format!("the saved debugging cases cover {} as well", listed(&added, usize::MAX));
    vec![Verify::of(text, added.join(", "))]
}
