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
    let joint = content.text(ProductField::SalesType) == Some(SalesType::JointOperations.name());
    let standard =
        |rule: &str| content.site.standard_sharing.iter().any(|known| known.eq_ignore_ascii_case(rule));
    match content.text(field).filter(|rule| !standard(rule)) {
        Some(rule) if !joint => {
            let message = format!("a common product uses the standard sharing rule, not \"{rule}\"");
            vec![RULE.finding(&Item::Field(field), message, "")]
        }
        Some(_) | None => Vec::new(),
    }
}
