//! Submissions as they are listed and shown.

use super::Place;
use crate::model::{Currency, Key};
use crate::submission::{ApplicationId, Review, Submission, SubmissionId, SubmissionKind};
use jiff::Timestamp;

/// One line of the list of submissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionRow {
    /// Our id.
    pub id: SubmissionId,
    /// About which product.
    pub product: Key,
    /// Which form.
    pub kind: SubmissionKind,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Where it stands.
    pub review: Review,
    /// Since when.
    pub since: Timestamp,
    /// The marketplace's id, once known.
    pub application: Option<ApplicationId>,
}

/// Everything about one submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionDetail {
    /// Its line in the list.
    pub row: SubmissionRow,
    /// What was submitted.
    pub submission: Submission,
    /// The commit it was computed from, where it was one.
    pub commit: Option<String>,
    /// Currency of its prices.
    pub currency: Currency,
    /// What happened to it, oldest first.
    pub history: Vec<(Timestamp, String)>,
    /// Where the values of its operations are written, as far as they still are; after a rejection first what the
    /// reviewer's words name.
    pub places: Vec<Place>,
}

/// An application that waits at the sandbox's review desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingReview {
    /// Its id.
    pub application: ApplicationId,
    /// The product's name in it.
    pub product_name: String,
    /// Which form.
    pub kind: SubmissionKind,
    /// Since when, by the sandbox's clock.
    pub since: Timestamp,
}
