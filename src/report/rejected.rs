//! What reviewers rejected, as a report says it.

use crate::model::Key;
use crate::submission::{Scope, SubmissionId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A rejection that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Of which product.
    pub product: Key,
    /// The name buyers see.
    pub name: String,
    /// Which submission, where the report says it.
    pub submission: Option<SubmissionId>,
    /// The marketplace's id, where the report says it.
    pub application: Option<String>,
    /// The reviewer's words; unknown stays unknown.
    pub reason: Option<String>,
    /// Where the rejected values are written: `products/a.yaml:3:5`.
    pub places: Vec<String>,
    /// The commit that was submitted, where the report says it.
    pub commit: Option<String>,
    /// The command that helps, where the report says one.
    pub command: Option<String>,
}

/// All rejections of a target, as far as a report knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejections {
    /// Catalog and target.
    pub scope: Scope,
    /// When the marketplace was looked at.
    pub at: Timestamp,
    /// What is rejected.
    pub rejected: Vec<Rejected>,
    /// Products of which the report says where they stand.
    pub observed: BTreeSet<Key>,
}
