//! R67: A rejected application is submitted again without regard to the reason.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "rejection-reason-lost",
        numbers: &[67],
        basis: Basis::Stated,
        source: "APP",
        sites: &[],
        level: Severity::Note,
        what: "A rejected application is submitted again without regard to the reason.",
        why: "The reason stands with the rejected application, which can be modified or deleted.",
        example: "The logo was rejected, and the next submission has the same logo.",
        instead: "The plan shows the reviewer's words at the operation and holds it until it changes, or until `gallerist submissions retry`.",
    },
    check: Check::Planner,
};
