//! A plan as it is shown where somebody decides about it: on a pull request, in a report, before an apply.

use super::{Comparison, Invocation, PlacedFinding};
use crate::model::Key;
use crate::plan::{Plan, ProductPlan, Standing};
use std::collections::BTreeSet;

/// A plan, what was found on the way, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The plan of every product that could be planned; with a comparison of revisions, of those that a change touches.
    pub plan: Plan,
    /// Findings about definitions, in file order: errors mean that products are missing from the plan. What stops a
    /// product and what is remarked about it stands in the plan ([`PlacedFinding::of_product`]).
    pub findings: Vec<PlacedFinding>,
    /// The plan this one is compared with, if it is.
    pub compared: Option<Comparison>,
    /// How to write further commands for this target.
    pub invocation: Invocation,
    /// The products that were looked at, where the plan shows those alone of which there is something to say.
    pub observed: Option<Observed>,
}

/// Which products were compared with what is on sale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// Their keys.
    pub products: BTreeSet<Key>,
    /// Whether these are all that the catalog has.
    pub all: bool,
}

/// Whether a product's definition was compared with what is on sale: that nothing differs says something only then. What
/// nobody manages, and what is off the catalog, differs from nothing.
#[must_use]
pub fn compared_with_sale(product: &ProductPlan) -> bool {
    let is_left = matches!(product.standing, Standing::Retired | Standing::Unmanaged);
    product.base.is_some() && (product.path.is_some() || is_left)
}

impl Proposal {
    /// All findings: about definitions, then product by product what the plan says.
    pub fn all_findings(&self) -> impl Iterator<Item = PlacedFinding> {
        let of_plan = self.plan.products.iter().flat_map(PlacedFinding::of_product);
        self.findings.iter().cloned().chain(of_plan)
    }
}
