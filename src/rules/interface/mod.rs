//! Rules about the production interface of SaaS products.

mod debugging_case_missing;
mod extension_parameters_too_many;
mod interface_address_changed;
mod interface_address_unverified;
mod interface_address_weak;
mod interface_not_repeatable;
mod interface_transport_unchecked;
mod product_frozen;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    debugging_case_missing::RULE,
    interface_address_unverified::RULE,
    interface_not_repeatable::RULE,
    interface_address_weak::RULE,
    interface_transport_unchecked::RULE,
    product_frozen::RULE,
    extension_parameters_too_many::RULE,
    interface_address_changed::RULE,
];
