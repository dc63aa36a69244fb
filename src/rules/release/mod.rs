//! Rules about first releases and what must stand before them.

mod application_asset_unchecked;
mod billing_mode_not_offered;
mod domain_scanned_twice;
mod hardware_not_by_quantity;
mod hardware_not_common;
mod hardware_seller_not_listed;
mod image_asset_missing;
mod image_asset_unchecked;
mod image_replacement_unchecked;
mod interface_on_other_cloud;
mod interface_version_outdated;
mod joint_trial_without_clearing;
mod product_without_specification;
mod saas_asset_missing;
mod saas_asset_unchecked;
mod saas_hosting_unchecked;
mod sales_region_unauthenticated;
mod seller_not_authenticated;
mod vulnerability_scan_not_passed;
mod vulnerability_scan_unchecked;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    product_without_specification::RULE,
    billing_mode_not_offered::RULE,
    joint_trial_without_clearing::RULE,
    seller_not_authenticated::RULE,
    hardware_seller_not_listed::RULE,
    hardware_not_common::RULE,
    hardware_not_by_quantity::RULE,
    image_asset_missing::RULE,
    image_asset_unchecked::RULE,
    application_asset_unchecked::RULE,
    saas_hosting_unchecked::RULE,
    interface_on_other_cloud::RULE,
    saas_asset_missing::RULE,
    saas_asset_unchecked::RULE,
    vulnerability_scan_not_passed::RULE,
    vulnerability_scan_unchecked::RULE,
    interface_version_outdated::RULE,
    domain_scanned_twice::RULE,
    image_replacement_unchecked::RULE,
    sales_region_unauthenticated::RULE,
];
