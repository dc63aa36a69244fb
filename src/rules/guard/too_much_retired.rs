//! No number: More of the catalog is retired within seven days than the guard allows.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "too-much-retired",
        numbers: &[],
        basis: Basis::Own,
        source: "gallerist.yaml guards",
        sites: &[],
        level: Severity::Error,
        what: "More of the catalog is retired within seven days than the guard allows.",
        why: "A slip in a script or merge could empty a catalog for ever.",
        example: "Four products are retired in one merge.",
        instead: "Retire fewer at a time; or approve each of these operations with `gallerist approve` when all of them are meant.",
    },
    check: Check::Planner,
};
