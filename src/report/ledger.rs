//! The ledger as it is shown and looked after.

use crate::model::Key;
use crate::submission::{OperationId, Scope};
use camino::Utf8PathBuf;
use jiff::Timestamp;

/// Who vouched for something, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidenced {
    /// Who.
    pub by: String,
    /// Why; empty where nobody was asked.
    pub reason: String,
    /// From when it no longer counts; `None` keeps it.
    pub until: Option<Timestamp>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its number.
    pub sequence: u64,
    /// When it was written.
    pub at: Timestamp,
    /// About which product.
    pub product: Key,
    /// The event's name.
    pub event: &'static str,
    /// What happened, in words.
    pub what: String,
    /// Who vouched for it, where somebody did.
    pub evidence: Option<Evidenced>,
}

/// The commit that brought a file to its branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Its id.
    pub commit: String,
    /// Whose name it carries.
    pub author: String,
    /// When it was made.
    pub at: Timestamp,
}

/// An approval file on the target's branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingApproval {
    /// The file.
    pub path: Utf8PathBuf,
    /// About which product.
    pub product: Key,
    /// Which operation may pass.
    pub operation: OperationId,
    /// Who approved, why, until when.
    pub evidence: Evidenced,
    /// Whether it counts now.
    pub counts: bool,
    /// How it came to the branch; `None` where that is not known.
    pub merged: Option<Merged>,
}

/// Entries, and approvals that stand as files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLog {
    /// Catalog and target.
    pub scope: Scope,
    /// Where the ledger is kept.
    pub place: String,
    /// The entries that were asked for, oldest first.
    pub rows: Vec<LedgerRow>,
    /// The approvals that were asked for, by path.
    pub approvals: Vec<StandingApproval>,
}

/// Something that should not be as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerFlaw {
    /// Where.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// Whether the ledger cannot be relied on.
    pub is_fatal: bool,
}

/// What a careful look at the ledger found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerAudit {
    /// Catalog and target.
    pub scope: Scope,
    /// Where the ledger is kept.
    pub place: String,
    /// How many entries could be read; `None` when reading stopped.
    pub entries: Option<usize>,
    /// What is wrong, in the order it was found.
    pub flaws: Vec<LedgerFlaw>,
}

impl LedgerAudit {
    /// Whether the ledger can be relied on.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.entries.is_some() && self.flaws.iter().all(|flaw| !flaw.is_fatal)
    }
}
