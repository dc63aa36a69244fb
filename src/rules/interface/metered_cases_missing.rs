//! R118: A SaaS product meters usage without the four saved cases and the usage push.

use super::cases_to_save;
use crate::diagnostic::Severity;
use crate::model::Offer;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "metered-cases-missing",
        numbers: &[118],
        basis: Basis::Stated,
        source: "PPU, PKG",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product meters usage without the four saved cases and the usage push.",
        why: "On submission and twice a day afterwards the marketplace replays the cases that were saved after debugging; what is offered decides which there must be.",
        example: "template: pay-per-use   # no usage was ever pushed",
        instead: "Debug and save each of these cases in the console (Application Access, Debugging Cases). Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    cases_to_save(
        transition,
        Offer::Metered,
        "newInstance, queryInstance, refreshInstance, releaseInstance and the usage push",
    )
}
