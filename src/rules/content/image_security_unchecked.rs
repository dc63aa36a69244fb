//! No number: Nobody confirmed that an image meets the marketplace's security standard.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField, SpecificationField, Value};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "image-security-unchecked",
        numbers: &[],
        basis: Basis::Stated,
        source: "ISEC",
        sites: &[],
        level: Severity::Warning,
        what: "Nobody confirmed that an image meets the marketplace's security standard.",
        why: "Images are scanned: a virus, a weakness of CVSS 7.0 or more, or accounts, passwords and keys set beforehand get them rejected.",
        example: "image:\n  asset: img-acme   # new in this plan",
        instead: "Scan the image, remove accounts and keys, ask for passwords of at least 8 characters of two kinds that differ from the account's name; then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.wanted.delivery != DeliveryMethod::Image {
        return Vec::new();
    }
    let mut images: BTreeSet<&str> = BTreeSet::new();
    images.extend(transition.sets(ProductField::ImageAsset).and_then(Value::as_text));
    for (_, change) in transition.specification_fields(SpecificationField::Asset) {
        images.extend(change.to.as_ref().and_then(Value::as_text));
    }
    for (_, specification) in transition.added_specifications() {
        images.extend(specification.fields.text(SpecificationField::Asset));
    }
    if images.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = images.iter().map(|name| format!("`{name}`")).collect();
    let (image, has) = if names.len() == 1 { ("image", "has") } else { ("images", "have") };
    let text = format!(
        "the {image} {} {has} no virus, no weakness of CVSS 7.0 or more and no accounts, passwords or keys set beforehand",
        listed(&names, 5)
    );
    vec![Verify::of(text, images.into_iter().collect::<Vec<_>>().join(" "))]
}
