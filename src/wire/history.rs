//! What the ledger knows about a product.

use super::{
    Evidence, IgnoredDrift, Item, Map, Name, Pause, Product, Refusal, Review, Set, Submission, present,
};
use crate::model::{self, Key};
use crate::plan;
use crate::submission::{ApplicationId, OperationId, Revision, SubmissionId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Our submission that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenSubmission {
    /// What was submitted.
    pub submission: Submission,
    /// Where it stands.
    pub review: Review,
    /// The marketplace's id, once known.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub application: Option<Name<ApplicationId>>,
    /// Since when it stands there.
    pub since: Name<Timestamp>,
}

/// An operation that a reviewer rejected or that somebody took back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeldOperation {
    /// The application that ended.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub application: Option<Name<ApplicationId>>,
    /// Our id of the submission that ended.
    pub submission: Name<SubmissionId>,
    /// The commit it was computed from.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether somebody took it back, and no reviewer said no; left out where a reviewer did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_back: bool,
    /// The reviewer's text; left out where it is unknown.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub at: Name<Timestamp>,
}

/// The last refusal at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LastRefusal {
    /// What the marketplace said.
    pub refusal: Refusal,
    /// The operations that were refused.
    pub operations: Set<Name<OperationId>>,
    /// The released revision they were computed from; left out where there was none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub base: Option<Name<Revision>>,
    /// When.
    pub at: Name<Timestamp>,
    /// How often in a row.
    pub times: u32,
}

/// The submission that made a released value what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// About what.
    pub item: Item,
    /// Our id of the submission.
    pub submission: Name<SubmissionId>,
    /// The marketplace's id.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub application: Option<Name<ApplicationId>>,
    /// When its approval was learned.
    pub approved_at: Name<Timestamp>,
}

/// What the ledger knows about one product at one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct History {
    /// Our submission that has not ended.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenSubmission>,
    /// Rejected operations, by their ids.
    pub held: Map<OperationId, HeldOperation>,
    /// The last refusal, until a submission is accepted.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub refused: Option<LastRefusal>,
    /// Predicted result of the last approved submission, or the released state at adoption.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub last_applied: Option<Product>,
    /// The commit last applied.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Ids of ended submissions that did not end in approval.
    pub ended: Set<Name<SubmissionId>>,
    /// Specification keys that were retired; never reused.
    pub retired_specifications: Set<Name<Key>>,
    /// Whether the product was retired; its key is never reused.
    pub retired: bool,
    /// Products retired in the last seven days.
    pub products_retired_recently: usize,
    /// Specifications and SKUs removed in the last seven days.
    pub specifications_removed_recently: usize,
    /// The last approved submission that said something about an item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Approvals, confirmations and preflight results.
    pub evidence: Vec<Evidence>,
    /// Since when nothing is submitted before somebody confirms it; left out where that is not so.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub report_only: Option<Name<Timestamp>>,
    /// Nothing is handed over while this counts; left out where nobody paused.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub paused: Option<Pause>,
    /// Other people's changes that are left as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<IgnoredDrift>,
    /// The interfaces do not answer as they should; left out where they do, or nobody looked.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub failing: Option<Failing>,
}

/// Interfaces that do not answer as they should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failing {
    /// Since when.
    pub since: Name<Timestamp>,
    /// What is wrong.
    pub what: String,
}

impl From<&plan::Failing> for Failing {
    fn from(core: &plan::Failing) -> Self {
        let plan::Failing { since, what } = core;
        Self { since: Name(*since), what: what.clone() }
    }
}

impl From<Failing> for plan::Failing {
    fn from(wire: Failing) -> Self {
        Self { since: wire.since.0, what: wire.what }
    }
}

impl From<&plan::History> for History {
    fn from(core: &plan::History) -> Self {
        let plan::History {
            open,
            held,
            refused,
            last_applied,
            commit,
            ended,
            retired_specifications,
            retired,
            recent,
            origins,
            evidence,
            report_only,
            paused,
            ignored,
            failing,
        } = core;
        let plan::RecentOperations { products_retired, specifications_removed } = *recent;
        Self {
            open: open.as_ref().map(Into::into),
            held: Map::of(held, Into::into),
            refused: refused.as_ref().map(Into::into),
            last_applied: last_applied.as_ref().map(Into::into),
            commit: commit.clone(),
            ended: Set::of(ended),
            retired_specifications: Set::of(retired_specifications),
            retired: *retired,
            products_retired_recently: products_retired,
            specifications_removed_recently: specifications_removed,
            origins: origins.iter().map(origin).collect(),
            evidence: evidence.iter().map(Into::into).collect(),
            report_only: report_only.map(Name),
            paused: paused.as_ref().map(Into::into),
            ignored: ignored.values().map(Into::into).collect(),
            failing: failing.as_ref().map(Into::into),
        }
    }
}

