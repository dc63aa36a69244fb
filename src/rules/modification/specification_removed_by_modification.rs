//! R6, R59: Specifications are taken away by a removal of their own (My Products > More > Remove), never inside a modification.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "specification-removed-by-modification",
        numbers: &[6, 59],
        basis: Basis::Stated,
        source: "MOD, REM",
        sites: &[],
        level: Severity::Note,
        what: "Specifications are taken away by a removal of their own (My Products > More > Remove), never inside a modification.",
        why: "A modification that drops a released specification is not offered by the console.",
        example: "One submission that adds `pro` and drops `starter`.",
        instead: "Use `retire` on the specification: the planner makes a Remove after everything it waits for is approved.",
    },
    check: Check::Planner,
};
