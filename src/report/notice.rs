//! What those who asked for it are told about a product.

use super::{Next, Place};
use crate::config::Occasion;
use crate::model::Key;
use crate::submission::{ApplicationId, SubmissionId};
use jiff::Timestamp;

/// One thing that people want to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its name: the same thing about the same product has the same on any machine.
    pub id: String,
    /// What kind of thing it is.
    pub occasion: Occasion,
    /// When it came about, or was seen.
    pub at: Timestamp,
    /// About which product.
    pub product: Key,
    /// The name buyers see.
    pub name: String,
    /// About which submission, where there is one.
    pub submission: Option<SubmissionId>,
    /// The marketplace's id of it, where it is known.
    pub application: Option<ApplicationId>,
    /// What was asked for, short; empty where nothing was.
    pub what: String,
    /// The reviewer's text; unknown stays unknown.
    pub reason: Option<String>,
    /// Where the rejected values are written.
    pub places: Vec<Place>,
    /// What drifted, or what blocks.
    pub details: Vec<Detail>,
    /// Who acts next, where somebody must.
    pub next: Option<Next>,
}

/// One of several things that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The rule that found it, where one did.
    pub rule: Option<String>,
    /// What it is, as a sentence.
    pub text: String,
}

/// What became of the notices of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notified {
    /// How many messages arrived.
    pub delivered: usize,
    /// How many did not; a later run tells them.
    pub waiting: usize,
    /// Why, a sentence for each receiver that could not be told.
    pub trouble: Vec<String>,
}
