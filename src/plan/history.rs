//! What the ledger knows about a product, as planning needs it.

use crate::model::{Item, Key, Product};
use crate::submission::{
    ApplicationId, Evidence, IgnoredDrift, OperationId, Pause, Refusal, Review, Revision, Submission,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Our submission that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSubmission {
    /// What was submitted.
    pub submission: Submission,
    /// Where it stands.
    pub review: Review,
    /// The marketplace's id, once known.
    pub application: Option<ApplicationId>,
    /// Since when it stands there.
    pub since: Timestamp,
}

impl OpenSubmission {
    /// Whether the marketplace took it and does not know it any more: how its review ended is not known, and it is
    /// never sent again. The ledger does not say so; whoever asks the marketplace does ([`Self::missed`]).
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.review == Review::Unknown && self.application.is_some()
    }

    /// The same, as it stands when the marketplace was asked and did not know it.
    pub fn missed(&mut self) {
        self.review = Review::Unknown;
    }
}

/// An operation that a reviewer rejected or that somebody took back: not submitted again until it changes or someone
/// says `retry`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldOperation {
    /// The application that ended.
    pub application: Option<ApplicationId>,
    /// Our id of the submission that ended.
    pub submission: crate::submission::SubmissionId,
    /// The commit it was computed from.
    pub commit: Option<String>,
    /// Whether somebody took it back, and no reviewer said no.
    pub taken_back: bool,
    /// The reviewer's text; unknown stays unknown.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The last refusal at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRefusal {
    /// What the marketplace said.
    pub refusal: Refusal,
    /// The operations that were refused.
    pub operations: BTreeSet<OperationId>,
    /// The released revision they were computed from.
    pub base: Option<Revision>,
    /// When.
    pub at: Timestamp,
    /// How often in a row.
    pub times: u32,
}

impl LastRefusal {
    /// Whether it speaks of these operations. A refusal for a rule does on any base; one that names no rule may be about
    /// the base alone, which others changed after it was looked at.
    #[must_use]
    pub fn is_about(&self, operations: &BTreeSet<OperationId>, base: Option<&Revision>) -> bool {
        let stands = self.refusal.technical || !self.refusal.rules.is_empty() || self.base.as_ref() == base;
        stands && self.operations == *operations
    }
}

/// Removals that were submitted lately, for the guards that look back seven days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecentOperations {
    /// Products retired.
    pub products_retired: usize,
    /// Specifications and SKUs removed.
    pub specifications_removed: usize,
}

/// The submission that made a released value what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Our id.
    pub submission: crate::submission::SubmissionId,
    /// The marketplace's id, where it is known.
    pub application: Option<ApplicationId>,
    /// When its approval was learned.
    pub approved_at: Timestamp,
}

/// What the ledger knows about one product at one target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Our submission that has not ended.
    pub open: Option<OpenSubmission>,
    /// Rejected operations, by their ids.
    pub held: BTreeMap<OperationId, HeldOperation>,
    /// The last refusal, until a submission is accepted.
    pub refused: Option<LastRefusal>,
    /// Predicted result of the last approved submission, or the released state at adoption.
    pub last_applied: Option<Product>,
    /// The commit last applied.
    pub commit: Option<String>,
    /// Past attempts: ids of ended submissions that did not end in approval. Decides the next attempt's number.
    pub ended: BTreeSet<crate::submission::SubmissionId>,
    /// Specification keys that were retired with us; never reused.
    pub retired_specifications: BTreeSet<Key>,
    /// Whether the product was retired with us; its key is never reused.
    pub retired: bool,
    /// Removals submitted in the last seven days.
    pub recent: RecentOperations,
    /// The last approved submission that said something about an item, by item.
    pub origins: BTreeMap<Item, Origin>,
    /// Approvals, confirmations and preflight results about this product.
    pub evidence: Vec<Evidence>,
    /// Since when nothing is submitted before somebody confirms what would be: it was adopted or claimed.
    pub report_only: Option<Timestamp>,
    /// Nothing is handed over while this counts.
    pub paused: Option<Pause>,
    /// Other people's changes that are left as they are, by what they are about.
    pub ignored: BTreeMap<Item, IgnoredDrift>,
    /// The interfaces do not answer as they should.
    pub failing: Option<Failing>,
}

/// Interfaces that do not answer as they should, as the last preflight found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Since when, without a green preflight in between.
    pub since: Timestamp,
    /// What is wrong.
    pub what: String,
}
