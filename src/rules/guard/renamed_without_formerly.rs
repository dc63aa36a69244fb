//! R51: A new product is to be released while a product on sale lost its definition.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "renamed-without-formerly",
        numbers: &[51],
        basis: Basis::Own,
        source: "released state",
        sites: &[],
        level: Severity::Error,
        what: "A new product is to be released while a product on sale lost its definition.",
        why: "That is what a changed key looks like: the same product would be sold twice, and a second product can only be removed for ever.",
        example: "key: acme-crm-2   # acme-crm is on sale, and no file defines it any more",
        instead: "Write `formerly: [acme-crm]` when it is the same product; else restore the old definition, or give it `retire` or `unmanage`. `gallerist approve` lifts this when the product is really new.",
    },
    check: Check::Planner,
};
