//! Entries of the ledger.

use crate::model::{Key, Product};
use crate::released::ProductBinding;
use crate::submission::{
    ApplicationId, Evidence, IgnoredDrift, OperationId, Pause, Refusal, Submission, SubmissionId, Verdict,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// We intend to send this; written before anything is sent.
    Prepared {
        /// What will be sent.
        submission: Submission,
        /// The commit it was computed from.
        commit: Option<String>,
    },
    /// A person has it on a change sheet, to enter it in the console. It holds the product until that person says what
    /// became of it.
    HandedOver {
        /// Our id.
        submission: SubmissionId,
        /// Digest of the sheet.
        sheet: String,
    },
    /// The marketplace took it.
    Accepted {
        /// Our id.
        submission: SubmissionId,
        /// Its id.
        application: ApplicationId,
    },
    /// The marketplace refused it at the door.
    Refused {
        /// Our id.
        submission: SubmissionId,
        /// Why.
        refusal: Refusal,
        /// How many intents to send it this is about: what was meant later is not given up by it. `None` is about all.
        intents: Option<u32>,
    },
    /// It certainly was not sent.
    NotSent {
        /// Our id.
        submission: SubmissionId,
        /// Why.
        reason: String,
        /// As of a refusal.
        intents: Option<u32>,
    },
    /// The answer was lost.
    Unknown {
        /// Our id.
        submission: SubmissionId,
        /// What was seen.
        reason: String,
    },
    /// The review ended.
    Ended {
        /// Our id.
        submission: SubmissionId,
        /// How.
        verdict: Verdict,
    },
    /// Marketplace ids became known.
    Bound {
        /// All ids of the product known so far.
        binding: ProductBinding,
    },
    /// The product's last applied state was set without a submission (adoption, accepted drift).
    Applied {
        /// The state.
        product: Product,
        /// The commit it stands for.
        commit: Option<String>,
    },
    /// Somebody vouched for something.
    Vouched {
        /// For what, who, why, until when.
        evidence: Evidence,
    },
    /// Somebody wants these rejected or refused operations tried again.
    Retried {
        /// Which.
        operations: Vec<OperationId>,
        /// Who.
        by: String,
    },
    /// A rejection no longer matters: desired and released agree.
    ClosedAsMoot {
        /// Our id.
        submission: SubmissionId,
    },
    /// The product was matched with one that was on sale already; nothing of it is submitted before somebody confirms it.
    Adopted {
        /// Who.
        by: String,
    },
    /// Somebody else's application is followed from now on: what it asks for is not known, so the submission that stands
    /// for it has no operations, and what is on sale as its prediction.
    Claimed {
        /// What stands for it.
        submission: Submission,
        /// The marketplace's id.
        application: ApplicationId,
        /// Since when it is in review, by the marketplace's clock.
        since: Timestamp,
        /// Who claimed it.
        by: String,
    },
    /// Nothing is handed over from now on.
    Paused {
        /// Whether no product is handed over; else only this one is not.
        all: bool,
        /// Who, why, until when.
        pause: Pause,
    },
    /// A pause ended.
    Resumed {
        /// Whether it is the pause of all products; else the one of this product.
        all: bool,
        /// Who.
        by: String,
    },
    /// Somebody else's changes are left as they are for a while.
    Ignored {
        /// Which, and until when.
        drift: Vec<IgnoredDrift>,
    },
    /// A preflight found the interfaces otherwise than the last time.
    Preflighted {
        /// What does not answer as it should; `None` when everything does again.
        failing: Option<String>,
    },
    /// Those who want to hear of it were told.
    Notified {
        /// The ids of what they were told.
        notices: Vec<String>,
    },
}

impl EventKind {
    /// Its name, in files and for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Prepared { .. } => "prepared",
            Self::HandedOver { .. } => "handed-over",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
            Self::NotSent { .. } => "not-sent",
            Self::Unknown { .. } => "unknown",
            Self::Ended { .. } => "ended",
            Self::Bound { .. } => "bound",
            Self::Applied { .. } => "applied",
            Self::Vouched { .. } => "vouched",
            Self::Retried { .. } => "retried",
            Self::ClosedAsMoot { .. } => "closed-as-moot",
            Self::Adopted { .. } => "adopted",
            Self::Claimed { .. } => "claimed",
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::Ignored { .. } => "ignored",
            Self::Preflighted { .. } => "preflighted",
            Self::Notified { .. } => "notified",
        }
    }
}

impl EventKind {
    /// Whether it takes a product further. Pauses, preflights and notifications stand beside what runs do, and no run has to look again
    /// because of them.
    #[must_use]
    pub fn is_step(&self) -> bool {
        !matches!(
            self,
            Self::Paused { .. } | Self::Resumed { .. } | Self::Preflighted { .. } | Self::Notified { .. }
        )
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the ledger, ascending from 1.
    pub sequence: u64,
    /// When, by the clock of the run that wrote it.
    pub at: Timestamp,
    /// About which product; under the catalog's own name stands what is about all of them.
    pub product: Key,
    /// What happened.
    pub kind: EventKind,
}

/// How many intents to send a submission there are. Whoever writes that it was not sent, or not taken, says how many
/// intents that is about: another run may have written down its own since.
#[must_use]
pub fn intents(events: &[Event], id: &SubmissionId) -> u32 {
    let is_intent = |event: &&Event| match &event.kind {
        EventKind::Prepared { submission, .. } | EventKind::Claimed { submission, .. } => {
            submission.id == *id
        }
        _ => false,
    };
    u32::try_from(events.iter().filter(is_intent).count()).unwrap_or(u32::MAX)
}

/// The submissions that a person has or had on a change sheet.
#[must_use]
pub fn handed_over(events: &[Event]) -> BTreeSet<&SubmissionId> {
    let sheets = events.iter().filter_map(|event| match &event.kind {
        EventKind::HandedOver { submission, .. } => Some(submission),
        _ => None,
    });
    sheets.collect()
}
