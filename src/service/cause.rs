//! What keeps runs from their work, as far as whoever starts them has to know it.

use super::ServiceError;
use crate::ledger::LedgerError;
use crate::marketplace::MarketplaceError;

/// Why a run could not do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The marketplace cannot be asked.
    Marketplace,
    /// The marketplace wants to be asked less often.
    Throttled,
    /// The ledger cannot be read or written.
    Ledger,
    /// The catalog cannot be used as it is: a person has to change something.
    Definitions,
    /// A mistake of ours.
    Panicked,
}

impl Cause {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Marketplace, Self::Throttled, Self::Ledger, Self::Definitions, Self::Panicked];

    /// The word for it in logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::Throttled => "throttled",
            Self::Ledger => "ledger",
            Self::Definitions => "definitions",
            Self::Panicked => "panicked",
        }
    }
}

impl Cause {
    /// What an error of the marketplace means for the runs that follow; `None` when it is about one submission.
    #[must_use]
    pub fn of_marketplace(error: &MarketplaceError) -> Option<Self> {
        match error {
            MarketplaceError::Throttled(_) => Some(Self::Throttled),
            MarketplaceError::Unreachable(_)
            | MarketplaceError::Denied(_)
            | MarketplaceError::Unintelligible(_)
            | MarketplaceError::Storage(_) => Some(Self::Marketplace),
            MarketplaceError::Refused(_) => None,
        }
    }

    /// What an error of the ledger means for the runs that follow; `None` when others were only quicker.
    #[must_use]
    pub fn of_ledger(error: &LedgerError) -> Option<Self> {
        match error {
            LedgerError::Leased { .. } | LedgerError::Conflict => None,
            LedgerError::Storage(_)
            | LedgerError::Remote { .. }
            | LedgerError::Rewritten { .. }
            | LedgerError::NotEmpty { .. }
            | LedgerError::NewerFormat { .. }
            | LedgerError::Corrupt { .. } => Some(Self::Ledger),
        }
    }
}

impl ServiceError {
    /// What kept the command from its work.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match self {
            Self::Ledger(_) => Cause::Ledger,
            Self::Marketplace(error) => Cause::of_marketplace(error).unwrap_or(Cause::Marketplace),
            // What runs write beside the ledger stands in its folder.
            Self::File { action: "write", .. } => Cause::Ledger,
            Self::Catalog(_) | Self::Request { .. } | Self::File { .. } | Self::Forge(_) => {
                Cause::Definitions
            }
        }
    }
}
