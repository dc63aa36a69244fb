//! R29: After an interface failure the same content is submitted again once all interfaces answer.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-answer-ignored",
        numbers: &[29],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "After an interface failure the same content is submitted again once all interfaces answer.",
        why: "The refusal is technical: nothing is wrong with the content.",
        example: "A submission was refused because an interface timed out.",
        instead: "Mend the interface; the next runs try again with growing pauses.",
    },
    check: Check::Planner,
};
