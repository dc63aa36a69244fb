//! The asset an image is made of, and free images.

use super::{Case, Check};
use crate::model::{Cell, DeliveryMethod, Price, ProductField};
use crate::sandbox::{ProductRow, SpecificationRow};

pub(super) const CHECKS: &[Check] = &[
    Check::case(44, "another price of a free image, or a further one", price_of_free),
    Check::case(45, "a free image priced by vCPU", vcpu),
    Check::case(78, "an image released without its asset", asset),
];

fn asset(case: &Case<'_>) -> Vec<String> {
    let asset = case.after.fields.text(ProductField::ImageAsset).filter(|text| !text.trim().is_empty());
    if case.before.is_none() && case.after.delivery == DeliveryMethod::Image && asset.is_none() {
        return vec![
            "An image product is released with its image asset; have the asset approved first.".to_owned(),
        ];
    }
    Vec::new()
}

/// Whether every price is zero, and there is one.
pub(super) fn costs_nothing(row: &ProductRow) -> bool {
    let mut prices = row.live().flat_map(|(_, specification)| specification.prices.values()).peekable();
    prices.peek().is_some() && prices.all(is_zero)
}

fn is_zero(price: &Price) -> bool {
    match price {
        Price::Flat(amount) => amount.is_zero(),
        Price::Tiered(tiers) => tiers.iter().all(|tier| tier.price.is_zero()),
    }
}

fn is_free(row: &ProductRow) -> bool {
    row.fields.flag(ProductField::FreeImage) == Some(true)
}

fn price_of_free(case: &Case<'_>) -> Vec<String> {
    if !case.before.is_some_and(is_free) {
        return Vec::new();
    }
    let changed = |(cell, price): (&Cell, &Price), before: &SpecificationRow| {
        before.prices.get(cell).map_or(!is_zero(price), |held| held != price)
    };
    let repriced = case
        .kept()
        .filter(|(_, before, after)| after.prices.iter().any(|cell| changed(cell, before)))
        .map(|(key, _, after)| (key, after));
    let held = |key| case.before.is_some_and(|row| row.specifications.contains_key(key));
    let added = case.after.live().filter(|(key, row)| !held(*key) && !row.prices.values().all(is_zero));
    repriced
        .chain(added)
        .map(|(key, row)| format!("The price of {} is fixed, because the image is free.", row.called(key)))
        .collect()
}

fn vcpu(case: &Case<'_>) -> Vec<String> {
    let mode = |row: &ProductRow| row.fields.text(ProductField::ImagePricingMode).map(str::to_lowercase);
    let by_vcpu = |row: &ProductRow| mode(row).is_some_and(|mode| mode.contains("vcpu"));
    let known = case.before.is_some_and(|row| is_free(row) && by_vcpu(row));
    if is_free(case.after) && by_vcpu(case.after) && !known {
        return vec!["An image priced by vCPU cannot be free.".to_owned()];
    }
    Vec::new()
}
