//! R7, R24: Where specifications are added and others removed, the additions go first.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "removed-before-addition",
        numbers: &[7, 24],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "Where specifications are added and others removed, the additions go first.",
        why: "Once all specifications are removed none can be added; and buyers must never find the product empty.",
        example: "starter is retired while its replacement is still in review.",
        instead: "Nothing to do: the planner submits the additions, waits for their approval, and only then removes.",
    },
    check: Check::Planner,
};
