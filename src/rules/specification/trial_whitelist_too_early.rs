//! R101: A trial whitelist is set before the trial's specification is approved.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-whitelist-too-early",
        numbers: &[101],
        basis: Basis::Chinese,
        source: "F-TRI3",
        sites: &[],
        level: Severity::Note,
        what: "A trial whitelist is set before the trial's specification is approved.",
        why: "Who may try is set in the console, and only once the trial specification is approved; until then everyone may.",
        example: "specifications:\n  - {key: starter, trialDays: 14, trialWhitelist: [acme]}   # not released yet",
        instead: "The plan lists it as a manual step after the approval; confirm it when it is done.",
    },
    check: Check::Planner,
};
