//! R28, R30: On submitting a SaaS product the marketplace calls its production interface with the saved cases; an abnormal answer stops the submission.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-not-answering",
        numbers: &[28, 30],
        basis: Basis::Stated,
        source: "MOD, F-SUBMIT",
        sites: &[],
        level: Severity::Warning,
        what: "On submitting a SaaS product the marketplace calls its production interface with the saved cases; an abnormal answer stops the submission.",
        why: "All saved cases are replayed for every released specification; the message appears at the upper right and nothing is submitted.",
        example: "The seller's system is down for maintenance while `reconcile` runs.",
        instead: "Check that the production address answers all saved cases before submitting; a refusal for this reason is tried again later.",
    },
    check: Check::Planner,
};
