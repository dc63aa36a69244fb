//! The true account of a run: what was done, what not, what is unknown, who is waited for.

use super::{Next, Notified, Outcome, Rejection};
use crate::model::Key;
use crate::submission::{ApplicationId, Scope, SubmissionId};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use jiff::civil::Date;

/// What a run did, or did not do, about one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Handed to the reviewer.
    Submitted {
        /// The marketplace's id.
        application: ApplicationId,
        /// When the verdict is due.
        expected_by: Date,
    },
    /// Given to a person, who enters it in the console.
    HandedOver {
        /// The change sheet's file.
        sheet: Utf8PathBuf,
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
    /// Certainly not sent.
    NotSent(String),
    /// The answer was lost; the next run asks the marketplace.
    Unknown(String),
    /// Waits for the reviewer.
    InReview {
        /// Since when.
        since: Timestamp,
        /// When the verdict is due.
        expected_by: Date,
    },
    /// Waits for something else; the sentence says for what (another product, the daily cap, another run).
    Waiting(String),
    /// A rule or guard stops it; the sentence says why.
    Blocked(String),
    /// Somebody else changed the released state, and nobody decided yet what to do; the sentence says what.
    Drifted(String),
    /// Left alone because the saved plan is not what would be done now; the sentence says what differs.
    Skipped(String),
}

impl Deed {
    /// What it means for the run.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Withdrawn | Self::Approved | Self::ClosedAsMoot => Outcome::Done,
            Self::Submitted { .. } | Self::HandedOver { .. } | Self::InReview { .. } | Self::Waiting(_) => {
                Outcome::Waiting
            }
            Self::ApprovedDifferently(_) | Self::Drifted(_) => Outcome::Drifted,
            Self::Rejected(_) => Outcome::Rejected,
            Self::TakenBack | Self::Refused { technical: true, .. } => Outcome::Waiting,
            Self::Refused { .. } | Self::Blocked(_) | Self::Skipped(_) => Outcome::Blocked,
            Self::NotSent(_) | Self::Unknown(_) => Outcome::Failed,
        }
    }
}

/// One line of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// About which product.
    pub product: Key,
    /// The name buyers see.
    pub name: String,
    /// About which submission, where there is one.
    pub submission: Option<SubmissionId>,
    /// What was asked for, short: `modify: 3 operations`.
    pub what: String,
    /// What became of it.
    pub deed: Deed,
    /// Who acts next, where somebody must.
    pub next: Option<Next>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Catalog and target.
    pub scope: Scope,
    /// When it ended, by the marketplace's clock.
    pub at: Timestamp,
    /// In the order in which it happened.
    pub entries: Vec<Entry>,
    /// Products that needed nothing.
    pub in_sync: usize,
    /// What stopped the run before it was through, where something did.
    pub stopped: Option<String>,
    /// What became of what others are told; `None` where nobody is to be told anything.
    pub notified: Option<Notified>,
}

impl Account {
    /// What the run amounts to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let stopped = self.stopped.as_ref().map(|_| Outcome::Failed);
        Outcome::worst(self.entries.iter().map(|entry| entry.deed.outcome()).chain(stopped))
    }
}
