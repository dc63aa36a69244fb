//! R74: The account's first product is released before Commercial Information Authentication is finished.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "seller-not-authenticated",
        numbers: &[74],
        basis: Basis::Stated,
        source: "F-AUTH, F-PREP",
        sites: &[],
        level: Severity::Warning,
        what: "The account's first product is released before Commercial Information Authentication is finished.",
        why: "Being accepted as a seller is not enough: without the authentication the marketplace does not list anything of the account.",
        example: "A new seller submits the first release on the day after being accepted.",
        instead: "Finish Commercial Information Authentication in the Seller Console first, then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if !transition.account.first_product {
        return Vec::new();
    }
    vec![Verify::of("Commercial Information Authentication of the account is finished", "account")]
}
