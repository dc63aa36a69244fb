//! R35: A hidden product becomes public.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hidden-product-shown",
        numbers: &[35],
        basis: Basis::Own,
        source: "gallerist.yaml guards",
        sites: &[],
        level: Severity::Error,
        what: "A hidden product becomes public.",
        why: "Everybody can see and buy it, and all its specifications become public.",
        example: "publicSales: true   # released: false",
        instead: "Approve the operation with `gallerist approve`.",
    },
    check: Check::Planner,
};
