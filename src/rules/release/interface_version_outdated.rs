//! R83: A new SaaS product uses an old version of the interface.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-version-outdated",
        numbers: &[83],
        basis: Basis::Stated,
        source: "SAAS",
        sites: &[],
        level: Severity::Error,
        what: "A new SaaS product uses an old version of the interface.",
        why: "Sellers and products new since 2024-05-01 use version 2.0.",
        example: "saas: {interface: {version: v1}}   # not released yet",
        instead: "Implement version 2.0 and write `version: v2`.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let field = ProductField::InterfaceVersion;
    let versions = &transition.site.interface_versions;
    let new = transition.released.is_none() && transition.wanted.delivery == DeliveryMethod::Saas;
    let stated = transition.wanted.fields.text(field).filter(|_| new);
    match stated {
        Some(stated) if !versions.iter().any(|known| known.eq_ignore_ascii_case(stated)) => {
            let known = versions.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
            vec![RULE.finding(&Item::Field(field), format!("new products use {known}, not {stated}"), "")]
        }
        Some(_) | None => Vec::new(),
    }
}
