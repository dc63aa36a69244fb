//! R3: Draft and failed applications are modified from My Applications.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "application-outside-my-applications",
        numbers: &[3],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "Draft and failed applications are modified from My Applications.",
        why: "A product that never was approved is not in My Products; its only trace is the application.",
        example: "A first release was rejected; the fix is a new attempt of that application.",
        instead: "Fix the definition and run reconcile: the next attempt of the same submission is made.",
    },
    check: Check::Planner,
};
