//! Rules about contents.

use super::Rule;

/// The family's rules.
pub(super) const RULES: &[Rule] = &[];
