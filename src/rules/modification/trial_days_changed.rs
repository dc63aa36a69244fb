//! R27: The trial days of a released specification change.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::SpecificationField;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-days-changed",
        numbers: &[27],
        basis: Basis::Chinese,
        source: "F-TRI2",
        sites: &[],
        level: Severity::Error,
        what: "The trial days of a released specification change.",
        why: "Buyers may be in the middle of a trial; the trial of a released specification is frozen.",
        example: "trialDays: 30   # released: 14",
        instead: "Put the released value back; or add a specification with the wanted trial (`replaces: [old]`) and `retire` the old one once the new one is on sale.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    transition
        .specification_fields(SpecificationField::TrialDays)
        .filter(|(_, change)| change.from.is_some() && change.to.is_some())
        .map(|(key, change)| {
            transition.at(&RULE, change, format!("the trial days of `{key}` cannot change after release"))
        })
        .collect()
}
