//! R7, R24: A retired thing waits until everything that replaces it is on sale.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "replacement-not-on-sale",
        numbers: &[7, 24],
        basis: Basis::Inferred,
        source: "MOD, F-TRI1",
        sites: &[],
        level: Severity::Note,
        what: "A retired thing waits until everything that replaces it is on sale.",
        why: "Buyers must find the replacement before the old one goes.",
        example: "- {key: pro-2, replaces: [pro]}   # in review",
        instead: "Nothing to do: the removal is submitted after the approval.",
    },
    check: Check::Planner,
};
