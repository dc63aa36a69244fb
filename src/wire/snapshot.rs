//! The released snapshot: everything about a target that planning needs besides the definitions.

use super::{Bindings, Document, History, Map, Observation, Scope, bindings, bindings_into};
use crate::model::Key;
use crate::{plan, released, submission};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was observed and recorded about a target at one moment, as core types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Catalog and target.
    pub scope: submission::Scope,
    /// Site profile's name.
    pub site: String,
    /// What the marketplace showed, with the moment it was read.
    pub observation: released::Observation,
    /// Which marketplace id belongs to which key.
    pub bindings: released::Bindings,
    /// What the ledger knows, by product key.
    pub histories: BTreeMap<Key, plan::History>,
}

/// The released state of a target with what the ledger knows: what `gallerist export` writes and
/// `gallerist plan --released` reads, to plan without marketplace and ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleasedSnapshot {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// Catalog and target.
    pub scope: Scope,
    /// Site profile's name.
    pub site: String,
    /// What the marketplace showed, with the moment it was read.
    pub observation: Observation,
    /// Which marketplace id belongs to which key, by product key.
    pub bindings: Bindings,
    /// What the ledger knows, by product key.
    pub histories: Map<Key, History>,
}

impl Document for ReleasedSnapshot {
    const NAME: &'static str = "snapshot";
    const FORMAT: u32 = 1;
}

impl From<&Snapshot> for ReleasedSnapshot {
    fn from(core: &Snapshot) -> Self {
        let Snapshot { scope, site, observation, bindings: bound, histories } = core;
        Self {
            document: Self::NAME.into(),
            format: Self::FORMAT,
            scope: scope.into(),
            site: site.clone(),
            observation: observation.into(),
            bindings: bindings(bound),
            histories: Map::of(histories, Into::into),
        }
    }
}

impl From<ReleasedSnapshot> for Snapshot {
    fn from(wire: ReleasedSnapshot) -> Self {
        Self {
            scope: wire.scope.into(),
            site: wire.site,
            observation: wire.observation.into(),
            bindings: bindings_into(wire.bindings),
            histories: wire.histories.into_core(Into::into),
        }
    }
}
