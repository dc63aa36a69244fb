//! R4, R68: A failed application may be submitted again, but not with unchanged content.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "rejected-content-resubmitted",
        numbers: &[4, 68],
        basis: Basis::Stated,
        source: "MOD, APP",
        sites: &[],
        level: Severity::Error,
        what: "A failed application may be submitted again, but not with unchanged content.",
        why: "The reviewer would reject the same content again; only the last failed application can be modified and resubmitted.",
        example: "A description was rejected and the next run submits the same description.",
        instead: "Change what the reviewer named, or say `gallerist submissions retry` when the reviewer agreed to look again.",
    },
    check: Check::Planner,
};
