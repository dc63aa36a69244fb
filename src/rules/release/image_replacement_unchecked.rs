//! R87: Another image takes the place of a released one and does not match it.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField};
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
    if transition.expected.delivery != DeliveryMethod::Image {
        return Vec::new();
    }
    let named = transition.named_assets(ProductField::ImageAsset).into_iter();
    let replacing = named.filter_map(|(asset, before)| Some((asset, before?)));
    replacing
        .map(|(asset, before)| {
            let text = format!(
                "image asset {asset} matches {before} in region, operating system and version, virtualisation, disk format, smallest disk, smallest and largest memory, and architecture"
            );
            Verify::of(text, format!("{before} {asset}"))
        })
        .collect()
}
