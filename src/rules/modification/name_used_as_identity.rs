//! R11: A released specification may be renamed; its key stays.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::SpecificationField;
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "name-used-as-identity",
        numbers: &[11],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "A released specification may be renamed; its key stays.",
        why: "The name is content that buyers read; the skuCode stays, so nothing may be identified by its name.",
        example: "name: Starter Plus   # key: starter",
        instead: "Change `name` and keep `key`; use `formerly` only when the key itself must change.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    transition
        .specification_fields(SpecificationField::Name)
        .map(|(key, change)| {
            transition.at(&RULE, change, format!("`{key}` is renamed; it keeps its key and skuCode"))
        })
        .collect()
}
