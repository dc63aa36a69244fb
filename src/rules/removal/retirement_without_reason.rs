//! R53: A retirement has no reason.

use super::retirement;
use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "retirement-without-reason",
        numbers: &[53],
        basis: Basis::Stated,
        source: "REM",
        sites: &[],
        level: Severity::Error,
        what: "A retirement has no reason.",
        why: "The removal form asks for a reason; the approver decides by it.",
        example: "retire: {reason: \"\"}",
        instead: "Say in a sentence why it goes and what buyers should do.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let nameless = transition
        .removals
        .iter()
        .filter(|operation| operation.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()));
    nameless
        .map(|operation| {
            let message = format!("the retirement of {} has no reason", operation.item.describe());
            RULE.finding_at(retirement(&operation.item).key("reason"), message, "")
        })
        .collect()
}
