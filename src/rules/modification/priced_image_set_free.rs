//! R45, R46: An image becomes free while it has a price, or while it is priced by vCPU.

use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::model::{Price, Product, ProductField, Value};
use crate::rules::Transition;
use crate::rules::{Basis, Check, Rule, RuleDoc};
pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "priced-image-set-free",
        numbers: &[45, 46],
        basis: Basis::Stated,
        source: "IMG",
        sites: &[],
        level: Severity::Error,
        what: "An image becomes free while it has a price, or while it is priced by vCPU.",
        why: "Only an existing image at price 0 can be set free, never one priced by vCPU.",
        example: "image: {free: true, pricingMode: per-vcpu}",
        instead: "Set all prices to 0 first and have that approved; a vCPU-priced image cannot be free.",
    },
    check: Check::Transition(check),
};

fn check(transition: &Transition<'_>) -> Vec<Finding> {
    let (free, mode) = (ProductField::FreeImage, ProductField::ImagePricingMode);
    // The console's names of the modes are not documented, so any that speaks of vCPU counts.
    let by_vcpu = |product: &Product| {
        product.fields.text(mode).is_some_and(|mode| mode.to_lowercase().contains("vcpu"))
    };
    if let Some(change) = transition.field(free).filter(|change| change.to == Some(Value::Flag(true))) {
        let prices =
            transition.on_sale.specifications.values().flat_map(|found| found.prices.iter().flatten());
        let priced = prices.into_iter().any(|(_, price)| match price {
            Price::Flat(amount) => !amount.is_zero(),
            Price::Tiered(tiers) => tiers.iter().any(|tier| !tier.price.is_zero()),
        });
        return match (by_vcpu(transition.on_sale), priced) {
            (true, _) => vec![transition.at(&RULE, change, "an image priced by vCPU cannot be free")],
            (false, true) => vec![transition.at(&RULE, change, "only an image at price 0 can be set free")],
            (false, false) => Vec::new(),
        };
    }
    let is_free = transition.on_sale.fields.flag(free) == Some(true);
    match transition.field(mode) {
        Some(change) if is_free && by_vcpu(transition.expected) => {
            vec![transition.at(&RULE, change, "a free image cannot be priced by vCPU")]
        }
        Some(_) | None => Vec::new(),
    }
}
