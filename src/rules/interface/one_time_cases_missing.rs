//! R117: A SaaS product is sold once without the three saved cases.

use super::cases_to_save;
use crate::diagnostic::Severity;
use crate::model::Offer;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "one-time-cases-missing",
        numbers: &[117],
        basis: Basis::Stated,
        source: "A-API, A-CASE",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is sold once without the three saved cases.",
        why: "On submission and twice a day afterwards the marketplace replays the cases that were saved after debugging; what is offered decides which there must be.",
        example: "prices: {one-time: {USD: \"499.00\"}}   # release was never debugged",
        instead: "Debug and save each of these cases in the console (Application Access, Debugging Cases). Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    cases_to_save(transition, Offer::OneTime, "newInstance, queryInstance and releaseInstance")
}
