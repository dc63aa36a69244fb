//! What a released product will look like after a submission, with the marketplace's own side effects.

use crate::diff::apply;
use crate::model::{Cell, Price, Product, SkuKey, SpecificationField, UpgradeRule, Value};
use crate::site::SiteProfile;
use crate::submission::{Operation, OperationKind};

/// The content after approval of these operations.
#[must_use]
pub fn predict(site: &SiteProfile, before: &Product, operations: &[Operation]) -> Product {
    let mut after = before.clone();
    for operation in operations {
        apply(&mut after, operation);
    }
    let shown = operations.iter().any(|operation| operation.kind == OperationKind::ShowProduct);
    if shown && site.show_resets_specifications {
        // R35: showing a hidden product makes every specification public.
        for specification in after.specifications.values_mut() {
            specification.fields.set(SpecificationField::Public, Some(Value::Flag(true)));
        }
    }
    let mut rules = after.upgrade_rules.take();
    if let Some(rules) = &mut rules {
        rules
            .retain(|rule| exists(&after, rule) && (!is_inverted(&after, rule) || is_inverted(before, rule)));
    }
    after.upgrade_rules = rules;
    after
}

/// R56: an upgrade rule dies with its SKUs.
fn exists(product: &Product, rule: &UpgradeRule) -> bool {
    let Some(specification) = product.specifications.get(&rule.specification) else { return false };
    let skus = specification.skus();
    skus.contains(&rule.from) && skus.contains(&rule.to)
}

/// R13: a price change that makes the target cheaper than the source kills the rule.
fn is_inverted(product: &Product, rule: &UpgradeRule) -> bool {
    let Some(specification) = product.specifications.get(&rule.specification) else { return false };
    let price = |sku: &SkuKey, mode| {
        let cell = Cell { sku: sku.clone(), mode };
        match specification.prices.as_ref()?.get(&cell)? {
            Price::Flat(amount) => Some(*amount),
            Price::Tiered(tiers) => tiers.first().map(|tier| tier.price),
        }
    };
    let modes = specification.modes.iter().flatten();
    modes.copied().any(|mode| match (price(&rule.from, mode), price(&rule.to, mode)) {
        (Some(from), Some(to)) => to < from,
        _ => false,
    })
}

/// What a definition wants released: without what is retired or unmanaged, and without values set elsewhere.
pub(super) fn releasable(site: &SiteProfile, product: &Product) -> Product {
    use crate::model::Edit::Separate;
    let mut content = product.clone();
    content.fields.retain(|field| site.edit(field) != Separate);
    for specification in content.specifications.values_mut() {
        specification.fields.retain(|field| site.edit_specification(field) != Separate);
    }
    content.upgrade_rules = None;
    content
}
