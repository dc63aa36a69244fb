//! R119: A SaaS product lets buyers upgrade without a saved upgrade case.

use super::cases_to_save;
use crate::diagnostic::Severity;
use crate::model::Offer;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "upgrade-interface-missing",
        numbers: &[119],
        basis: Basis::Stated,
        source: "A-CASE",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product lets buyers upgrade without a saved upgrade case.",
        why: "On submission and twice a day afterwards the marketplace replays the cases that were saved after debugging; what is offered decides which there must be.",
        example: "upgradeRules: [...]   # the upgrade interface is not implemented",
        instead: "Debug and save each of these cases in the console (Application Access, Debugging Cases). Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    cases_to_save(transition, Offer::Upgrade, "the upgrade")
}
