//! What a plan amounts to: counts, what cannot be undone, what comes first.

use super::status::TOLD_IN_SYNC;
use crate::plan::{Action, Plan, ProductPlan, Standing, StepState};
use crate::submission::Operation;
use std::collections::BTreeMap;

/// An operation that can never be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Irreversible<'a> {
    /// Of which product.
    pub product: &'a ProductPlan,
    /// What it does.
    pub operation: &'a Operation,
}

/// A plan in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary<'a> {
    /// How many products stand where; standings without products are left out.
    pub standings: BTreeMap<Standing, usize>,
    /// How many submissions can go to the reviewer now.
    pub ready: usize,
    /// Operations that can never be undone, of steps not done yet.
    pub irreversible: Vec<Irreversible<'a>>,
    /// How many operations somebody must approve first.
    pub approvals_missing: usize,
}

impl<'a> Summary<'a> {
    /// Counts a plan.
    #[must_use]
    pub fn of(plan: &'a Plan) -> Self {
        let mut summary =
            Self { standings: BTreeMap::new(), ready: 0, irreversible: Vec::new(), approvals_missing: 0 };
        for product in &plan.products {
            *summary.standings.entry(product.standing).or_default() += 1;
            summary.approvals_missing +=
                product.blocks.iter().filter(|block| block.approval.is_some()).count();
            for step in &product.chain {
                summary.ready +=
                    usize::from(step.state == StepState::Ready && matches!(step.action, Action::Submit(_)));
            }
            let operations = irreversible_operations(product);
            summary.irreversible.extend(operations.map(|operation| Irreversible { product, operation }));
        }
        summary
    }

    /// How many products have this standing.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.standings.get(&standing).copied().unwrap_or_default()
    }
}

fn irreversible_operations(product: &ProductPlan) -> impl Iterator<Item = &Operation> {
    let open = product.chain.iter().filter(|step| step.state != StepState::Done);
    open.flat_map(|step| match &step.action {
        Action::Submit(submission) => submission.operations.as_slice(),
        Action::Withdraw { .. } | Action::Manual(_) => &[],
    })
    .filter(|operation| operation.kind.is_irreversible())
}

/// How much a product's part of a plan needs a second look, riskiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Something is in review that nobody wants any more: minutes count.
    Unwanted,
    /// Something will be lost for ever.
    Irreversible,
    /// Everything else that is not quiet.
    Ordinary,
    /// Nothing to do.
    Quiet,
}

impl Risk {
    /// The risk of one product's part.
    #[must_use]
    pub fn of(product: &ProductPlan) -> Self {
        let said = !(product.blocks.is_empty() && product.drift.is_empty() && product.chain.is_empty());
        match product.standing {
            Standing::UnwantedInReview => Self::Unwanted,
            _ if irreversible_operations(product).next().is_some() => Self::Irreversible,
            Standing::InSync | Standing::Retired | Standing::Unmanaged if !said => Self::Quiet,
            _ => Self::Ordinary,
        }
    }
}

/// Whether there is anything to read about a product: something is to be done, or somebody decided that nothing is.
#[must_use]
pub fn is_told(product: &ProductPlan) -> bool {
    let is_pressing = product.notices.iter().any(|notice| TOLD_IN_SYNC.contains(&notice.rule));
    Risk::of(product) != Risk::Quiet || !product.ignored.is_empty() || is_pressing
}

/// The products of a plan in reading order: riskiest first, then most urgent, then by key.
#[must_use]
pub fn riskiest_first(plan: &Plan) -> Vec<&ProductPlan> {
    let mut products: Vec<&ProductPlan> = plan.products.iter().collect();
    products.sort_by_key(|product| (Risk::of(product), product.standing, &product.key));
    products
}
