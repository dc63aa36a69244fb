//! R129: A released SaaS product gets another interface address.

use crate::diagnostic::{Finding, Severity};
use crate::model::{ProductField, Value};
use crate::rules::words::several_addresses;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-address-changed",
        numbers: &[129],
        basis: Basis::Chinese,
        source: "F-CONT",
        sites: &[],
        level: Severity::Warning,
        what: "A released SaaS product gets another interface address.",
        why: "One product has one production address for its order notices; the old binding is changed or deleted, the new address is bound anew, and the saved cases belong to the old one.",
        example: "saas: {interface: {url: \"https://new.acme.example/koo\"}}   # released: https://old.acme.example/koo",
        instead: "Keep the old address answering until the approval; bind the new one and save its cases before submitting.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let change = transition.field(ProductField::InterfaceUrl);
    // Several addresses in one field are told apart by a rule of their own.
    let single = |value: &Value| !value.as_text().is_some_and(several_addresses);
    let moved = change.filter(|change| change.from.is_some() && change.to.as_ref().is_some_and(single));
    moved
        .map(|change| {
            transition.at(&RULE, change, "orders will be sent to another address after the approval")
        })
        .into_iter()
        .collect()
}
