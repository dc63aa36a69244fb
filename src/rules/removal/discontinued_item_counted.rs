//! R58: Something that is off the catalog is taken for something on sale.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "discontinued-item-counted",
        numbers: &[58],
        basis: Basis::Stated,
        source: "REM-OLD",
        sites: &[],
        level: Severity::Note,
        what: "Something that is off the catalog is taken for something on sale.",
        why: "Removed products, specifications and SKUs stay visible under My Products as discontinued.",
        example: "My Products lists a product whose removal was approved last year.",
        instead: "Nothing to do: discontinued things are left out of what counts as on sale.",
    },
    check: Check::Planner,
};
