//! Rules about the production interface of SaaS products.

mod cases_not_widened;
mod debugging_case_missing;
mod extension_parameters_too_many;
mod interface_address_changed;
mod interface_address_unverified;
mod interface_address_weak;
mod interface_failing;
mod interface_not_repeatable;
mod interface_transport_unchecked;
mod metered_cases_missing;
mod one_time_cases_missing;
mod period_cases_missing;
mod product_frozen;
mod upgrade_interface_missing;

use super::{Rule, Transition, Verify};
use crate::model::{DeliveryMethod, Offer, Product, ProductField};
use std::collections::BTreeSet;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    period_cases_missing::RULE,
    one_time_cases_missing::RULE,
    metered_cases_missing::RULE,
    upgrade_interface_missing::RULE,
    cases_not_widened::RULE,
    debugging_case_missing::RULE,
    interface_address_unverified::RULE,
    interface_not_repeatable::RULE,
    interface_address_weak::RULE,
    interface_transport_unchecked::RULE,
    interface_failing::RULE,
    product_frozen::RULE,
    extension_parameters_too_many::RULE,
    interface_address_changed::RULE,
];

/// The ways to buy that a product offers.
fn offers(product: &Product) -> BTreeSet<Offer> {
    let specifications = product.specifications.values();
    let modes = specifications.flat_map(|found| found.modes.iter().flatten());
    let modes = modes.map(|mode| Offer::of_mode(*mode));
    let upgrades = product.upgrade_rules.iter().flatten().map(|_| Offer::Upgrade);
    modes.chain(upgrades).collect()
}

/// The check that cases are saved for an offer that is new, or that stands behind a new address.
fn cases_to_save(transition: &Transition<'_>, offer: Offer, cases: &str) -> Vec<Verify> {
    let Transition { expected, on_sale, .. } = transition;
    if expected.delivery != DeliveryMethod::Saas || !offers(expected).contains(&offer) {
        return Vec::new();
    }
    // Where the cases are written down, a rule says which of them are missing.
    if transition.desired.cases.is_some() {
        return Vec::new();
    }
    let known = transition.released.is_some() && offers(on_sale).contains(&offer);
    if known && transition.sets(ProductField::InterfaceUrl).is_none() {
        return Vec::new();
    }
    let url = expected.fields.text(ProductField::InterfaceUrl).unwrap_or("the production interface");
    vec![Verify::of(format!("debugging cases are saved for {cases}"), format!("{url} {cases}"))]
}
