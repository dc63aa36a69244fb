//! R47, R48, R50: A specification, SKU or product is taken off the catalog.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "irreversible-operation",
        numbers: &[47, 48, 50],
        basis: Basis::Stated,
        source: "REM, F-REM",
        sites: &[],
        level: Severity::Error,
        what: "A specification, SKU or product is taken off the catalog.",
        why: "A removal cannot be undone: to sell again, a new product must be released.",
        example: "retire: {reason: ...}",
        instead: "Have a second person approve the operation with `gallerist approve`.",
    },
    check: Check::Planner,
};
