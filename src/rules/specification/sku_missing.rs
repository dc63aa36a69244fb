//! R42: Attributes generate a SKU that has no entry.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "sku-missing",
        numbers: &[42],
        basis: Basis::Chinese,
        source: "F-TRI1",
        sites: &[],
        level: Severity::Error,
        what: "Attributes generate a SKU that has no entry.",
        why: "SKUs are made in the console by editing attributes, then their values, then generating; every combination is sold, so each needs a price.",
        example: "attributes: {edition: {values: {basic: Basic, pro: Pro}}}\nskus:\n  - {values: {edition: basic}, prices: {...}}",
        instead: "Add the missing combination, or take the value from its attribute.",
    },
    check: Check::Reader,
};
