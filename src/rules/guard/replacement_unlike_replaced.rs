//! No number: A replacement has another trial or visibility than the specification it replaces.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "replacement-unlike-replaced",
        numbers: &[],
        basis: Basis::Own,
        source: "own caution",
        sites: &[],
        level: Severity::Error,
        what: "A specification that takes another's place has a different trial or visibility.",
        why: "Buyers are led from the old specification to the new one; a trial that comes or goes, or a specification that was hidden and now is public, is easily overlooked in a new entry.",
        example: "- {key: partner-2, replaces: [partner], public: true}   # partner is hidden",
        instead: "Give it the trial and visibility of the old one, or approve the operation with `gallerist approve` when the difference is meant.",
    },
    check: Check::Planner,
};
