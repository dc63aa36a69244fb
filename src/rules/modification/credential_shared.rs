//! R38: Two products link the same application credential.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "credential-shared",
        numbers: &[38],
        basis: Basis::Chinese,
        source: "CN173, F-CASE",
        sites: &[],
        level: Severity::Error,
        what: "Two products link the same application credential.",
        why: "A credential serves one product only.",
        example: "Two products with `saas: {credential: cred-1}`.",
        instead: "Create a credential for each product.",
    },
    check: Check::Planner,
};
