//! Rules about taking things off the catalog.

mod discontinued_item_counted;
mod last_sku_retired;
mod last_specification_retired;
mod managed_product_vanished;
mod released_sku_vanished;
mod removal_effective_after_approval;
mod replacement_not_on_sale;
mod retired_key_reused;
mod retirement_without_reason;
mod settings_not_carried_over;
mod specification_restored_after_retirement;
mod upgrade_rules_lost;

use super::Rule;
use crate::diagnostic::{Route, Step};
use crate::model::Item;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    released_sku_vanished::RULE,
    managed_product_vanished::RULE,
    retirement_without_reason::RULE,
    last_specification_retired::RULE,
    last_sku_retired::RULE,
    removal_effective_after_approval::RULE,
    upgrade_rules_lost::RULE,
    retired_key_reused::RULE,
    replacement_not_on_sale::RULE,
    settings_not_carried_over::RULE,
    specification_restored_after_retirement::RULE,
    discontinued_item_counted::RULE,
];

/// Where a definition says that a thing is retired.
fn retirement(item: &Item) -> Route {
    let mut route = item.route();
    // A whole is shown at its key.
    if matches!(route.0.last(), Some(Step::Key(key)) if key == "key") {
        route.0.pop();
    }
    route.key("retire")
}
