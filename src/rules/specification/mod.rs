//! Rules about specifications, their prices, trials, attributes and upgrades.

mod attribute_not_in_library;
mod attribute_reserved;
mod billing_factor_without_items;
mod license_modes_mixed;
mod metering_outside_joint_saas;
mod package_item_unknown;
mod package_with_several_items;
mod quantity_attribute_not_debugged;
mod sharing_rule_not_standard;
mod sku_missing;
mod specification_name_bare;
mod specification_name_borrows_platform;
mod specification_name_invites_contact;
mod specification_name_too_long;
mod specification_without_price;
mod template_mismatch;
mod tiers_without_accumulation;
mod tiers_without_quantity;
mod trial_days_out_of_range;
mod trial_for_one_price;
mod trial_not_offered;
mod trial_whitelist_too_early;
mod trial_with_one_time;
mod upgrade_between_other_skus;
mod upgrade_case_missing;
mod upgrade_expansion_out_of_range;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    sku_missing::RULE,
    license_modes_mixed::RULE,
    template_mismatch::RULE,
    tiers_without_quantity::RULE,
    attribute_not_in_library::RULE,
    attribute_reserved::RULE,
    quantity_attribute_not_debugged::RULE,
    trial_not_offered::RULE,
    trial_with_one_time::RULE,
    trial_days_out_of_range::RULE,
    trial_for_one_price::RULE,
    trial_whitelist_too_early::RULE,
    metering_outside_joint_saas::RULE,
    billing_factor_without_items::RULE,
    tiers_without_accumulation::RULE,
    package_item_unknown::RULE,
    package_with_several_items::RULE,
    specification_name_too_long::RULE,
    specification_without_price::RULE,
    specification_name_borrows_platform::RULE,
    specification_name_bare::RULE,
    specification_name_invites_contact::RULE,
    sharing_rule_not_standard::RULE,
    upgrade_between_other_skus::RULE,
    upgrade_case_missing::RULE,
    upgrade_expansion_out_of_range::RULE,
];
