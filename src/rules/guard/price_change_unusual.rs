//! No number: A price changes by more than the guard allows, or to or from 0.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "price-change-unusual",
        numbers: &[],
        basis: Basis::Own,
        source: "gallerist.yaml guards",
        sites: &[],
        level: Severity::Error,
        what: "A price changes by more than the guard allows, or to or from 0.",
        why: "A misplaced point sells a year for the price of a month, and every buyer until the next review keeps it.",
        example: "prices: {yearly: {USD: \"9.90\"}}   # released: 99.00",
        instead: "Approve the operation with `gallerist approve`, or correct the price.",
    },
    check: Check::Planner,
};
