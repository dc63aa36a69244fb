//! One run of reconciling: observe, record what the reviewers decided, plan, take the next safe step of each
//! product, and say truly what happened.
//!
//! [`Machine`] decides and does nothing: it is told what happened and answers with the next [`Effect`]. [`reconcile`]
//! carries the effects out; tests and the simulator are other executors, which stop between any two effects.
//! No process waits for a reviewer: everything a later run needs stands in the ledger.

mod account;
mod choice;
mod daily;
mod execute;
mod machine;
mod saved;
mod shard;
mod verdicts;
mod work;

pub use account::{Account, Outcome, ProductAccount, WaitingFor};
pub use execute::{perform, reconcile, reconcile_until};
pub use machine::{Effect, Input, Machine};
pub use saved::SavedProduct;
pub use shard::{Shard, ShardError};
pub use verdicts::{claims, mark_missing, news};

use crate::ledger::Records;
use crate::marketplace::Capabilities;
use crate::model::Key;
use crate::plan::Plan;
use crate::released::Released;
use crate::site::SiteProfile;
use crate::submission::Scope;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How long a run holds a product, unless it gives it back earlier: longer than any driver waits for an answer.
pub const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// What a run may touch.
#[derive(Debug, Clone, Default)]
pub struct Limit {
    /// Only these products; `None` allows all.
    pub products: Option<BTreeSet<Key>>,
    /// Only what this saved plan says, by product; `None` allows what the current plan says.
    pub saved: Option<BTreeMap<Key, SavedProduct>>,
    /// Only the products of this part of the catalog; `None` is all of it.
    pub shard: Option<Shard>,
}

impl Limit {
    /// Only what a saved plan says.
    #[must_use]
    pub fn to_plan(plan: &Plan) -> Self {
        let saved = plan.products.iter().map(|product| (product.key.clone(), product.into()));
        Self { saved: Some(saved.collect()), ..Self::default() }
    }

    /// Whether another shard looks after the product in everything, verdicts included, is answered with `false`.
    fn is_in_shard(&self, product: &Key) -> bool {
        self.shard.is_none_or(|shard| shard.holds(product))
    }

    /// Whether the run may touch a product.
    #[must_use]
    pub fn allows(&self, product: &Key) -> bool {
        self.is_in_shard(product)
            && self.products.as_ref().is_none_or(|products| products.contains(product))
            && self.saved.as_ref().is_none_or(|saved| saved.contains_key(product))
    }
}

/// What stays the same during a run.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Catalog and target.
    pub scope: &'a Scope,
    /// What the site allows: the daily cap and its time zone.
    pub site: &'a SiteProfile,
    /// The run's own name, for leases; no other run has it.
    pub id: &'a str,
    /// What the driver guarantees.
    pub capabilities: Capabilities,
    /// What it may touch.
    pub limit: &'a Limit,
    /// Makes the plan; the definitions live in it. It gets the run's clock.
    pub planner: &'a dyn Fn(&Released, &Records, Timestamp) -> Plan,
    /// What handing over waits for at a moment, as words that follow "waits for": the end of a freeze.
    pub is_frozen: &'a dyn Fn(Timestamp) -> Option<String>,
    /// Whether the first commit is an ancestor of the second, and not the same.
    pub is_ancestor: &'a dyn Fn(&str, &str) -> bool,
}
