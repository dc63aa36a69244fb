//! R50: `retire` was taken back after the removal was approved.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-restored-after-retirement",
        numbers: &[50],
        basis: Basis::Stated,
        source: "REM",
        sites: &[],
        level: Severity::Error,
        what: "`retire` was taken back after the removal was approved.",
        why: "A removal cannot be undone.",
        example: "`retire` is deleted from a specification that is discontinued.",
        instead: "Put `retire` back, or write a new specification with a new key.",
    },
    check: Check::Planner,
};
