//! R70: Somebody else has a draft or an application of this product open.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "foreign-application-open",
        numbers: &[70],
        basis: Basis::Inferred,
        source: "APP",
        sites: &[],
        level: Severity::Error,
        what: "Somebody else has a draft or an application of this product open.",
        why: "A product has one application in flight; a second one would overwrite a colleague's work or be refused.",
        example: "A colleague saved a draft in the console.",
        instead: "Ask for it to be submitted, withdrawn or deleted in the console (My Applications), then run again; `gallerist claim APPLICATION PRODUCT` follows the verdict of one that is in review.",
    },
    check: Check::Planner,
};
