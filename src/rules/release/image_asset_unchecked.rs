//! R78, R85: An image product is submitted while its asset is not approved or not made for the marketplace.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "image-asset-unchecked",
        numbers: &[78, 85],
        basis: Basis::Stated,
        source: "IMG, IMG-INTL, IASSET",
        sites: &[],
        level: Severity::Warning,
        what: "An image product is submitted while its asset is not approved or not made for the marketplace.",
        why: "Only an approved asset can be picked: a system-disk image made from a public image of Huawei Cloud, in a region the site names. A rejected asset must be mended and submitted again first.",
        example: "image: {asset: img-123}   # still being scanned",
        instead: "Wait for the asset's approval; when it is rejected read the security report, mend the image and submit the asset again. Then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    if transition.expected.delivery != DeliveryMethod::Image {
        return Vec::new();
    }
    let regions: Vec<&str> = transition.site.image_regions.iter().map(String::as_str).collect();
    // Not every site names its regions.
    let stands = match regions.as_slice() {
        [] => String::new(),
        regions => format!(", in {}", listed(regions, usize::MAX).replace(" and ", " or ")),
    };
    let named = transition.named_assets(ProductField::ImageAsset).into_iter();
    named
        .map(|(asset, _)| {
            let text = format!(
                "image asset {asset} is approved and is a system-disk image made from a public image{stands}"
            );
            Verify::of(text, asset)
        })
        .collect()
}
