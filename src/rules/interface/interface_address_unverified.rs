//! R121: A SaaS product names an interface address that is not added and verified in the console.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-address-unverified",
        numbers: &[121],
        basis: Basis::Stated,
        source: "A-DBG",
        sites: &[],
        level: Severity::Warning,
        what: "A SaaS product names an interface address that is not added and verified in the console.",
        why: "An address is added, its ownership is verified, and it is bound to an access key; only then can its cases be debugged.",
        example: "saas: {interface: {url: \"https://new.acme.example/koo\"}}",
        instead: "Add the address under Interface Addresses, verify it, bind it to the access key. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Text(url)) = transition.sets(ProductField::InterfaceUrl) else { return Vec::new() };
    vec![Verify::of(format!("{url} is added, verified and bound to an access key in the console"), url)]
}
