//! R64, R65: A submission that is no longer wanted cannot be withdrawn.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "submission-not-withdrawable",
        numbers: &[64, 65],
        basis: Basis::Stated,
        source: "APP",
        sites: &[],
        level: Severity::Warning,
        what: "A submission that is no longer wanted cannot be withdrawn.",
        why: "Only applications for licenses, consulting services and professional services can be withdrawn, and only while pending.",
        example: "A SaaS price change is reverted in git while in review.",
        instead: "Ask the operations manager to reject it; otherwise a correcting modification follows after the verdict.",
    },
    check: Check::Planner,
};
