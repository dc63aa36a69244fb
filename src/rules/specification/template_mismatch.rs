//! R91: A specification mixes the parts of several pricing templates.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "template-mismatch",
        numbers: &[91],
        basis: Basis::Stated,
        source: "LIC, F-PUB",
        sites: &[],
        level: Severity::Error,
        what: "A specification mixes the parts of several pricing templates.",
        why: "The simple template has one price per billing mode, the custom one a price per SKU, the pay-per-use one billing factors; the form of one has no place for the others' parts.",
        example: "template: simple\nprices: {yearly: {USD: \"99.00\"}}\nskus: [...]",
        instead: "Keep what belongs to one template.",
    },
    check: Check::Reader,
};
