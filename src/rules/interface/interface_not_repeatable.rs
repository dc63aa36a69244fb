//! R122: A SaaS interface answers a repeated call otherwise than the first one.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-not-repeatable",
        numbers: &[122],
        basis: Basis::Stated,
        source: "CN173, V1-DBG",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS interface answers a repeated call otherwise than the first one.",
        why: "The same cases are replayed on submission and twice a day afterwards; a case that works only once fails the next day, and five failing days freeze the product.",
        example: "newInstance answers \"already bought\" when the same order line comes again",
        instead: "Make each call idempotent: the same order and order line give the same instance. Run every case twice, then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Text(url)) = transition.sets(ProductField::InterfaceUrl) else { return Vec::new() };
    vec![Verify::of(format!("{url} answers every case twice in a row alike"), url)]
}
