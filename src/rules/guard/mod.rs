//! Guards: limits that stop operations unless an approval exists.

mod adoption_unconfirmed;
mod bound_product_missing;
mod hidden_product_shown;
mod irreversible_operation;
mod ledger_incomplete;
mod older_commit;
mod price_change_unusual;
mod record_too_old;
mod renamed_without_formerly;
mod replacement_unlike_replaced;
mod too_much_retired;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    price_change_unusual::RULE,
    replacement_unlike_replaced::RULE,
    irreversible_operation::RULE,
    hidden_product_shown::RULE,
    too_much_retired::RULE,
    older_commit::RULE,
    bound_product_missing::RULE,
    ledger_incomplete::RULE,
    renamed_without_formerly::RULE,
    record_too_old::RULE,
    adoption_unconfirmed::RULE,
];
