//! R2: A released product is modified from My Products, never as a new application.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "modification-outside-my-products",
        numbers: &[2],
        basis: Basis::Stated,
        source: "MOD",
        sites: &[],
        level: Severity::Note,
        what: "A released product is modified from My Products, never as a new application.",
        why: "The Seller Console keeps released products and applications in two lists with ids of their own.",
        example: "Submitting a second Release for a product that is on sale.",
        instead: "Let the planner choose: it submits a Modify for what is released.",
    },
    check: Check::Planner,
};
