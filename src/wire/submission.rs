//! Submissions and their operations.

use super::{Item, Name, Product, Value, present};
use crate::model::Key;
use crate::submission::{self, OperationKind, Revision, SubmissionId, SubmissionKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose catalog it is, and where it is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scope {
    /// The catalog's name.
    pub catalog: Name<Key>,
    /// The target's name.
    pub target: Name<Key>,
}

impl From<&submission::Scope> for Scope {
    fn from(core: &submission::Scope) -> Self {
        let submission::Scope { catalog, target } = core;
        Self { catalog: Name(catalog.clone()), target: Name(target.clone()) }
    }
}

impl From<Scope> for submission::Scope {
    fn from(wire: Scope) -> Self {
        Self { catalog: wire.catalog.0, target: wire.target.0 }
    }
}

/// One thing to do to one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operation {
    /// What kind of thing.
    pub kind: Name<OperationKind>,
    /// To what.
    pub item: Item,
    /// The released value; left out where there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// The desired value; left out where it is taken away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
    /// Why it is taken off the catalog; removals only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl From<&submission::Operation> for Operation {
    fn from(core: &submission::Operation) -> Self {
        let submission::Operation { kind, item, from, to, reason } = core;
        Self {
            kind: Name(*kind),
            item: item.into(),
            from: from.as_ref().map(Into::into),
            to: to.as_ref().map(Into::into),
            reason: reason.clone(),
        }
    }
}

impl From<Operation> for submission::Operation {
    fn from(wire: Operation) -> Self {
        Self {
            kind: wire.kind.0,
            item: wire.item.into(),
            from: wire.from.map(Into::into),
            to: wire.to.map(Into::into),
            reason: wire.reason,
        }
    }
}

/// Operations the marketplace reviews as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Submission {
    /// Digest of scope, product, base, operations and attempt.
    pub id: Name<SubmissionId>,
    /// Which form.
    pub kind: Name<SubmissionKind>,
    /// The product, by our key.
    pub product: Name<Key>,
    /// The marketplace's id of the product, once released.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The released revision the operations were computed from; left out before the first release.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub base: Option<Name<Revision>>,
    /// What is to be done, in order.
    pub operations: Vec<Operation>,
    /// 1, or one more for each fix after a rejection or withdrawal.
    pub attempt: u32,
    /// The released content after approval.
    pub predicted: Product,
}

impl From<&submission::Submission> for Submission {
    fn from(core: &submission::Submission) -> Self {
        let submission::Submission { id, kind, product, product_id, base, operations, attempt, predicted } =
            core;
        Self {
            id: Name(id.clone()),
            kind: Name(*kind),
            product: Name(product.clone()),
            product_id: product_id.clone(),
            base: base.clone().map(Name),
            operations: operations.iter().map(Into::into).collect(),
            attempt: *attempt,
            predicted: predicted.into(),
        }
    }
}

impl From<Submission> for submission::Submission {
    fn from(wire: Submission) -> Self {
        Self {
            id: wire.id.0,
            kind: wire.kind.0,
            product: wire.product.0,
            product_id: wire.product_id,
            base: wire.base.map(|revision| revision.0),
            operations: wire.operations.into_iter().map(Into::into).collect(),
            attempt: wire.attempt,
            predicted: wire.predicted.into(),
        }
    }
}
