//! R116: A SaaS product is offered by the year, month or day without the five saved cases.

use super::cases_to_save;
use crate::diagnostic::Severity;
use crate::model::Offer;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "period-cases-missing",
        numbers: &[116],
        basis: Basis::Stated,
        source: "A-API, A-CASE, A-DBG-EU",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product is offered by the year, month or day without the five saved cases.",
        why: "On submission and twice a day afterwards the marketplace replays the cases that were saved after debugging; what is offered decides which there must be.",
        example: "prices: {yearly: {USD: \"99.00\"}}   # only creation was debugged",
        instead: "Debug and save each of these cases in the console (Application Access, Debugging Cases). Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    cases_to_save(
        transition,
        Offer::Period,
        "newInstance, queryInstance, refreshInstance, updateInstanceStatus and releaseInstance",
    )
}
