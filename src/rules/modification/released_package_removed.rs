//! R134: A released package is taken away by a modification.

use super::taken_away;
use crate::diagnostic::{Finding, Severity};
use crate::model::Item;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "released-package-removed",
        numbers: &[134],
        basis: Basis::Chinese,
        source: "F-MOD",
        sites: &[],
        level: Severity::Error,
        what: "A released package is taken away by a modification.",
        why: "Buyers hold packages; a released one cannot be deleted.",
        example: "packages: []   # released: pack-1000",
        instead: "Put it back, or retire the whole specification.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    taken_away(&RULE, transition, |item| matches!(item, Item::Package(_, _)))
}
