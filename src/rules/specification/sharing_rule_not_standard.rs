//! R111: A common product has another sharing rule than the standard one.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField, SalesType};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "sharing-rule-not-standard",
        numbers: &[111],
        basis: Basis::Chinese,
        source: "F-SPEC",
        sites: &[],
        level: Severity::Error,
        what: "A common product has another sharing rule than the standard one.",
        why: "Common products use standard sharing; other ratios are negotiated for joint operations.",
        example: "salesType: common\nsharingRule: seventy-thirty",
        instead: "Write `sharingRule: standard`, or leave it out.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::SharingRule;
    // A sales type left out may be either, unless the product is new: then it is a common one.
    let kind = content.text(ProductField::SalesType);
    let common = kind == Some(SalesType::Common.name()) || content.lacks(ProductField::SalesType);
    let standard =
        |rule: &str| content.site.standard_sharing.iter().any(|known| known.eq_ignore_ascii_case(rule));
    match content.text(field).filter(|rule| !standard(rule)) {
        Some(rule) if common => {
            let message = format!("a common product uses the standard sharing rule, not \"{rule}\"");
            vec![RULE.finding(&Item::Field(field), message, "")]
        }
        Some(_) | None => Vec::new(),
    }
}
