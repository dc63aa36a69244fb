//! R28, R63: The marketplace refused the submission at the door and nothing changed since.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "refused-at-the-door",
        numbers: &[28, 63],
        basis: Basis::Stated,
        source: "MOD, REV",
        sites: &[],
        level: Severity::Error,
        what: "The marketplace refused the submission at the door and nothing changed since.",
        why: "No review began. The same content would be refused again.",
        example: "A limit of the site that the tool does not know.",
        instead: "Change what the marketplace names; `gallerist submissions retry` tries the same content again.",
    },
    check: Check::Planner,
};
