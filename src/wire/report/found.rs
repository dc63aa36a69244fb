//! What checking found.

use super::Content;
use crate::diagnostic;
use crate::wire::{Diagnostics, Position};
use schemars::JsonSchema;
use serde::Serialize;

/// What `gallerist check` found in the definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// How many products were checked.
    pub products: usize,
    /// The findings.
    pub diagnostics: Diagnostics,
    /// What `--fix` wrote before; left out without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Vec<AppliedFix>>,
}

/// A fix that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedFix {
    /// The file, from the catalog's root.
    pub path: String,
    /// Where the finding stood when it was fixed.
    pub position: Position,
    /// The rule that found it.
    pub rule: String,
    /// What was done.
    pub title: String,
}

impl Checked {
    /// The findings about this many products.
    #[must_use]
    pub fn of(products: usize, diagnostics: &diagnostic::Diagnostics) -> Self {
        Self { products, diagnostics: diagnostics.into(), fixed: None }
    }

    /// The same with what was fixed before.
    #[must_use]
    pub fn after(self, fixed: Vec<AppliedFix>) -> Self {
        Self { fixed: Some(fixed), ..self }
    }
}

impl Content for Checked {
    const NAME: &'static str = "diagnostics";
    const FORMAT: u32 = 1;
}
