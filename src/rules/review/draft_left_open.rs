//! R66: A draft of an application lies in the console.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "draft-left-open",
        numbers: &[66],
        basis: Basis::Stated,
        source: "APP",
        sites: &[],
        level: Severity::Note,
        what: "A draft of an application lies in the console.",
        why: "Drafts can be modified or deleted; as long as one is open it holds the product's place in the queue.",
        example: "A colleague saved a draft and went on holiday.",
        instead: "Submit the draft or delete it under My Applications.",
    },
    check: Check::Planner,
};
