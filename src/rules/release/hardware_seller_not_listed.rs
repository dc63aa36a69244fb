//! R75: Hardware is released by a seller who is not on the marketplace's list.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hardware-seller-not-listed",
        numbers: &[75],
        basis: Basis::Stated,
        source: "HW",
        sites: &[],
        level: Severity::Warning,
        what: "Hardware is released by a seller who is not on the marketplace's list.",
        why: "Only whitelisted sellers may release hardware; others do not get through the review.",
        example: "delivery: hardware   # the account's first",
        instead: "Ask the operations manager to be put on the list, then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if !transition.account.first_hardware {
        return Vec::new();
    }
    vec![Verify::of("the account is on the marketplace's list of hardware sellers", "account")]
}
