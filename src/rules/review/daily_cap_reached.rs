//! R61: No more than nine submissions a day are made.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "daily-cap-reached",
        numbers: &[61],
        basis: Basis::Stated,
        source: "REV, IMG",
        sites: &[],
        level: Severity::Note,
        what: "No more than nine submissions a day are made.",
        why: "Ten or more applications on one calendar day lengthen all their reviews.",
        example: "Twelve products change in one merge.",
        instead: "Nothing to do: corrections go first, the rest follows the next day.",
    },
    check: Check::Planner,
};
