//! What checking and planning found.

use super::Content;
use crate::wire::{Diagnostics, Plan, Position};
use crate::{diagnostic, plan};
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

/// What `gallerist plan` found: the plan of every product that could be planned, and what is wrong with definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// The plan, as `gallerist plan --out` saves it.
    pub plan: Plan,
    /// Findings about definitions; products with errors are missing from the plan. What stops a product is in the plan.
    pub diagnostics: Diagnostics,
}

impl Planned {
    /// A plan with the findings made on the way.
    #[must_use]
    pub fn of(plan: &plan::Plan, diagnostics: &diagnostic::Diagnostics) -> Self {
        Self { plan: plan.into(), diagnostics: diagnostics.into() }
    }
}

impl Content for Planned {
    const NAME: &'static str = "plan-report";
    const FORMAT: u32 = 1;
}
