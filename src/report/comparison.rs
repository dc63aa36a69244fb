//! Two plans of the same products: what one holds and the other does not.

use crate::model::Key;
use crate::plan::{Action, Block, Plan, ProductPlan, Standing, StepState};
use crate::submission::{Operation, OperationId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What a plan is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Baseline {
    /// The plan of another commit: what is waiting already, before a change is merged.
    Revision {
        /// The revision as it was asked for: `main`.
        name: String,
        /// Its commit.
        commit: String,
        /// The commit whose plan is compared with it.
        head: String,
    },
    /// A plan that was saved, and perhaps approved, earlier.
    Saved {
        /// The date it was made for, in the site's time zone.
        date: Date,
        /// The commit of its definitions, where they were in git and clean.
        commit: Option<String>,
    },
}

/// A plan beside an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What it is compared with.
    pub baseline: Baseline,
    /// The earlier plan of each product that is in it.
    pub before: BTreeMap<Key, ProductPlan>,
    /// Products whose files differ although their plans say the same: what was changed there changes nothing.
    pub without_effect: BTreeSet<Key>,
}

/// How one product's plan differs from the earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference<'a> {
    /// Where it stood; `None` when it had no plan.
    pub was: Option<Standing>,
    /// Operations that are planned now and were not.
    pub added: BTreeSet<OperationId>,
    /// Operations that were planned and are not any more.
    pub gone: Vec<&'a Operation>,
    /// What stops the product now and did not.
    pub blocks: Vec<&'a Block>,
    /// What stopped it and does not any more.
    pub lifted: Vec<&'a Block>,
}

impl Difference<'_> {
    /// Whether anything differs that people decide about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.blocks.is_empty() && self.lifted.is_empty()
    }
}

impl Comparison {
    /// How a product's plan differs. `plan` is the plan now; the product may be in only one of the two.
    #[must_use]
    pub fn difference<'a>(&'a self, plan: &'a Plan, key: &Key) -> Difference<'a> {
        let target = &plan.scope.target;
        let before = self.before.get(key);
        let now = plan.products.binary_search_by(|product| product.key.cmp(key)).ok();
        let now = now.and_then(|at| plan.products.get(at));
        let ids = |product: Option<&'a ProductPlan>| -> BTreeMap<OperationId, &'a Operation> {
            let operations = product.into_iter().flat_map(open_operations);
            operations.map(|operation| (operation.id(target, key), operation)).collect()
        };
        let (old, new) = (ids(before), ids(now));
        let blocks = |these: Option<&'a ProductPlan>, those: Option<&'a ProductPlan>| -> Vec<&'a Block> {
            let those: Vec<&Block> = those.into_iter().flat_map(|product| &product.blocks).collect();
            let these = these.into_iter().flat_map(|product| &product.blocks);
            these.filter(|block| !those.iter().any(|other| is_same(block, other))).collect()
        };
        Difference {
            was: before.map(|product| product.standing),
            added: new.keys().filter(|id| !old.contains_key(*id)).cloned().collect(),
            gone: old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(_, found)| *found).collect(),
            blocks: blocks(now, before),
            lifted: blocks(before, now),
        }
    }
}

/// Whether two blocks say the same about the same thing; lines may have moved.
fn is_same(a: &Block, b: &Block) -> bool {
    let (one, other) = (&a.finding, &b.finding);
    (one.rule, &one.route, &one.message, &a.approval)
        == (other.rule, &other.route, &other.message, &b.approval)
}

/// Operations of steps that are not done yet.
fn open_operations(product: &ProductPlan) -> impl Iterator<Item = &Operation> {
    let open = product.chain.iter().filter(|step| step.state != StepState::Done);
    open.flat_map(|step| match &step.action {
        Action::Submit(submission) => submission.operations.as_slice(),
        Action::Withdraw { .. } | Action::Manual(_) => &[],
    })
}
