//! R26: A trial is added to, or taken from, a released specification.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::SpecificationField;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "trial-status-changed",
        numbers: &[26],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Error,
        what: "A trial is added to, or taken from, a released specification.",
        why: "Buyers may be in the middle of a trial; the trial of a released specification is frozen.",
        example: "trialDays: 14   # released: no trial",
        instead: "Put the released value back; or add a specification with the wanted trial (`replaces: [old]`) and `retire` the old one once the new one is on sale.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    transition
        .specification_fields(SpecificationField::TrialDays)
        .filter(|(_, change)| change.from.is_none() || change.to.is_none())
        .map(|(key, change)| {
            let message = match change.from {
                None => format!("a trial cannot be added to `{key}` after release"),
                Some(_) => format!("the trial of `{key}` cannot be taken away after release"),
            };
            transition.at(&RULE, change, message)
        })
        .collect()
}
