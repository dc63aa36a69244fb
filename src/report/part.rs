//! How the products of a run part: what was done, what not, what nobody knows, what waits.

use super::{Account, Deed};
use crate::model::Key;
use std::collections::BTreeMap;

/// What a run comes to for a product; every product is in exactly one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Nobody knows whether it was done.
    Unknown,
    /// It was to be done and was not.
    NotDone,
    /// It stands still until a person changes or decides something.
    Blocked,
    /// This run did something.
    Done,
    /// It goes on by itself when somebody else has acted or time has passed.
    Waiting,
    /// It needed nothing.
    Nothing,
}

impl Part {
    /// All of them, in the order they are read.
    pub const ALL: [Self; 6] =
        [Self::Unknown, Self::NotDone, Self::Blocked, Self::Done, Self::Waiting, Self::Nothing];

    /// The words for it, as the rest of `3 products: 1 ...`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unknown => "not known",
            Self::NotDone => "not done",
            Self::Blocked => "blocked",
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Nothing => "with nothing to do",
        }
    }
}

impl Deed {
    /// The part of an account it belongs to.
    #[must_use]
    pub fn part(&self) -> Part {
        match self {
            Self::Unknown(_) => Part::Unknown,
            Self::NotSent(_) => Part::NotDone,
            Self::Rejected(_)
            | Self::Refused { technical: false, .. }
            | Self::Blocked(_)
            | Self::Drifted(_)
            | Self::Skipped(_) => Part::Blocked,
            Self::Submitted { .. }
            | Self::HandedOver { .. }
            | Self::Withdrawn
            | Self::Approved
            | Self::ApprovedDifferently(_)
            | Self::ClosedAsMoot => Part::Done,
            Self::Refused { technical: true, .. }
            | Self::TakenBack
            | Self::InReview { .. }
            | Self::Waiting(_) => Part::Waiting,
        }
    }
}

impl Account {
    /// The part of every product that the account speaks of: what it ended with in this run counts.
    #[must_use]
    pub fn parts(&self) -> BTreeMap<&Key, Part> {
        self.entries.iter().map(|entry| (&entry.product, entry.deed.part())).collect()
    }

    /// How many products are in a part. All parts together are all products of the run.
    #[must_use]
    pub fn count(&self, part: Part) -> usize {
        let told = self.parts().values().filter(|found| **found == part).count();
        if part == Part::Nothing { told + self.in_sync } else { told }
    }
}
