//! No number: An exception's last day is over.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(in crate::rules) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "exception-expired",
        numbers: &[],
        basis: Basis::Own,
        source: "design",
        sites: &[],
        level: Severity::Warning,
        what: "An exception's last day is over.",
        why: "An exception is a promise to look again. Once it is over, the finding counts like any other.",
        example: "exceptions:\n  - {rule: personal-data-shown, reason: public figures, until: 2020-01-31}",
        instead: "Mend what it excused and remove it, or decide again and write a later day.",
    },
    check: Check::Planner,
};
