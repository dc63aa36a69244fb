//! The account of a run.

use super::{Content, Next, Rejection};
use crate::diagnostic;
use crate::model::Key;
use crate::report::{self, Outcome, Part};
use crate::submission::{ApplicationId, SubmissionId};
use crate::wire::{Diagnostics, Name, Scope};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// What a run did, or did not do, about one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Deed {
    /// Handed to the reviewer.
    Submitted {
        /// The marketplace's id.
        application: Name<ApplicationId>,
        /// When the verdict is due.
        expected_by: Name<Date>,
    },
    /// Given to a person, who enters it in the console.
    HandedOver {
        /// The change sheet's file.
        sheet: String,
    },
    /// Taken back from the reviewer.
    Withdrawn,
    /// The reviewer said yes; the catalog has changed.
    Approved,
    /// Approved, but the released state is not what was predicted; one sentence for each difference.
    ApprovedDifferently(Vec<String>),
    /// The reviewer said no.
    Rejected(Rejection),
    /// Somebody took it back in the console; the same is not submitted again by itself.
    TakenBack,
    /// A rejection that no longer matters: definition and released state agree.
    ClosedAsMoot,
    /// Not taken at the door.
    Refused {
        /// Rule numbers of the reference.
        rules: Vec<u16>,
        /// What the marketplace said.
        text: String,
        /// Whether it will be tried again without a change.
        technical: bool,
    },
    /// Certainly not sent; the sentence says why.
    NotSent(String),
    /// The answer was lost; the next run asks the marketplace.
    Unknown(String),
    /// Waits for the reviewer.
    InReview {
        /// Since when.
        since: Name<Timestamp>,
        /// When the verdict is due.
        expected_by: Name<Date>,
    },
    /// Waits for what the sentence says.
    Waiting(String),
    /// A rule or guard stops it; the sentence says why.
    Blocked(String),
    /// Somebody else changed the released state; the sentence says what.
    Drifted(String),
    /// Left alone because the saved plan is not what would be done now; the sentence says what differs.
    Skipped(String),
}

impl From<&report::Deed> for Deed {
    fn from(core: &report::Deed) -> Self {
        match core {
            report::Deed::Submitted { application, expected_by } => {
                Self::Submitted { application: Name(application.clone()), expected_by: Name(*expected_by) }
            }
            report::Deed::HandedOver { sheet } => Self::HandedOver { sheet: sheet.to_string() },
            report::Deed::Withdrawn => Self::Withdrawn,
            report::Deed::Approved => Self::Approved,
            report::Deed::ApprovedDifferently(differences) => Self::ApprovedDifferently(differences.clone()),
            report::Deed::Rejected(rejection) => Self::Rejected(rejection.into()),
            report::Deed::TakenBack => Self::TakenBack,
            report::Deed::ClosedAsMoot => Self::ClosedAsMoot,
            report::Deed::Refused { rules, text, technical } => {
                Self::Refused { rules: rules.clone(), text: text.clone(), technical: *technical }
            }
            report::Deed::NotSent(why) => Self::NotSent(why.clone()),
            report::Deed::Unknown(why) => Self::Unknown(why.clone()),
            report::Deed::InReview { since, expected_by } => {
                Self::InReview { since: Name(*since), expected_by: Name(*expected_by) }
            }
            report::Deed::Waiting(what) => Self::Waiting(what.clone()),
            report::Deed::Blocked(why) => Self::Blocked(why.clone()),
            report::Deed::Drifted(what) => Self::Drifted(what.clone()),
            report::Deed::Skipped(why) => Self::Skipped(why.clone()),
        }
    }
}

/// One line of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The product, by our key.
    pub product: Name<Key>,
    /// The name buyers see.
    pub name: String,
    /// About which submission; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<Name<SubmissionId>>,
    /// What was asked for, short.
    pub what: String,
    /// What became of it.
    pub deed: Deed,
    /// What that means for the run, in one word.
    pub outcome: Name<Outcome>,
    /// Who acts next; left out where nobody must.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
}

impl From<&report::Entry> for Entry {
    fn from(core: &report::Entry) -> Self {
        let report::Entry { product, name, submission, what, deed, next } = core;
        Self {
            product: Name(product.clone()),
            name: name.clone(),
            submission: submission.clone().map(Name),
            what: what.clone(),
            deed: deed.into(),
            outcome: Name(deed.outcome()),
            next: next.as_ref().map(Into::into),
        }
    }
}

/// How many products there are of each kind. Together they are all products of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Nobody knows whether it was done.
    pub unknown: usize,
    /// To be done and not done.
    pub not_done: usize,
    /// Standing still until a person changes or decides something.
    pub blocked: usize,
    /// Something was done.
    pub done: usize,
    /// Going on by itself when somebody else has acted or time has passed.
    pub waiting: usize,
    /// Nothing was to be done.
    pub nothing: usize,
}

impl From<&report::Account> for Counts {
    fn from(core: &report::Account) -> Self {
        Self {
            unknown: core.count(Part::Unknown),
            not_done: core.count(Part::NotDone),
            blocked: core.count(Part::Blocked),
            done: core.count(Part::Done),
            waiting: core.count(Part::Waiting),
            nothing: core.count(Part::Nothing),
        }
    }
}

/// What became of what others are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notified {
    /// How many messages arrived.
    pub delivered: usize,
    /// How many did not; a later run tells them.
    pub waiting: usize,
    /// Why, a sentence for each receiver that could not be told.
    pub trouble: Vec<String>,
}

impl From<&report::Notified> for Notified {
    fn from(core: &report::Notified) -> Self {
        let report::Notified { delivered, waiting, trouble } = core;
        Self { delivered: *delivered, waiting: *waiting, trouble: trouble.clone() }
    }
}

/// What a run did, did not do and does not know, and who is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ran {
    /// Catalog and target.
    pub scope: Scope,
    /// When the run ended, by the marketplace's clock.
    pub at: Name<Timestamp>,
    /// What was done or not done, in the order in which it happened.
    pub entries: Vec<Entry>,
    /// How many products needed nothing.
    pub in_sync: usize,
    /// How many products there are of each kind.
    pub counts: Counts,
    /// What stopped the run before it was through; left out where nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// What became of what others are told; left out where nobody is to be told anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified: Option<Notified>,
    /// Findings about definitions; products with errors were left alone.
    pub diagnostics: Diagnostics,
}

impl Ran {
    /// An account with the findings made on the way.
    #[must_use]
    pub fn of(account: &report::Account, diagnostics: &diagnostic::Diagnostics) -> Self {
        let report::Account { scope, at, entries, in_sync, stopped, notified } = account;
        Self {
            scope: scope.into(),
            at: Name(*at),
            entries: entries.iter().map(Into::into).collect(),
            in_sync: *in_sync,
            counts: account.into(),
            stopped: stopped.clone(),
            notified: notified.as_ref().map(Into::into),
            diagnostics: diagnostics.into(),
        }
    }
}

impl Content for Ran {
    const NAME: &'static str = "run-report";
    const FORMAT: u32 = 1;
}
