//! The ledger: an append-only record of intents, sends, outcomes, bindings and evidence. Transitions only, never
//! observations. Reading and writing halves; stores implement them.

mod entry;
mod event;
mod fold;
mod form;
mod transfer;

pub use entry::Entry;
pub use event::{Event, EventKind, handed_over, intents};
pub use fold::{Record, Records, fold, pause};
pub use form::{decode, encode};
pub use transfer::{ImportError, export, import};

use crate::model::Key;
use crate::submission::Scope;
use jiff::Timestamp;

/// Why the ledger could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The store failed.
    #[error("the ledger cannot be read or written: {0}")]
    Storage(String),
    /// Others wrote first, again and again. Nothing was written; read again.
    #[error("other runs were writing to the ledger all the time, and nothing was written")]
    Conflict,
    /// The place that the ledger is shared through did not do its part.
    #[error("{what}: {said}")]
    Remote {
        /// What could not be done, and where.
        what: String,
        /// What it said, in one harmless line.
        said: String,
        /// What to do about it.
        remedy: String,
    },
    /// The history of the ledger is not the one that was seen here before.
    #[error("the ledger's history was rewritten: {what}")]
    Rewritten {
        /// What is there now, and what was there.
        what: String,
        /// What to do about it.
        remedy: String,
    },
    /// A whole ledger was to be written where there is one.
    #[error("there is a ledger already, with {entries} entries")]
    NotEmpty {
        /// How many entries it has.
        entries: usize,
    },
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

impl LedgerError {
    /// What to do about it, where the error knows.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        match self {
            Self::Remote { remedy, .. } | Self::Rewritten { remedy, .. } => Some(remedy),
            Self::Storage(_)
            | Self::Conflict
            | Self::Leased { .. }
            | Self::NewerFormat { .. }
            | Self::NotEmpty { .. }
            | Self::Corrupt { .. } => None,
        }
    }

    /// What happened and what to do about it, on one line.
    #[must_use]
    pub fn advice(&self) -> String {
        self.remedy().map_or_else(|| self.to_string(), |remedy| format!("{self}; {remedy}"))
    }
}

/// Something in a store that should not be as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where: an entry, a file, a commit.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// Whether the ledger cannot be relied on; else it is only worth a look.
    pub is_fatal: bool,
}

/// A product that a run holds, or did and never gave back: then it is free from the moment on that is named here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The product.
    pub product: Key,
    /// The run's own name.
    pub run: String,
    /// Until when.
    pub until: Timestamp,
}

/// The reading half.
pub trait LedgerView {
    /// All events of a scope, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError>;

    /// Products that runs hold or never gave back, in the order of their keys. For people: who wants one takes it, and
    /// is told. What is no store has none.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        let _ = scope;
        Ok(Vec::new())
    }

    /// Looks at everything that is kept of a scope, with more care than reading takes.
    ///
    /// # Errors
    /// When the store cannot be looked at; what is wrong in it is a flaw, not an error.
    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        match self.events(scope) {
            Ok(events) => Ok(unordered(&events)),
            Err(LedgerError::Corrupt { sequence, reason }) => {
                Ok(vec![Flaw { place: format!("entry {sequence}"), what: reason, is_fatal: true }])
            }
            Err(error) => Err(error),
        }
    }
}

/// Entries whose numbers do not ascend.
fn unordered(events: &[Event]) -> Vec<Flaw> {
    let pairs = events.windows(2).filter_map(|two| match two {
        [before, after] if before.sequence >= after.sequence => Some(after),
        _ => None,
    });
    let flaw = |event: &Event| Flaw {
        place: format!("entry {}", event.sequence),
        what: "it does not stand after the entry before it".to_owned(),
        is_fatal: true,
    };
    pairs.map(flaw).collect()
}

/// The writing half.
pub trait Ledger: LedgerView {
    /// Appends one event and makes it durable before returning. Its number is given by the store.
    ///
    /// # Errors
    /// When it could not be made durable; then it was not written, unless the error says that this is not known.
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

    /// Writes a whole ledger where there is none: all events in their order, numbered anew, or nothing as far as the
    /// store can.
    ///
    /// # Errors
    /// [`LedgerError::NotEmpty`] where there is one, and as for `append`.
    fn fill(&mut self, scope: &Scope, events: &[Event]) -> Result<(), LedgerError> {
        match self.events(scope)?.len() {
            0 => {}
            entries => return Err(LedgerError::NotEmpty { entries }),
        }
        events.iter().try_for_each(|event| self.append(scope, event.at, &event.product, &event.kind))
    }
}
