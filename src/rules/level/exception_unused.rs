//! No number: An exception excuses nothing.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(in crate::rules) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "exception-unused",
        numbers: &[],
        basis: Basis::Own,
        source: "design",
        sites: &[],
        level: Severity::Warning,
        what: "An exception excuses nothing.",
        why: "What it excused is gone. Left in place it would silence a finding that nobody has seen yet.",
        example: "exceptions:\n  - {rule: logo-unsuitable, reason: brand, until: 2026-12-31}   # the logo is fine by now",
        instead: "Remove it.",
    },
    check: Check::Planner,
};
