//! Rules about changing released products.

mod application_outside_my_applications;
mod billing_mode_not_addable;
mod billing_mode_removed;
mod credential_changed;
mod credential_shared;
mod delivery_method_changed;
mod discontinued_product_changed;
mod effective_only_after_approval;
mod free_image_repriced;
mod frozen_field_changed;
mod half_done_modification_lost;
mod hidden_only_later;
mod hidden_product_address_unknown;
mod hidden_product_still_purchasable;
mod hidden_specification_exposed;
mod interface_address_not_single;
mod interface_answer_ignored;
mod interface_not_answering;
mod library_change_without_effect;
mod modification_outside_my_products;
mod monthly_added_to_yearly;
mod name_used_as_identity;
mod package_terms_changed;
mod price_effective_at_approval;
mod priced_image_set_free;
mod pricing_template_changed;
mod quantity_range_shrunk;
mod quantity_step_changed;
mod rejected_content_resubmitted;
mod released_attribute_changed;
mod released_factor_removed;
mod released_package_removed;
mod released_specification_vanished;
mod removed_before_addition;
mod service_supervision_changed;
mod specification_removed_by_modification;
mod trial_days_changed;
mod trial_status_changed;
mod undocumented_edit;
mod upgrade_price_inverted;
mod yearly_added_to_monthly;

use super::{Rule, Transition};
use crate::diagnostic::Finding;
use crate::model::Item;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    effective_only_after_approval::RULE,
    modification_outside_my_products::RULE,
    application_outside_my_applications::RULE,
    rejected_content_resubmitted::RULE,
    released_specification_vanished::RULE,
    specification_removed_by_modification::RULE,
    removed_before_addition::RULE,
    discontinued_product_changed::RULE,
    undocumented_edit::RULE,
    frozen_field_changed::RULE,
    delivery_method_changed::RULE,
    name_used_as_identity::RULE,
    upgrade_price_inverted::RULE,
    price_effective_at_approval::RULE,
    monthly_added_to_yearly::RULE,
    yearly_added_to_monthly::RULE,
    billing_mode_not_addable::RULE,
    billing_mode_removed::RULE,
    pricing_template_changed::RULE,
    released_attribute_changed::RULE,
    package_terms_changed::RULE,
    released_package_removed::RULE,
    released_factor_removed::RULE,
    quantity_step_changed::RULE,
    quantity_range_shrunk::RULE,
    service_supervision_changed::RULE,
    trial_status_changed::RULE,
    trial_days_changed::RULE,
    interface_not_answering::RULE,
    interface_answer_ignored::RULE,
    half_done_modification_lost::RULE,
    hidden_product_still_purchasable::RULE,
    hidden_product_address_unknown::RULE,
    hidden_specification_exposed::RULE,
    hidden_only_later::RULE,
    credential_changed::RULE,
    credential_shared::RULE,
    interface_address_not_single::RULE,
    library_change_without_effect::RULE,
    free_image_repriced::RULE,
    priced_image_set_free::RULE,
];

/// Released parts of a kind that no form can take away.
fn taken_away(rule: &Rule, transition: &Transition<'_>, is_kind: fn(&Item) -> bool) -> Vec<Finding> {
    let gone = transition.changes.iter().filter(|change| is_kind(&change.item) && change.to.is_none());
    let message = |item: &Item| format!("{} cannot be taken away", item.describe());
    gone.map(|change| transition.at(rule, change, message(&change.item))).collect()
}
