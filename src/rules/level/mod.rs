//! Rules about levels and exceptions themselves.

mod exception_expired;
mod exception_unused;
mod rule_not_adjustable;
mod rule_unknown;

pub(super) use exception_expired::RULE as EXCEPTION_EXPIRED;
pub(super) use exception_unused::RULE as EXCEPTION_UNUSED;
pub(super) use rule_not_adjustable::RULE as RULE_NOT_ADJUSTABLE;
pub(super) use rule_unknown::RULE as RULE_UNKNOWN;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[RULE_UNKNOWN, RULE_NOT_ADJUSTABLE, EXCEPTION_EXPIRED, EXCEPTION_UNUSED];
