//! No number: What people recorded as released is older than the catalog allows.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "record-too-old",
        numbers: &[],
        basis: Basis::Own,
        source: "gallerist.yaml guards",
        sites: &[],
        level: Severity::Error,
        what: "Nobody has compared what is recorded as released with the console for too long.",
        why: "The console cannot be asked. What somebody changed there in the meantime is not known, and a change sheet made without knowing it asks an operator to overwrite it.",
        example: "The record of acme-crm is 45 days old; guards.recordedDays is 30.",
        instead: "Make the checklist with `gallerist drift --sheet`, compare it with the console, and record that with `gallerist drift --confirm`.",
    },
    check: Check::Planner,
};