impl From<History> for plan::History {
    fn from(wire: History) -> Self {
        Self {
            open: wire.open.map(Into::into),
            held: wire.held.into_core(Into::into),
            refused: wire.refused.map(Into::into),
            last_applied: wire.last_applied.map(Into::into),
            commit: wire.commit,
            ended: wire.ended.into_core(),
            retired_specifications: wire.retired_specifications.into_core(),
            retired: wire.retired,
            recent: plan::RecentOperations {
                products_retired: wire.products_retired_recently,
                specifications_removed: wire.specifications_removed_recently,
            },
            origins: wire.origins.into_iter().map(origin_into).collect(),
            evidence: wire.evidence.into_iter().map(Into::into).collect(),
            report_only: wire.report_only.map(|at| at.0),
            paused: wire.paused.map(Into::into),
            ignored: wire
                .ignored
                .into_iter()
                .map(|found| (found.item.clone().into(), found.into()))
                .collect(),
            failing: wire.failing.map(Into::into),
        }
    }
}

fn origin((item, core): (&model::Item, &plan::Origin)) -> Origin {
    let plan::Origin { submission, application, approved_at } = core;
    Origin {
        item: item.into(),
        submission: Name(submission.clone()),
        application: application.clone().map(Name),
        approved_at: Name(*approved_at),
    }
}

fn origin_into(wire: Origin) -> (model::Item, plan::Origin) {
    let Origin { item, submission, application, approved_at } = wire;
    let origin = plan::Origin {
        submission: submission.0,
        application: application.map(|id| id.0),
        approved_at: approved_at.0,
    };
    (item.into(), origin)
}

impl From<&plan::OpenSubmission> for OpenSubmission {
    fn from(core: &plan::OpenSubmission) -> Self {
        let plan::OpenSubmission { submission, review, application, since } = core;
        Self {
            submission: submission.into(),
            review: review.into(),
            application: application.clone().map(Name),
            since: Name(*since),
        }
    }
}

impl From<OpenSubmission> for plan::OpenSubmission {
    fn from(wire: OpenSubmission) -> Self {
        Self {
            submission: wire.submission.into(),
            review: wire.review.into(),
            application: wire.application.map(|id| id.0),
            since: wire.since.0,
        }
    }
}

impl From<&plan::HeldOperation> for HeldOperation {
    fn from(core: &plan::HeldOperation) -> Self {
        let plan::HeldOperation { application, submission, commit, taken_back, reason, at } = core;
        Self {
            application: application.clone().map(Name),
            submission: Name(submission.clone()),
            commit: commit.clone(),
            taken_back: *taken_back,
            reason: reason.clone(),
            at: Name(*at),
        }
    }
}

impl From<HeldOperation> for plan::HeldOperation {
    fn from(wire: HeldOperation) -> Self {
        Self {
            application: wire.application.map(|id| id.0),
            submission: wire.submission.0,
            commit: wire.commit,
            taken_back: wire.taken_back,
            reason: wire.reason,
            at: wire.at.0,
        }
    }
}

impl From<&plan::LastRefusal> for LastRefusal {
    fn from(core: &plan::LastRefusal) -> Self {
        let plan::LastRefusal { refusal, operations, base, at, times } = core;
        Self {
            refusal: refusal.into(),
            operations: Set::of(operations),
            base: base.clone().map(Name),
            at: Name(*at),
            times: *times,
        }
    }
}

impl From<LastRefusal> for plan::LastRefusal {
    fn from(wire: LastRefusal) -> Self {
        Self {
            refusal: wire.refusal.into(),
            operations: wire.operations.into_core(),
            base: wire.base.map(|revision| revision.0),
            at: wire.at.0,
            times: wire.times,
        }
    }
}
