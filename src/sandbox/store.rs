//! The sandbox's file: its events in SQLite, the state rebuilt by replaying them.
//!
//! Every request is one transaction that takes the write lock first, so two processes at once follow one another,
//! and a process killed in the middle leaves the state as it was before.

use super::{Answer, Event, Judge, Request, State, form};
use crate::model::Key;
use camino::Utf8Path;
use jiff::Timestamp;
use rayon::prelude::*;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use std::time::Duration;

/// Marks the file as the sandbox's ("KooG").
const APPLICATION: i32 = 0x4b6f_6f47;
/// The newest format this version knows.
const FORMAT: i32 = 1;
/// How long a second process waits for the first.
const BUSY: Duration = Duration::from_secs(10);

const TABLES: &str = "
create table events (
    sequence integer primary key,
    at text not null,
    by text not null,
    text text not null,
    facts text not null
) strict;
create trigger events_stay before update on events begin select raise(abort, 'events are never changed'); end;
create trigger events_remain before delete on events begin select raise(abort, 'events are never removed'); end;
";

/// Why the file could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Written by a newer version of the tool.
    #[error(
        "the sandbox file has format {found}, this version of gallerist reads up to {FORMAT}: use a newer version"
    )]
    NewerFormat {
        /// The format found.
        found: i32,
    },
    /// Another program's file.
    #[error("the file is not a sandbox of gallerist")]
    Foreign,
    /// An event cannot be read.
    #[error("event {sequence} of the sandbox cannot be read: {reason}")]
    Event {
        /// Which, from 1.
        sequence: i64,
        /// What is wrong.
        reason: String,
    },
    /// The last step of keeping an answer failed: it may or may not have happened.
    #[error("the sandbox file could not be written to its end: {0}")]
    Commit(String),
    /// The disk or SQLite failed; nothing has happened.
    #[error("the sandbox file cannot be used: {0}")]
    Sqlite(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.to_string())
    }
}

/// A sandbox with its file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    state: State,
    /// The last event that `state` holds.
    sequence: i64,
}

impl Store {
    /// Opens the file, making it where there is none.
    ///
    /// # Errors
    /// When the file is another program's, of a newer format, or cannot be used.
    pub fn open(path: &Utf8Path) -> Result<Self, StoreError> {
        Self::prepare(Connection::open(path)?)
    }

