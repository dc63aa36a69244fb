//! R87: Another image takes the place of a released one and does not match it.

use crate::diagnostic::Severity;
use crate::model::{ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "image-replacement-unchecked",
        numbers: &[87],
        basis: Basis::Chinese,
        source: "F-IMG, F-REMI",
        sites: &[],
        level: Severity::Warning,
        what: "Another image takes the place of a released one and does not match it.",
        why: "A replacement must match the old image in region, operating system and its version, virtualisation, disk format, smallest disk and memory, largest memory and architecture; renewals keep the old image otherwise.",
        example: "image: {asset: img-124}   # released: img-123",
        instead: "Compare both assets in the asset centre; a different image is another specification. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(change) = transition.field(ProductField::ImageAsset) else { return Vec::new() };
    let (Some(Value::Text(from)), Some(Value::Text(to))) = (&change.from, &change.to) else {
        return Vec::new();
    };
    let text = format!(
        "image asset {to} matches {from} in region, operating system and version, virtualisation, disk format, smallest disk, smallest and largest memory, and architecture"
    );
    vec![Verify::of(text, format!("{from} {to}"))]
}
