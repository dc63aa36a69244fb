//! R76: Hardware has another sales type than common product.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField, SalesType};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hardware-not-common",
        numbers: &[76],
        basis: Basis::Stated,
        source: "HW",
        sites: &[],
        level: Severity::Error,
        what: "Hardware has another sales type than common product.",
        why: "The release form of hardware fixes the sales type to common product.",
        example: "delivery: hardware\nsalesType: joint-operations",
        instead: "Write `salesType: common`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::SalesType;
    let other = content.text(field).filter(|kind| *kind != SalesType::Common.name());
    match other {
        Some(kind) if content.product.delivery == DeliveryMethod::Hardware => {
            vec![RULE.finding(&Item::Field(field), format!("hardware is a common product, not {kind}"), "")]
        }
        Some(_) | None => Vec::new(),
    }
}
