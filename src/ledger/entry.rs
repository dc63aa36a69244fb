//! Entries as documents of their own: a file of a store, or a line of an export.
//!
//! Each one holds the digest of the text of the entry before it. Whoever has the texts can tell that none was
//! changed, left out or moved, without knowing how they came about.

use super::form::Form;
use super::{Event, LedgerError};
use crate::model::{Digest, Key};
use crate::submission::Scope;
use crate::wire::{Document, Name, WireError, from_json_str, to_json_line, to_json_string};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An entry with its place in the chain of its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Catalog and target.
    pub scope: Scope,
    /// What happened; its number is its place.
    pub event: Event,
    /// The digest of the text of the entry before it; `None` for the first.
    pub previous: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EntryDocument {
    document: String,
    format: u32,
    catalog: Name<Key>,
    target: Name<Key>,
    sequence: u64,
    at: Name<Timestamp>,
    product: Name<Key>,
    previous: Option<Name<Digest>>,
    event: Form,
}

impl Document for EntryDocument {
    const NAME: &'static str = "ledger-entry";
    const FORMAT: u32 = 1;
}

impl From<&Entry> for EntryDocument {
    fn from(entry: &Entry) -> Self {
        let Entry { scope: Scope { catalog, target }, event, previous } = entry;
        let Event { sequence, at, product, kind } = event;
        Self {
            document: Self::NAME.into(),
            format: Self::FORMAT,
            catalog: Name(catalog.clone()),
            target: Name(target.clone()),
            sequence: *sequence,
            at: Name(*at),
            product: Name(product.clone()),
            previous: previous.map(Name),
            event: kind.into(),
        }
    }
}

impl Entry {
    /// The entry as a file: pretty, a line end last. The same entry gives the same bytes.
    ///
    /// # Errors
    /// Never for the events of this crate; the reason otherwise.
    pub fn to_text(&self) -> Result<String, LedgerError> {
        to_json_string(&EntryDocument::from(self)).map_err(|error| unwritable(&error))
    }

    /// The entry on one line, without a line end.
    ///
    /// # Errors
    /// Never for the events of this crate; the reason otherwise.
    pub fn to_line(&self) -> Result<String, LedgerError> {
        to_json_line(&EntryDocument::from(self)).map_err(|error| unwritable(&error))
    }

    /// Reads either form; `number` is the place it was found at.
    ///
    /// # Errors
    /// [`LedgerError::NewerFormat`] for what a newer version wrote, [`LedgerError::Corrupt`] for anything else that is
    /// not an entry.
    pub fn read(text: &str, number: u64) -> Result<Self, LedgerError> {
        let document: EntryDocument = from_json_str(text).map_err(|error| match error {
            WireError::NewerFormat { found, known, .. } => LedgerError::NewerFormat { found, known },
            error => LedgerError::Corrupt { sequence: number, reason: error.to_string() },
        })?;
        let EntryDocument { catalog, target, sequence, at, product, previous, event, .. } = document;
        Ok(Self {
            scope: Scope { catalog: catalog.0, target: target.0 },
            event: Event { sequence, at: at.0, product: product.0, kind: event.into() },
            previous: previous.map(|digest| digest.0),
        })
    }

    /// Whether it stands where it says: the scope, the number, and the digest of the entry before it.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] with what does not fit.
    pub fn check(&self, scope: &Scope, number: u64, previous: Option<&Digest>) -> Result<(), LedgerError> {
        let corrupt = |reason: String| Err(LedgerError::Corrupt { sequence: number, reason });
        if self.scope != *scope {
            let Scope { catalog, target } = &self.scope;
            return corrupt(format!("it belongs to catalog `{catalog}` at target `{target}`"));
        }
        if self.event.sequence != number {
            return corrupt(format!(
                "it is entry {} that stands here: one before it is missing, or it was moved",
                self.event.sequence
            ));
        }
        if self.previous.as_ref() != previous {
            return corrupt("the entry before it is not the one that it was written after".to_owned());
        }
        Ok(())
    }
}

fn unwritable(error: &WireError) -> LedgerError {
    LedgerError::Storage(error.to_string())
}
