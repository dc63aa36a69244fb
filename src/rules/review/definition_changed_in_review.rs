//! R70: The definition changed while a submission of ours is in review.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "definition-changed-in-review",
        numbers: &[70],
        basis: Basis::Inferred,
        source: "APP",
        sites: &[],
        level: Severity::Note,
        what: "The definition changed while a submission of ours is in review.",
        why: "A product has one application in flight; the change follows after the verdict.",
        example: "A price is changed twice within a day.",
        instead: "Wait for the verdict, or set `onChange: replace` where the delivery method's applications can be withdrawn.",
    },
    check: Check::Planner,
};