    /// A sandbox that ends with the process.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    /// A sandbox in memory that holds what the file holds now. The file is only read, and must be there; what happens in
    /// the copy ends with it.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn copy_of(path: &Utf8Path) -> Result<Self, StoreError> {
        let open = |flags| {
            let file = Connection::open_with_flags(path, flags)?;
            file.busy_timeout(BUSY)?;
            Ok::<_, rusqlite::Error>(file)
        };
        let file = open(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let tables = || file.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0));
        let tables = match tables() {
            // Whoever was writing was killed: the first look by somebody who may write undoes what was half done.
            Err(error) if is_interrupted(&error) => {
                let writer = open(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
                let _: i64 = writer.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
                tables()
            }
            looked => looked,
        };
        let tables = tables.map_err(not_a_database)?;
        let number = |name: &str| file.query_row(&format!("pragma {name}"), [], |row| row.get::<_, i32>(0));
        let (application, found) = (number("application_id")?, number("user_version")?);
        let mut copy = Self::in_memory()?;
        if application == 0 && found == 0 && tables == 0 {
            return Ok(copy);
        }
        if application != APPLICATION {
            return Err(StoreError::Foreign);
        }
        if found > FORMAT {
            return Err(StoreError::NewerFormat { found });
        }
        catch_up(&file, &mut copy.state, &mut copy.sequence)?;
        Ok(copy)
    }

    fn prepare(mut connection: Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "synchronous", "full").map_err(not_a_database)?;
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(not_a_database)?;
        let number =
            |name: &str| transaction.query_row(&format!("pragma {name}"), [], |row| row.get::<_, i32>(0));
        let (application, found) = (number("application_id")?, number("user_version")?);
        let tables: i64 =
            transaction.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
        if application == 0 && found == 0 && tables == 0 {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
        } else if application != APPLICATION {
            return Err(StoreError::Foreign);
        } else if found > FORMAT {
            return Err(StoreError::NewerFormat { found });
        }
        transaction.commit()?;
        Ok(Self { connection, state: State::default(), sequence: 0 })
    }

    /// Answers a request; what happened is kept before the answer is given.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn handle(&mut self, judge: &Judge, request: &Request, now: Timestamp) -> Result<Answer, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        catch_up(&transaction, &mut self.state, &mut self.sequence)?;
        let (state, answer, events) = judge.step(std::mem::take(&mut self.state), request, now);
        let kept = append(&transaction, self.sequence, &events).and_then(|sequence| {
            transaction.commit().map_err(|error| StoreError::Commit(error.to_string()))?;
            Ok(sequence)
        });
        match kept {
            Ok(sequence) => {
                self.state = state;
                self.sequence = sequence;
                Ok(answer)
            }
            Err(error) => {
                // What memory holds did not happen; the next request reads the file from its beginning.
                self.sequence = 0;
                Err(error)
            }
        }
    }

    /// The state as it is now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn state(&mut self) -> Result<&State, StoreError> {
        catch_up(&self.connection, &mut self.state, &mut self.sequence)?;
        Ok(&self.state)
    }

    /// The number of the last event that [`Store::state`] knows of: the same number, the same state.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.sequence
    }

    /// Everything that happened, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn history(&self) -> Result<Vec<Event>, StoreError> {
        Ok(events_after(&self.connection, 0)?.into_iter().map(|(_, event)| event).collect())
    }

    /// What happened to a product since the account was emptied, newest first and at most `count` events: those before an
    /// event, or the latest. Each comes with its number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn history_of(
        &self,
        product: &Key,
        before: Option<i64>,
        count: usize,
    ) -> Result<Vec<(i64, Event)>, StoreError> {
        // The file knows nothing of products. Events that do not name this one at all are not even read.
        let mut query = self.connection.prepare(
            "select sequence, at, by, text, facts from events
             where sequence < ?1 and instr(facts, ?2)
             and sequence > (select coalesce(max(sequence), 0) from events where facts = '[\"reset\"]')
             order by sequence desc",
        )?;
        let mut rows = query.query(params![before.unwrap_or(i64::MAX), format!("\"{product}\"")])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()?.filter(|_| found.len() < count) {
            let (sequence, at, facts): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(4)?);
            let event = form::read(&at, row.get(2)?, row.get(3)?, &facts)
                .map_err(|reason| StoreError::Event { sequence, reason })?;
            if event.facts.iter().any(|fact| fact.product() == Some(product)) {
                found.push((sequence, event));
            }
        }
        Ok(found)
    }
}

fn not_a_database(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign,
        _ => StoreError::from(error),
    }
}

/// Whether a writer stopped in the middle, which a reader cannot undo.
fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

fn append(connection: &Connection, sequence: i64, events: &[Event]) -> Result<i64, StoreError> {
    let mut insert = connection.prepare("insert into events values (?1, ?2, ?3, ?4, ?5)")?;
    let mut last = sequence;
    for event in events {
        last += 1;
        let facts =
            form::write(&event.facts).map_err(|reason| StoreError::Event { sequence: last, reason })?;
        insert.execute(params![last, event.at.to_string(), event.by, event.text, facts])?;
    }
    Ok(last)
}

/// Reads what other processes added since.
fn catch_up(connection: &Connection, state: &mut State, sequence: &mut i64) -> Result<(), StoreError> {
    if *sequence == 0 {
        *state = State::default();
    }
    for (number, event) in events_after(connection, *sequence)? {
        state.take(event);
        *sequence = number;
    }
    Ok(())
}

fn events_after(connection: &Connection, sequence: i64) -> Result<Vec<(i64, Event)>, StoreError> {
    let mut query = connection
        .prepare("select sequence, at, by, text, facts from events where sequence > ?1 order by sequence")?;
    let rows = query.query_map([sequence], |row| {
        let (at, by, text): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, at, by, text, row.get::<_, String>(4)?))
    })?;
    let rows: Vec<(i64, String, String, String, String)> = rows.collect::<Result<_, _>>()?;
    // Reading the facts takes nearly all the time, and an event is read without the others.
    let read = rows.into_par_iter().map(|(sequence, at, by, text, facts)| {
        let event =
            form::read(&at, by, text, &facts).map_err(|reason| StoreError::Event { sequence, reason })?;
        Ok((sequence, event))
    });
    // Of several that cannot be read, the first is told, not the one that was met first.
    read.collect::<Vec<_>>().into_iter().collect()
}
