//! No number: The run stands on an older commit than the one last applied to this product.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "older-commit",
        numbers: &[],
        basis: Basis::Own,
        source: "ledger",
        sites: &[],
        level: Severity::Error,
        what: "The run stands on an older commit than the one last applied to this product.",
        why: "An old pipeline started again would quietly take back what was applied since.",
        example: "A scheduled job re-runs last week's commit.",
        instead: "Run on the newest commit of the target's branch; to go back, commit a revert.",
    },
    check: Check::Planner,
};
