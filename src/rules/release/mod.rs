//! Rules about first releases.

mod product_without_specification;

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[product_without_specification::RULE];
