//! R1: A modification changes nothing in the catalog until the marketplace approved it.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "effective-only-after-approval",
        numbers: &[1],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "A modification changes nothing in the catalog until the marketplace approved it.",
        why: "Every release and modification is reviewed by an operations manager; until then buyers see the old content.",
        example: "A price is changed and submitted on Monday; buyers pay the old price until the approval.",
        instead: "Plan dates around the review: the catalog follows the approval, not the merge.",
    },
    check: Check::Planner,
};
