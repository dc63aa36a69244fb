//! No number: A product that the ledger knows is not shown by the marketplace.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "bound-product-missing",
        numbers: &[],
        basis: Basis::Own,
        source: "ledger",
        sites: &[],
        level: Severity::Error,
        what: "A product that the ledger knows is not shown by the marketplace.",
        why: "Absence in a whole observation is a fact: the product is gone, or the account is another one. Releasing it again would make a second product.",
        example: "The target's account was changed.",
        instead: "Check the target's account; if the product is really gone, retire its definition and write a new one.",
    },
    check: Check::Planner,
};
