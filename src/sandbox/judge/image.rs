//! Free images.

use super::{Case, Check};
use crate::model::{Price, ProductField};
use crate::sandbox::ProductRow;

pub(super) const CHECKS: &[Check] = &[
    Check::case(44, "another price of a free image", price_of_free),
    Check::case(45, "a free image priced by vCPU", vcpu),
];

/// Whether every price is zero, and there is one.
pub(super) fn costs_nothing(row: &ProductRow) -> bool {
    let mut prices = row.live().flat_map(|(_, specification)| specification.prices.values()).peekable();
    prices.peek().is_some()
        && prices.all(|price| match price {
            Price::Flat(amount) => amount.is_zero(),
            Price::Tiered(tiers) => tiers.iter().all(|tier| tier.price.is_zero()),
        })
}

fn is_free(row: &ProductRow) -> bool {
    row.fields.flag(ProductField::FreeImage) == Some(true)
}

fn price_of_free(case: &Case<'_>) -> Vec<String> {
    if !case.before.is_some_and(is_free) {
        return Vec::new();
    }
    let repriced = case.kept().filter(|(_, before, after)| {
        after.prices.iter().any(|(cell, price)| before.prices.get(cell).is_some_and(|held| held != price))
    });
    repriced
        .map(|(key, _, after)| {
            format!("The price of {} is fixed, because the image is free.", after.called(key))
        })
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
