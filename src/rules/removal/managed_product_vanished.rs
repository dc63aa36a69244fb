//! R48: A product that is on sale has no definition any more.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "managed-product-vanished",
        numbers: &[48],
        basis: Basis::Stated,
        source: "REM",
        sites: &[],
        level: Severity::Error,
        what: "A product that is on sale has no definition any more.",
        why: "Taking a product off the catalog is reviewed, needs a reason and can never be undone. A deleted file is therefore never read as a wish.",
        example: "git rm products/acme-crm.yaml   # acme-crm is on sale",
        instead: "Restore the file and give it `retire: {reason: ...}` to take the product off the catalog, or `unmanage: {reason: ...}` to leave it alone; a renamed key needs `formerly`.",
    },
    check: Check::Planner,
};
