//! No number: Nobody confirmed what proof there is about a device.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hardware-report-unchecked",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-GUIDE",
        sites: &[],
        level: Severity::Warning,
        what: "Nobody confirmed what proof there is about a device.",
        why: "With the first release of a device the marketplace wants a test report or patents, or the statement that there are none.",
        example: "delivery: hardware",
        instead: "Upload the report or the patents, or write \"none\", then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let first = transition.released.is_none() && transition.desired.retire.is_none();
    if !first || transition.wanted.delivery != DeliveryMethod::Hardware {
        return Vec::new();
    }
    let file = match transition.sets(ProductField::Certificate) {
        Some(Value::Asset(file)) => file.digest.as_str(),
        _ => "none",
    };
    let text = "the device's test report or patents are uploaded, or the form says that there are none";
    vec![Verify::of(text, file)]
}
