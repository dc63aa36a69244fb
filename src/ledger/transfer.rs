//! A whole ledger as text: a line that says what it is and how many entries follow, and a line for each of them.

use super::{Entry, Event, LedgerError};
use crate::model::{Digest, Key};
use crate::submission::Scope;
use crate::wire::{Document, Name, WireError, from_json_str, to_json_line};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    document: String,
    format: u32,
    catalog: Name<Key>,
    target: Name<Key>,
    entries: u64,
}

impl Document for Header {
    const NAME: &'static str = "ledger-export";
    const FORMAT: u32 = 1;
}

/// All events of a scope as text. They are numbered anew from 1; their order is theirs.
///
/// # Errors
/// Never for the events of this crate; the reason otherwise.
pub fn export(scope: &Scope, events: &[Event]) -> Result<String, LedgerError> {
    let header = Header {
        document: Header::NAME.into(),
        format: Header::FORMAT,
        catalog: Name(scope.catalog.clone()),
        target: Name(scope.target.clone()),
        entries: events.len() as u64,
    };
    let mut text = to_json_line(&header).map_err(|error| LedgerError::Storage(error.to_string()))?;
    text.push('\n');
    let mut previous = None;
    for (event, sequence) in events.iter().zip(1..) {
        let event = Event { sequence, ..event.clone() };
        let line = Entry { scope: scope.clone(), event, previous }.to_line()?;
        text.push_str(&line);
        text.push('\n');
        previous = Some(Digest::of_bytes(line.as_bytes()));
    }
    Ok(text)
}

/// Why a text is no export of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It does not begin as one.
    #[error(transparent)]
    Header(#[from] WireError),
    /// An entry cannot be read, or does not stand where it belongs.
    #[error(transparent)]
    Entry(#[from] LedgerError),
    /// It ends early, or goes on after its end.
    #[error("it should hold {expected} entries and holds {found}")]
    Count {
        /// How many it says.
        expected: u64,
        /// How many there are.
        found: u64,
    },
}

/// Reads what [`export`] wrote: everything, or nothing at all.
///
/// # Errors
/// When a line is missing, changed, moved or unreadable.
pub fn import(text: &str) -> Result<(Scope, Vec<Event>), ImportError> {
    let mut lines = text.lines();
    let header: Header = from_json_str(lines.next().unwrap_or_default())?;
    let scope = Scope { catalog: header.catalog.0, target: header.target.0 };
    let (mut events, mut previous) = (Vec::new(), None);
    for (line, number) in lines.zip(1..) {
        let entry = Entry::read(line, number)?;
        entry.check(&scope, number, previous.as_ref())?;
        previous = Some(Digest::of_bytes(line.as_bytes()));
        events.push(entry.event);
    }
    let (expected, found) = (header.entries, events.len() as u64);
    if expected == found { Ok((scope, events)) } else { Err(ImportError::Count { expected, found }) }
}
