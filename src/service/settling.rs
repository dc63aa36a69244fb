//! Products that turn out to need no second look while their definitions are read: in sync with a snapshot in a folder, and
//! nothing is to be said of them. Each is compared and judged on the thread that read it, and no more than a row is kept, so
//! that a plan of which nothing was known before does not hold all products at once.

use super::digests::Digests;
use super::settled::{Row, lasts};
use super::snapshot::SnapshotFile;
use super::workspace::Workspace;
use crate::config::{Config, Driver, Target};
use crate::definition::{Again, Definition};
use crate::model::Desired;
use crate::plan::{CatalogInput, DesiredProduct, Elsewhere, History, is_silent, plan_by};
use crate::released::{Coverage, Released, ReleasedProduct, resolve_one};
use crate::rules::{ProductRules, Summary};
use crate::submission::Scope;
use crate::wire::{Snapshot, SnapshotPart};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What came of looking at a definition that was just read.
pub(super) enum Look {
    /// It needs no second look.
    Settled(Box<Row>),
    /// It does, and this is the snapshot's file of the product, as far as that was read.
    Unsettled(Option<Box<SnapshotPart>>),
}

/// Looks at definitions beside the files of a snapshot's folder.
pub(super) struct Settling<'a> {
    config: &'a Config,
    target: &'a Target,
    scope: Scope,
    rules: ProductRules,
    snapshot: &'a SnapshotFile,
    digests: Option<Digests>,
    taken_at: Timestamp,
    /// Products on sale with an application that is not decided.
    applied_for: BTreeSet<String>,
    now: Timestamp,
}

impl<'a> Settling<'a> {
    /// `None` for a snapshot in one file, and where not all of what is on sale was seen.
    pub(super) fn beside(
        snapshot: &'a SnapshotFile,
        workspace: &'a Workspace,
        target: &'a Target,
        now: Timestamp,
    ) -> Option<Self> {
        let Snapshot { observation, .. } = (*snapshot.index()?.rest).clone().into();
        if observation.coverage != Coverage::Whole {
            return None;
        }
        let taken_at = observation.taken_at;
        let applied_for = observation.applied_for().into_iter().map(str::to_owned).collect();
        let scope = workspace.scope(target);
        let config = &workspace.config;
        let rules = ProductRules::on(&target.profile.name, &config.rules);
        Some(Self { config, target, scope, rules, snapshot, digests: None, taken_at, applied_for, now })
    }

    /// The same with what the folder says of all products in short.
    pub(super) fn knowing(self, digests: Option<Digests>) -> Self {
        Self { digests, ..self }
    }

    /// Looks at a definition, and lets go of what it says where nothing more is asked of it.
    pub(super) fn look(&self, definition: &mut Definition, again: &Again) -> Look {
        if definition.is_broken() {
            return Look::Unsettled(None);
        }
        let desired = definition.desired(self.target.name.as_str());
        let Some(desired) = desired.filter(|desired| desired.is_content_alone()) else {
            return Look::Unsettled(None);
        };
        if let Some(row) = self.row_unread(definition, desired) {
            definition.take_desired(again);
            return Look::Settled(Box::new(row));
        }
        // What cannot be read is told when it is read once more.
        let Some(part) = self.snapshot.product(&definition.key).ok().flatten() else {
            return Look::Unsettled(None);
        };
        match self.row_of(definition, desired, &part) {
            Some(row) => {
                definition.take_desired(again);
                Look::Settled(Box::new(row))
            }
            None => Look::Unsettled(Some(Box::new(part))),
        }
    }

    /// The row of a product that is on sale as it is desired, without a look into its file.
    fn row_unread(&self, definition: &Definition, desired: &Desired) -> Option<Row> {
        let product = &desired.product;
        let (on_sale, revision, commit) = self.digests.as_ref()?.on_sale(product)?;
        if !is_silent(&self.target.profile, &self.rules, desired, &on_sale, self.taken_at) {
            return None;
        }
        let (path, delivery, summary) = (definition.path.clone(), product.delivery, Summary::of(desired));
        let name = product.display_name().to_owned();
        Some(Row { path, delivery, summary, name, revision, commit, word: None })
    }

    /// The row of a product that is on sale as its file says.
    fn row_of(&self, definition: &Definition, desired: &Desired, part: &SnapshotPart) -> Option<Row> {
        let (Some(binding), Some(observed)) = (&part.binding, &part.observed) else { return None };
        let history = part.history.clone().unwrap_or_default();
        let released = resolve_one(&definition.key, binding, observed);
        let is_seen = released.recorded_at.is_none() && binding.product_id == released.product_id;
        if !is_seen || !lasts(&history) || self.applied_for.contains(&released.product_id) {
            return None;
        }
        self.row(definition, desired, released, history)
    }

    fn row(
        &self,
        definition: &Definition,
        desired: &Desired,
        released: ReleasedProduct,
        history: History,
    ) -> Option<Row> {
        let commit = history.commit.clone();
        let revision = released.revision.clone();
        let name = self.settled_name(definition, desired, released, history)?;
        let (delivery, summary) = (desired.product.delivery, Summary::of(desired));
        let path = definition.path.clone();
        Some(Row { path, delivery, summary, name, revision, commit, word: None })
    }

    /// The name of a product of which its plan says nothing.
    fn settled_name(
        &self,
        definition: &Definition,
        desired: &Desired,
        released: ReleasedProduct,
        history: History,
    ) -> Option<String> {
        let key = &definition.key;
        let path = Some(definition.path.clone());
        let desired = BTreeMap::from([(key.clone(), DesiredProduct { desired: desired.clone(), path })]);
        let released = Released {
            taken_at: self.taken_at,
            coverage: Coverage::Whole,
            products: BTreeMap::from([(key.clone(), released)]),
            unbound: Vec::new(),
            applications: Vec::new(),
        };
        let input = CatalogInput {
            scope: &self.scope,
            site: &self.target.profile,
            guards: &self.config.guards,
            levels: &self.config.rules,
            now: self.now,
            commit: None,
            desired: &desired,
            released: &released,
            histories: &BTreeMap::from([(key.clone(), history)]),
            // Nothing is handed over of what is settled: nothing to approve, to wait for, or to come too late.
            approvals: &BTreeMap::new(),
            older_commit: &BTreeSet::new(),
            halt: None,
            bound: &BTreeSet::from([key.clone()]),
            by_hand: matches!(self.target.driver, Driver::Console { .. }),
            preflight: self.target.preflight,
            only: None,
            // What has to do with other products is found once all are read.
            elsewhere: Elsewhere { compared: Some(BTreeMap::new()), ..Elsewhere::default() },
        };
        let plan = plan_by(&input, &self.rules);
        let mut products = plan.products.into_iter().filter(|found| found.key == *key && found.is_settled());
        products.next().map(|found| found.name)
    }
}
