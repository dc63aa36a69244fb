//! R69: An application that was approved is to be changed.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "approved-application-changed",
        numbers: &[69],
        basis: Basis::Stated,
        source: "APP",
        sites: &[],
        level: Severity::Note,
        what: "An application that was approved is to be changed.",
        why: "Approved applications are read-only history.",
        example: "An approved modification held a wrong price.",
        instead: "Change the definition: the correction is a new modification.",
    },
    check: Check::Planner,
};
