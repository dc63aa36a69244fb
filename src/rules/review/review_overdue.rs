//! R60: A review takes longer than the site's habit.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "review-overdue",
        numbers: &[60],
        basis: Basis::Stated,
        source: "REV",
        sites: &[],
        level: Severity::Note,
        what: "A review takes longer than the site's habit.",
        why: "Release and modification are reviewed within three working days by default.",
        example: "A submission waits for a week.",
        instead: "Ask the operations manager; the verdict also arrives by mail to the account's contacts (R62).",
    },
    check: Check::Planner,
};
