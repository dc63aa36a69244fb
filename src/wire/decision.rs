//! What people decided beside the plan.

use super::{Item, Name, Value, present};
use crate::submission;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Nothing is handed over for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pause {
    /// Who paused.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it no longer counts; left out where it lasts until somebody resumes.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub until: Option<Name<Timestamp>>,
}

impl From<&submission::Pause> for Pause {
    fn from(core: &submission::Pause) -> Self {
        let submission::Pause { by, reason, until } = core;
        Self { by: by.clone(), reason: reason.clone(), until: until.map(Name) }
    }
}

impl From<Pause> for submission::Pause {
    fn from(wire: Pause) -> Self {
        let Pause { by, reason, until } = wire;
        Self { by, reason, until: until.map(|until| until.0) }
    }
}

/// Somebody else's change that is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IgnoredDrift {
    /// Which field or item.
    pub item: Item,
    /// The released value that is left as it is; left out where there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub released: Option<Value>,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it is drift again.
    pub until: Name<Timestamp>,
}

impl From<&submission::IgnoredDrift> for IgnoredDrift {
    fn from(core: &submission::IgnoredDrift) -> Self {
        let submission::IgnoredDrift { item, released, by, reason, until } = core;
        Self {
            item: item.into(),
            released: released.as_ref().map(Into::into),
            by: by.clone(),
            reason: reason.clone(),
            until: Name(*until),
        }
    }
}

impl From<IgnoredDrift> for submission::IgnoredDrift {
    fn from(wire: IgnoredDrift) -> Self {
        let IgnoredDrift { item, released, by, reason, until } = wire;
        Self { item: item.into(), released: released.map(Into::into), by, reason, until: until.0 }
    }
}
