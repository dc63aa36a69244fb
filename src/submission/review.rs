//! Where a submission stands at the review desk.

/// The marketplace's id of an application.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationId(pub String);

impl std::fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a submission was not taken at the door. No review began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Rule numbers of the reference that it violates, ascending; empty when the cause is technical.
    pub rules: Vec<u16>,
    /// What the marketplace said.
    pub text: String,
    /// Technical causes pass (an interface that does not answer, R28); the others need a change.
    pub technical: bool,
}

impl Refusal {
    /// Whether the same content may well be taken later: the cause was technical, or somebody else's draft or application
    /// held the product at that moment (R70), which ends without us.
    #[must_use]
    pub fn passes(&self) -> bool {
        const ONE_AT_A_TIME: [u16; 1] = [70];
        self.technical || self.rules == ONE_AT_A_TIME
    }
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The catalog has changed.
    Approved,
    /// The catalog is unchanged; the reason where it could be read (unknown stays unknown).
    Rejected {
        /// The reviewer's text.
        reason: Option<String>,
    },
    /// Taken back by the seller.
    Withdrawn,
    /// Deleted by the seller after a rejection or withdrawal.
    Discarded,
}

/// Where a submission stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    /// Intent recorded, not sent yet.
    Prepared,
    /// Given to a person who enters it in the console; holds the slot.
    HandedOver,
    /// Not taken at the door.
    Refused(Refusal),
    /// Waiting for the reviewer.
    Pending,
    /// Ended.
    Ended(Verdict),
    /// Sent, and the answer was lost: the marketplace must be asked.
    Unknown,
}

impl Review {
    /// Whether it holds the product's review slot (R70).
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Prepared | Self::HandedOver | Self::Pending | Self::Unknown)
    }

    /// The word printed for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::HandedOver => "handed over",
            Self::Refused(_) => "refused",
            Self::Pending => "in review",
            Self::Ended(Verdict::Approved) => "approved",
            Self::Ended(Verdict::Rejected { .. }) => "rejected",
            Self::Ended(Verdict::Withdrawn) => "withdrawn",
            Self::Ended(Verdict::Discarded) => "discarded",
            Self::Unknown => "unknown",
        }
    }
}
