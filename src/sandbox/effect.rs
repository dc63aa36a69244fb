//! What the marketplace does by itself when a change takes effect.

use super::{ProductRow, SpecificationRow};
use crate::model::{Amount, BillingMode, Cell, Price, SkuKey, SpecificationField, UpgradeRule, Value};
use crate::released::ProductStatus;
use crate::site::SiteProfile;

/// Side effects on rows that are about to take effect; the sentences say what was done.
pub(super) fn settle(site: &SiteProfile, before: Option<&ProductRow>, after: &mut ProductRow) -> Vec<String> {
    let mut done = Vec::new();
    discontinue(after, &mut done);
    if let Some(before) = before {
        if site.show_resets_specifications && !before.is_public() && after.is_public() {
            reset_visibility(after, &mut done);
        }
        let inverted = |rule: &UpgradeRule| {
            before.upgrade_rules.contains(rule) && !is_inverted(before, rule) && is_inverted(after, rule)
        };
        let rules: Vec<UpgradeRule> =
            after.upgrade_rules.iter().filter(|rule| inverted(rule)).cloned().collect();
        for rule in rules {
            done.push(format!(
                "The upgrade rule of {} from \"{}\" to \"{}\" is void: the target now costs less.",
                rule.specification, rule.from, rule.to
            ));
            after.upgrade_rules.remove(&rule);
        }
    }
    let orphaned: Vec<UpgradeRule> =
        after.upgrade_rules.iter().filter(|rule| !is_alive(after, rule)).cloned().collect();
    for rule in orphaned {
        done.push(format!("An upgrade rule of {} is void: it lost an end.", rule.specification));
        after.upgrade_rules.remove(&rule);
    }
    after.revision += 1;
    done
}

/// A product off the catalog takes everything with it (R48), and so does the last specification (R52).
fn discontinue(row: &mut ProductRow, done: &mut Vec<String>) {
    let had = !row.specifications.is_empty();
    if had
        && row.specifications.values().all(|row| row.discontinued)
        && row.status != ProductStatus::Discontinued
    {
        row.status = ProductStatus::Discontinued;
        done.push("The product is discontinued with its last specification.".to_owned());
    }
    let whole = row.status == ProductStatus::Discontinued;
    for specification in row.specifications.values_mut() {
        specification.discontinued |= whole;
        if specification.discontinued {
            specification.skus.values_mut().for_each(|sku| sku.discontinued = true);
        }
    }
}

/// Hidden to public makes every specification public (R35).
fn reset_visibility(row: &mut ProductRow, done: &mut Vec<String>) {
    for (key, specification) in row.specifications.iter_mut().filter(|(_, row)| !row.discontinued) {
        if !specification.is_public() {
            specification.fields.set(SpecificationField::Public, Some(Value::Flag(true)));
            done.push(format!("Specification {} became public with the product.", specification.called(key)));
        }
    }
}

/// Both ends on sale by the year or month (R56, R112).
fn is_alive(row: &ProductRow, rule: &UpgradeRule) -> bool {
    let Some(specification) = row.specifications.get(&rule.specification) else { return false };
    let sold = |sku: &SkuKey| specification.live_skus().any(|live| live == sku);
    !specification.discontinued && sold(&rule.from) && sold(&rule.to)
}

/// Whether a target costs less than its source in a period both are sold for (R13).
fn is_inverted(row: &ProductRow, rule: &UpgradeRule) -> bool {
    let Some(specification) = row.specifications.get(&rule.specification) else { return false };
    specification.modes.iter().filter(|mode| mode.is_period()).any(|mode| {
        let from = unit_price(specification, &rule.from, *mode);
        let to = unit_price(specification, &rule.to, *mode);
        matches!((from, to), (Some(from), Some(to)) if to < from)
    })
}

fn unit_price(row: &SpecificationRow, sku: &SkuKey, mode: BillingMode) -> Option<Amount> {
    match row.prices.get(&Cell { sku: sku.clone(), mode })? {
        Price::Flat(amount) => Some(*amount),
        Price::Tiered(tiers) => tiers.first().map(|tier| tier.price),
    }
}
