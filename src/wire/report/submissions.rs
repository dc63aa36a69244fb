//! Submissions, listed and shown, and what waits at the sandbox's review desk.

use super::{Content, Place};
use crate::model::{Currency, Key};
use crate::report;
use crate::submission::{ApplicationId, SubmissionId, SubmissionKind};
use crate::wire::{Name, Review, Submission};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Where one submission stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionRow {
    /// Our id.
    pub id: Name<SubmissionId>,
    /// The product, by our key.
    pub product: Name<Key>,
    /// Which form.
    pub kind: Name<SubmissionKind>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Where it stands.
    pub review: Review,
    /// Since when it stands there.
    pub since: Name<Timestamp>,
    /// The marketplace's id; left out until it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Name<ApplicationId>>,
}

impl From<&report::SubmissionRow> for SubmissionRow {
    fn from(core: &report::SubmissionRow) -> Self {
        let report::SubmissionRow { id, product, kind, attempt, review, since, application } = core;
        Self {
            id: Name(id.clone()),
            product: Name(product.clone()),
            kind: Name(*kind),
            attempt: *attempt,
            review: review.into(),
            since: Name(*since),
            application: application.clone().map(Name),
        }
    }
}

/// The submissions of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Submissions {
    /// Newest first.
    pub submissions: Vec<SubmissionRow>,
}

impl From<&[report::SubmissionRow]> for Submissions {
    fn from(core: &[report::SubmissionRow]) -> Self {
        Self { submissions: core.iter().map(Into::into).collect() }
    }
}

impl Content for Submissions {
    const NAME: &'static str = "submissions-report";
    const FORMAT: u32 = 1;
}

/// Something that happened to a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Happening {
    /// When.
    pub at: Name<Timestamp>,
    /// What.
    pub text: String,
}

/// One submission: what it asks for, where it stands, what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionDetail {
    /// Where it stands, as in the list of submissions.
    #[serde(flatten)]
    pub row: SubmissionRow,
    /// What was submitted.
    pub submission: Submission,
    /// The commit it was computed from; left out where it was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Currency of its prices.
    pub currency: Name<Currency>,
    /// What happened to it, oldest first.
    pub history: Vec<Happening>,
    /// Where the values of its operations are written, as far as they still are; after a rejection first what the
    /// reviewer's words name.
    pub places: Vec<Place>,
}

impl From<&report::SubmissionDetail> for SubmissionDetail {
    fn from(core: &report::SubmissionDetail) -> Self {
        let report::SubmissionDetail { row, submission, commit, currency, history, places } = core;
        let happening = |(at, text): &(Timestamp, String)| Happening { at: Name(*at), text: text.clone() };
        Self {
            row: row.into(),
            submission: submission.into(),
            commit: commit.clone(),
            currency: Name(currency.clone()),
            history: history.iter().map(happening).collect(),
            places: places.iter().map(Into::into).collect(),
        }
    }
}

impl Content for SubmissionDetail {
    const NAME: &'static str = "submission-report";
    const FORMAT: u32 = 1;
}

/// An application that waits at the sandbox's review desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingReview {
    /// Its id.
    pub application: Name<ApplicationId>,
    /// The product's name in it.
    pub product_name: String,
    /// Which form.
    pub kind: Name<SubmissionKind>,
    /// Since when, by the sandbox's clock.
    pub since: Name<Timestamp>,
}

impl From<&report::PendingReview> for PendingReview {
    fn from(core: &report::PendingReview) -> Self {
        let report::PendingReview { application, product_name, kind, since } = core;
        Self {
            application: Name(application.clone()),
            product_name: product_name.clone(),
            kind: Name(*kind),
            since: Name(*since),
        }
    }
}

/// What waits at the sandbox's review desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// Oldest first.
    pub reviews: Vec<PendingReview>,
}

impl From<&[report::PendingReview]> for Pending {
    fn from(core: &[report::PendingReview]) -> Self {
        Self { reviews: core.iter().map(Into::into).collect() }
    }
}

impl Content for Pending {
    const NAME: &'static str = "pending-report";
    const FORMAT: u32 = 1;
}
