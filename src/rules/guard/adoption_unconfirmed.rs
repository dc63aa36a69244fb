//! No number: A product that was adopted, or whose open application was claimed, would be changed before anybody looked.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "adoption-unconfirmed",
        numbers: &[],
        basis: Basis::Own,
        source: "ledger",
        sites: &[],
        level: Severity::Error,
        what: "A product that was adopted, or whose open application was claimed, would be changed before anybody looked at the changes.",
        why: "The definition and the marketplace met for the first time: what differs may be an old file, or a product that was matched by mistake, and a submission would write it over what is on sale.",
        example: "acme-crm was adopted with `gallerist adopt`; its definition has last year's prices.",
        instead: "Read the plan. Where it is right, record that with `gallerist confirm PRODUCT adopted --reason \"...\"`; where it is not, write what is on sale into the definition.",
    },
    check: Check::Planner,
};
