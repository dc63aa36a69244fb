//! R100: A trial is meant for only one of a specification's prices.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-for-one-price",
        numbers: &[100],
        basis: Basis::Chinese,
        source: "F-TRI2",
        sites: &[],
        level: Severity::Note,
        what: "A trial is meant for only one of a specification's prices.",
        why: "A trial covers every yearly and monthly price of its specification, and the buyer converts to either.",
        example: "A specification with yearly and monthly prices, where only the yearly one should be tried.",
        instead: "`trialDays` stands on the specification, so nothing else can be written; make a specification of its own for the price that has no trial.",
    },
    check: Check::Planner,
};
