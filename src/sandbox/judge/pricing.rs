//! Price tables: complete, and of the template's form.

use super::Check;
use crate::model::{AttributeKind, Cell, DeliveryMethod, Price, QuantityPricing, SkuKey, Template};
use crate::sandbox::{ProductRow, SpecificationRow};
use crate::site::SiteProfile;

pub(super) const CHECKS: &[Check] = &[
    Check::product(42, "a SKU that is not one value of each enumeration attribute", skus),
    Check::product(91, "a price table that is incomplete or not of its template", table),
    Check::product(92, "tiers without a quantity attribute", tiers),
];

fn skus(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, held) in row.live().filter(|(_, held)| held.template == Template::Custom) {
        for sku in held.live_skus().filter(|sku| !is_combination(held, sku)) {
            let name = held.called(key);
            faults.push(format!("SKU \"{sku}\" of {name} is not one value of each of its attributes."));
        }
    }
    faults
}

fn is_combination(row: &SpecificationRow, sku: &SkuKey) -> bool {
    let mut count = 0;
    for (code, attribute) in &row.attributes {
        if let AttributeKind::Enumeration(values) = &attribute.kind {
            count += 1;
            if !sku.values().get(code).is_some_and(|value| values.contains_key(value)) {
                return false;
            }
        }
    }
    count == sku.values().len()
}

fn table(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    if row.delivery == DeliveryMethod::ConsultingService {
        return faults;
    }
    for (key, held) in row.live().filter(|(_, held)| held.template != Template::PayPerUse) {
        let name = held.called(key);
        if held.template == Template::Simple && (!held.attributes.is_empty() || held.skus.len() > 1) {
            faults.push(format!(
                "Specification {name} has one fixed price per billing mode and no attributes."
            ));
        }
        if held.live_skus().next().is_none() {
            faults.push(format!("Specification {name} has no SKU."));
        }
        for sku in held.live_skus() {
            for mode in &held.modes {
                let cell = Cell { sku: sku.clone(), mode: *mode };
                if !held.prices.contains_key(&cell) {
                    faults.push(format!("Specification {name} has no price for {cell}."));
                }
            }
        }
        for cell in held.prices.keys() {
            let sold = held.modes.contains(&cell.mode) && held.live_skus().any(|sku| *sku == cell.sku);
            if !sold {
                faults.push(format!("Specification {name} has a price for {cell}, which it does not sell."));
            }
        }
    }
    faults
}

fn tiers(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    if row.delivery == DeliveryMethod::Hardware {
        // Hardware has a quantity built in (HW).
        return faults;
    }
    for (key, held) in row.live() {
        let counted = held.attributes.values().any(|held| match held.kind {
            AttributeKind::Quantity(range) => range.pricing == QuantityPricing::Tiered,
            AttributeKind::Enumeration(_) => false,
        });
        let tiered = held.prices.values().any(|price| matches!(price, Price::Tiered(_)));
        if tiered && !(counted && held.template == Template::Custom) {
            let name = held.called(key);
            faults.push(format!(
                "Tiered prices need the custom template and a quantity attribute that is priced in tiers (specification {name})."
            ));
        }
    }
    faults
}
