//! R51: A key of a retired product or specification is used again.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "retired-key-reused",
        numbers: &[51],
        basis: Basis::Stated,
        source: "REM",
        sites: &[],
        level: Severity::Error,
        what: "A key of a retired product or specification is used again.",
        why: "What was removed can never be restored; selling again means a new product or specification with new ids.",
        example: "- {key: starter, name: Starter}   # starter was retired last year",
        instead: "Choose a new key and keep the tombstone of the old one.",
    },
    check: Check::Planner,
};
