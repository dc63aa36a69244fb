//! R131: A product is to be sold in a region whose Huawei entity has no agreement with the seller.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "sales-region-unauthenticated",
        numbers: &[131],
        basis: Basis::Chinese,
        source: "F-REG2, F-HIDE",
        sites: &[],
        level: Severity::Warning,
        what: "A product is to be sold in a region whose Huawei entity has no agreement with the seller.",
        why: "Each region is sold by a Huawei entity of its own, which wants its own agreement and its own Commercial Information Authentication.",
        example: "salesRegions: [Singapore, Ireland]   # released: [Singapore]",
        instead: "Sign with the region's entity and authenticate there first. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let field = ProductField::SalesRegions;
    let Some(Value::Texts(regions)) = transition.sets(field) else { return Vec::new() };
    let known = match transition.field(field).and_then(|change| change.from.as_ref()) {
        Some(Value::Texts(known)) => known.as_slice(),
        _ => &[],
    };
    let added: Vec<&str> =
        regions.iter().filter(|region| !known.contains(region)).map(String::as_str).collect();
    if added.is_empty() {
        return Vec::new();
    }
    let added = added.join(", ");
    vec![Verify::of(
        format!("agreement and authentication with the Huawei entities of {added} are finished"),
        added,
    )]
}
