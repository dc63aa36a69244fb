//! R71, R132: A product is sold without a support hotline or without a support e-mail address.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "support-contact-missing",
        numbers: &[71, 132],
        basis: Basis::Stated,
        source: "DESC-EU, F-CONT",
        sites: &[],
        level: Severity::Error,
        what: "A product is sold without a support hotline or without a support e-mail address.",
        why: "The marketplace forwards buyers' problems by telephone and mail and expects an answer within 24 hours; more than two unanswered ones take a product off the catalog, so nothing is approved without both contacts.",
        example: "support:\n  hotline: \"+65 6550 0100\"\n  email: null   # nobody can be reached by mail",
        instead: "Give a telephone number and a mail address that somebody answers on every working day.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let message =
        match [ProductField::SupportHotline, ProductField::SupportEmail].map(|field| content.lacks(field)) {
            [true, true] => "there is neither a support hotline nor a support e-mail address",
            [true, false] => "there is no support hotline",
            [false, true] => "there is no support e-mail address",
            [false, false] => return Vec::new(),
        };
    let hotline = content.lacks(ProductField::SupportHotline);
    let field = if hotline { ProductField::SupportHotline } else { ProductField::SupportEmail };
    vec![RULE.finding(&Item::Field(field), message, "")]
}
