//! R31: The console can keep a half-done modification as a draft.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "half-done-modification-lost",
        numbers: &[31],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "The console can keep a half-done modification as a draft.",
        why: "A draft holds the product's only place in the review queue.",
        example: "A colleague saved a draft and went on holiday.",
        instead: "Submit or delete the draft in the console (My Applications); the tool never touches a draft it did not make.",
    },
    check: Check::Planner,
};
