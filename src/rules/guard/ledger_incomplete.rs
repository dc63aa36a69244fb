//! R51: A definition would be released as a new product while the marketplace sells products that the ledger does not know.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "ledger-incomplete",
        numbers: &[51],
        basis: Basis::Own,
        source: "ledger",
        sites: &[],
        level: Severity::Error,
        what: "A definition would be released as a new product while the marketplace sells products that the ledger does not know.",
        why: "After a lost ledger, or in a first run beside an existing catalog, the definition may well describe a product that is on sale already; releasing it again would sell it twice, and a second product can only be removed for ever.",
        example: "The ledger file was deleted; acme-crm is on sale.",
        instead: "Bind the definition to what is on sale with `gallerist adopt`, or restore the ledger from a backup; approve the release with `gallerist approve` only when the product is really new.",
    },
    check: Check::Planner,
};
