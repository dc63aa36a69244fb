//! Recorded approvals, confirmations and preflight results.

use super::OperationId;
use jiff::Timestamp;

/// What a piece of evidence is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceKind {
    /// A person lets a guarded operation pass. Dies when the operation changes, because its id does.
    Approval(OperationId),
    /// A person did or checked something the tool cannot: the id of a manual step or verify item.
    Confirmation(String),
    /// The interfaces of a SaaS product answered as the marketplace's probe expects (R28): at which address, for which
    /// ways to buy and with which cases, as a digest. It dies when one of them changes; without it nothing is proved.
    Preflight(Option<String>),
}

/// Something a person or a check vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// About what.
    pub kind: EvidenceKind,
    /// Who vouches.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it was given.
    pub at: Timestamp,
    /// From when it no longer counts; `None` keeps it.
    pub expires: Option<Timestamp>,
}

impl Evidence {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expiry| now < expiry)
    }
}
