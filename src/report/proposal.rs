//! A plan as it is shown where somebody decides about it: on a pull request, in a report, before an apply.

use super::{Comparison, Invocation, PlacedFinding};
use crate::plan::Plan;

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
}

impl Proposal {
    /// All findings: about definitions, then product by product what the plan says.
    pub fn all_findings(&self) -> impl Iterator<Item = PlacedFinding> {
        let of_plan = self.plan.products.iter().flat_map(PlacedFinding::of_product);
        self.findings.iter().cloned().chain(of_plan)
    }
}
