//! The ledger: an append-only record of intents, sends, outcomes, bindings and evidence. Transitions only, never
//! observations. Reading and writing halves; stores implement them.

mod event;
mod fold;
mod form;

pub use event::{Event, EventKind};
pub use fold::{Record, Records, fold};
pub use form::{decode, encode};

use crate::model::Key;
use crate::submission::Scope;
use jiff::Timestamp;

/// Why the ledger could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The store failed.
    #[error("the ledger cannot be read or written: {0}")]
    Storage(String),
    /// Somebody else wrote first; read again.
    #[error("another run wrote to the ledger at the same time")]
    Conflict,
    /// Another run holds the product.
    #[error("another run holds `{product}` until {until}")]
    Leased {
        /// Which product.
        product: Key,
        /// Until when, unless it is given back earlier.
        until: Timestamp,
    },
    /// The ledger was written by a newer version of the tool.
    #[error("the ledger has format {found}; this version of the tool writes {known}: use a newer version")]
    NewerFormat {
        /// Format found.
        found: u32,
        /// Format this version writes.
        known: u32,
    },
    /// An entry cannot be read.
    #[error("ledger entry {sequence} cannot be read: {reason}")]
    Corrupt {
        /// Its number.
        sequence: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// The reading half.
pub trait LedgerView {
    /// All events of a scope, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError>;
}

/// The writing half.
pub trait Ledger: LedgerView {
    /// Appends one event and makes it durable before returning. Its number is given by the store.
    ///
    /// # Errors
    /// When it could not be made durable; then it was not written.
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError>;

    /// Takes a product for this run, for a limited time; the same run may renew.
    ///
    /// # Errors
    /// [`LedgerError::Leased`] while another run holds it.
    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError>;

    /// Gives a product back.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError>;
}
