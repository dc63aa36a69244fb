//! No number: `gallerist.yaml` or an exception names a rule that does not exist.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(in crate::rules) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "rule-unknown",
        numbers: &[],
        basis: Basis::Own,
        source: "design",
        sites: &[],
        level: Severity::Error,
        what: "`gallerist.yaml` or an exception names a rule that does not exist.",
        why: "A level or an exception under a wrong name does nothing, and nobody would notice.",
        example: "rules: {trail-days-changed: warning}",
        instead: "Use a name from `gallerist rules`.",
    },
    check: Check::Planner,
};
