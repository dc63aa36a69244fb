//! Rules about the review desk.

mod approved_application_changed;
mod daily_cap_reached;
mod definition_changed_in_review;
mod draft_left_open;
mod foreign_application_open;
mod refused_at_the_door;
mod rejection_reason_lost;
mod review_overdue;
mod submission_not_withdrawable;
mod verdict_unread;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    foreign_application_open::RULE,
    daily_cap_reached::RULE,
    submission_not_withdrawable::RULE,
    refused_at_the_door::RULE,
    review_overdue::RULE,
    definition_changed_in_review::RULE,
    verdict_unread::RULE,
    draft_left_open::RULE,
    rejection_reason_lost::RULE,
    approved_application_changed::RULE,
];
