//! Rules about the review desk.

mod daily_cap_reached;
mod definition_changed_in_review;
mod foreign_application_open;
mod refused_at_the_door;
mod review_overdue;
mod submission_not_withdrawable;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    foreign_application_open::RULE,
    daily_cap_reached::RULE,
    submission_not_withdrawable::RULE,
    refused_at_the_door::RULE,
    review_overdue::RULE,
    definition_changed_in_review::RULE,
];
