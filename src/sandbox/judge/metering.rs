//! Pay-per-use specifications and packages.

use super::specification::may_bill;
use super::{Case, Check};
use crate::model::{BillingMode, DeliveryMethod, Package, PriceMode, Template};
use crate::sandbox::ProductRow;
use crate::site::SiteProfile;

pub(super) const CHECKS: &[Check] = &[
    Check::case(21, "price, quota, validity or reset of a released package", package_terms),
    Check::case(22, "another name of a released package", package_name),
    Check::product(102, "metering outside joint-operations SaaS", joint_only),
    Check::product(103, "a billing factor without items", items),
    Check::product(104, "tiers without an accumulation cycle", accumulation),
    Check::product(105, "a package without its billing factor", factor_first),
    Check::case(134, "a released package taken away", package_gone),
];

/// Released packages before and, where they stay, after.
fn packages<'a>(case: &Case<'a>) -> Vec<(String, &'a Package, Option<&'a Package>)> {
    let mut packages = Vec::new();
    for (_, before, after) in case.kept() {
        for (key, held) in &before.packages {
            packages.push((format!("\"{}\"", held.name), held, after.packages.get(key)));
        }
    }
    packages
}

fn package_terms(case: &Case<'_>) -> Vec<String> {
    let terms = |held: &Package| (held.price, held.quota.clone(), held.validity_months, held.reset.clone());
    let changed =
        packages(case).into_iter().filter(|(_, from, to)| to.is_some_and(|to| terms(to) != terms(from)));
    changed
        .map(|(name, _, _)| {
            format!("Price, quota, validity and reset rule of the released package {name} are fixed.")
        })
        .collect()
}

fn package_name(case: &Case<'_>) -> Vec<String> {
    let changed =
        packages(case).into_iter().filter(|(_, from, to)| to.is_some_and(|to| to.name != from.name));
    changed.map(|(name, _, _)| format!("The name of the released package {name} is fixed.")).collect()
}

fn package_gone(case: &Case<'_>) -> Vec<String> {
    let gone = packages(case).into_iter().filter(|(_, _, to)| to.is_none());
    gone.map(|(name, _, _)| format!("The released package {name} cannot be taken away.")).collect()
}

/// Images meter too (reference 2.3); packages are for joint-operations SaaS alone.
fn joint_only(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    if row.delivery == DeliveryMethod::Hardware {
        return faults;
    }
    let metered = may_bill(site, row, BillingMode::PayPerUse);
    let joint = site.billing_modes_joint.get(&row.delivery);
    let packs = row.is_joint() && joint.is_some_and(|modes| modes.contains(&BillingMode::PayPerUse));
    for (key, held) in row.live() {
        let name = held.called(key);
        let meters = held.template == Template::PayPerUse || held.modes.contains(&BillingMode::PayPerUse);
        if meters && !metered {
            faults.push(format!(
                "Only joint-operations SaaS products are paid per use (specification {name})."
            ));
        }
        if !held.packages.is_empty() && !packs {
            faults.push(format!("Only joint-operations SaaS products have packages (specification {name})."));
        }
    }
    faults
}

fn items(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, held) in row.live() {
        if held.factors.values().any(|factor| factor.items.is_empty()) {
            faults.push(format!(
                "A billing factor needs at least one billing item (specification {}).",
                held.called(key)
            ));
        }
        if held.template == Template::PayPerUse
            && held.factors.is_empty()
            && row.delivery == DeliveryMethod::Saas
        {
            faults
                .push(format!("A pay-per-use specification needs a billing factor ({}).", held.called(key)));
        }
    }
    faults
}

fn accumulation(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, held) in row.live() {
        let lacks = |factor: &crate::model::BillingFactor| {
            factor.price_mode == PriceMode::Tiered && factor.accumulation_cycle.is_none()
        };
        if held.factors.values().any(lacks) {
            faults.push(format!(
                "Tiered pay-per-use needs an accumulation cycle (specification {}).",
                held.called(key)
            ));
        }
    }
    faults
}

fn factor_first(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, held) in row.live() {
        let metered = |item| held.factors.values().any(|factor| factor.items.contains_key(item));
        let loose = held
            .packages
            .values()
            .find(|package| !package.quota.keys().all(metered) || held.factors.is_empty());
        if let Some(package) = loose {
            let name = held.called(key);
            faults.push(format!(
                "Package \"{}\" of {name} holds an item no billing factor meters.",
                package.name
            ));
        }
    }
    faults
}
