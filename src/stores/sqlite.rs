//! A ledger in one SQLite file.
//!
//! A rollback journal with `synchronous = EXTRA` makes an entry durable (file and folder synced) before `append`
//! returns, and leaves a single file behind that can be copied and opened read-only. Entries are few, so speed is
//! no reason for a write-ahead log.

use crate::ledger::{Event, EventKind, Flaw, Lease, Ledger, LedgerError, LedgerView, decode, encode};
use crate::model::Key;
use crate::submission::Scope;
use camino::Utf8Path;
use jiff::Timestamp;
use rayon::prelude::*;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};
use std::time::Duration;

/// Marks the file as a ledger of this tool (`GALL`).
const APPLICATION: u32 = 0x4741_4c4c;
/// The format this version writes.
const FORMAT: u32 = 1;
/// How many triggers keep entries as they are.
const GUARDS: i64 = 2;
/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    catalog  TEXT NOT NULL,
    target   TEXT NOT NULL,
    product  TEXT NOT NULL,
    at       TEXT NOT NULL,
    event    TEXT NOT NULL
) STRICT;
CREATE INDEX entry_by_scope ON entry (catalog, target, sequence);
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END;
CREATE TABLE lease (
    catalog TEXT NOT NULL,
    target  TEXT NOT NULL,
    product TEXT NOT NULL,
    run     TEXT NOT NULL,
    until   TEXT NOT NULL,
    PRIMARY KEY (catalog, target, product)
) STRICT, WITHOUT ROWID;
";

/// A ledger file, opened for writing. Several processes may hold it open.
#[derive(Debug)]
pub struct SqliteLedger {
    connection: Connection,
}

/// A ledger file, opened for reading only; a file that does not exist yet reads as an empty ledger.
#[derive(Debug)]
pub struct SqliteView {
    connection: Option<Connection>,
}

impl SqliteLedger {
    /// Opens the file, or begins it together with its folder.
    ///
    /// # Errors
    /// When it cannot be opened, is no ledger, or was written by a newer version.
    pub fn open(path: &Utf8Path) -> Result<Self, LedgerError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| LedgerError::Storage(format!("folder {folder}: {error}")))?;
        }
        let mut connection =
            connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.pragma_update(None, "synchronous", "EXTRA").map_err(|error| storage(&error))?;
        if !is_ledger(&connection, path)? {
            begin(&mut connection, path)?;
        }
        Ok(Self { connection })
    }
}

impl SqliteView {
    /// Opens the file, if there is one.
    ///
    /// # Errors
    /// When it cannot be opened, is no ledger, or was written by a newer version.
    pub fn open(path: &Utf8Path) -> Result<Self, LedgerError> {
        let exists = path.try_exists().map_err(|error| LedgerError::Storage(format!("{path}: {error}")))?;
        if !exists {
            return Ok(Self { connection: None });
        }
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if is_interrupted(&connection) {
            // Whoever was writing was killed. The first look by somebody who may write undoes the half transaction;
            // nothing of it was ever promised.
            let writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            let _ = is_ledger(&writer, path)?;
        }
        let begun = is_ledger(&connection, path)?;
        Ok(Self { connection: begun.then_some(connection) })
    }
}

fn connect(path: &Utf8Path, flags: OpenFlags) -> Result<Connection, LedgerError> {
    let named = |error: rusqlite::Error| match storage(&error) {
        LedgerError::Storage(text) => LedgerError::Storage(format!("{path}: {text}")),
        other => other,
    };
    let connection = Connection::open_with_flags(path.as_std_path(), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(named)?;
    connection.busy_timeout(PATIENCE).map_err(named)?;
    Ok(connection)
}

/// Whether a writer stopped in the middle, which a reader cannot undo.
fn is_interrupted(connection: &Connection) -> bool {
    let looked: Result<u32, rusqlite::Error> =
        connection.pragma_query_value(None, "user_version", |row| row.get(0));
    looked.is_err_and(|error| {
        error
            .sqlite_error()
            .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
    })
}

/// Whether the file holds a ledger of a format we know; `false` for an empty file.
fn is_ledger(connection: &Connection, path: &Utf8Path) -> Result<bool, LedgerError> {
    // One statement sees one state: another process may be making the tables at this moment.
    let query = "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
                 FROM pragma_application_id, pragma_user_version";
    let looked = connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (application, found, tables): (u32, u32, u32) = looked.map_err(|error| match storage(&error) {
        LedgerError::Storage(text) => LedgerError::Storage(format!("{path}: {text}")),
        other => other,
    })?;
    if application == APPLICATION && found > FORMAT {
        return Err(LedgerError::NewerFormat { found, known: FORMAT });
    }
    if application == APPLICATION && found == FORMAT {
        return Ok(true);
    }
    if application == 0 && found == 0 && tables == 0 {
        return Ok(false);
    }
    Err(LedgerError::Storage(format!("{path} is a database of another program")))
}

/// Makes the tables, unless another process was faster.
fn begin(connection: &mut Connection, path: &Utf8Path) -> Result<(), LedgerError> {
    let work = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| storage(&error))?;
    if !is_ledger(&work, path)? {
        let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};");
        work.execute_batch(TABLES).map_err(|error| storage(&error))?;
        work.execute_batch(&marks).map_err(|error| storage(&error))?;
    }
    work.commit().map_err(|error| storage(&error))
}

/// Of several that cannot be read, the first is told, not the one that was met first.
fn events(connection: &Connection, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
    entries(connection, scope)?.into_iter().collect()
}

/// All entries of a scope, each one read or with the reason why not.
fn entries(connection: &Connection, scope: &Scope) -> Result<Vec<Result<Event, LedgerError>>, LedgerError> {
    let query =
        "SELECT sequence, at, product, event FROM entry WHERE catalog = ?1 AND target = ?2 ORDER BY sequence";
    let mut statement = connection.prepare(query).map_err(|error| storage(&error))?;
    let place = params![scope.catalog.as_str(), scope.target.as_str()];
    let rows = statement
        .query_map(place, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .map_err(|error| storage(&error))?;
    let rows: Vec<(i64, String, String, String)> =
        rows.collect::<Result<_, _>>().map_err(|error| storage(&error))?;
    // Reading the events takes nearly all the time, and one is read without the others.
    let read = rows.into_par_iter().map(|(sequence, at, product, event)| {
        let sequence = sequence.unsigned_abs();
        let corrupt = |reason: String| LedgerError::Corrupt { sequence, reason };
        Ok(Event {
            sequence,
            at: at.parse().map_err(|error: jiff::Error| corrupt(error.to_string()))?,
            product: Key::new(&product).map_err(|error| corrupt(error.to_string()))?,
            kind: decode(&event).map_err(|error| corrupt(error.to_string()))?,
        })
    });
    Ok(read.collect())
}

fn insert(
    connection: &Connection,
    scope: &Scope,
    at: Timestamp,
    product: &Key,
    kind: &EventKind,
) -> Result<(), LedgerError> {
    let event = encode(kind).map_err(|error| LedgerError::Storage(error.to_string()))?;
    let insert = "INSERT INTO entry (catalog, target, product, at, event) VALUES (?1, ?2, ?3, ?4, ?5)";
    let values =
        params![scope.catalog.as_str(), scope.target.as_str(), product.as_str(), at.to_string(), event];
    connection.execute(insert, values).map_err(|error| storage(&error))?;
    Ok(())
}

/// What SQLite itself finds wrong in the file, what somebody took out of it or made changeable, and every entry that cannot
/// be read.
fn verify(connection: &Connection, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
    let fatal = |place: String, what: String| Flaw { place, what, is_fatal: true };
    let said: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| storage(&error))?;
    if said != "ok" {
        return Ok(vec![fatal("the file".to_owned(), format!("it is damaged: {said}"))]);
    }
    // Numbers ascend by themselves: they are the order in which entries are read.
    let read = entries(connection, scope)?.into_iter();
    let mut flaws: Vec<Flaw> = Vec::from_iter(read.filter_map(|entry| match entry {
        Err(LedgerError::Corrupt { sequence, reason }) => Some(fatal(format!("entry {sequence}"), reason)),
        Err(error) => Some(fatal("an entry".to_owned(), error.to_string())),
        Ok(_) => None,
    }));
    // Entries are numbered without gaps over the whole file, and SQLite remembers how many there ever were.
    let query = "SELECT (SELECT count(*) FROM entry),
                        coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entry'), 0),
                        (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entry')";
    let (there, written, guards): (i64, i64, i64) = connection
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(|error| storage(&error))?;
    if there != written {
        let what = format!("{written} entries were written and {there} are there: restore a copy of it");
        flaws.push(fatal("the file".to_owned(), what));
    }
    if guards != GUARDS {
        let what = "what keeps entries from being changed and removed was taken away: restore a copy of it";
        flaws.push(fatal("the file".to_owned(), what.to_owned()));
    }
    Ok(flaws)
}

fn leases(connection: &Connection, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
    let query = "SELECT product, run, until FROM lease WHERE catalog = ?1 AND target = ?2 ORDER BY product";
    let mut statement = connection.prepare(query).map_err(|error| storage(&error))?;
    let place = params![scope.catalog.as_str(), scope.target.as_str()];
    let rows = statement
        .query_map(place, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(|error| storage(&error))?;
    let rows: Vec<(String, String, String)> =
        rows.collect::<Result<_, _>>().map_err(|error| storage(&error))?;
    let read = |(product, run, until): (String, String, String)| {
        let failed = |reason: String| LedgerError::Storage(format!("the lease of {product}: {reason}"));
        let until = until.parse().map_err(|error: jiff::Error| failed(error.to_string()))?;
        Ok(Lease { product: Key::new(&product).map_err(|error| failed(error.to_string()))?, run, until })
    };
    rows.into_iter().map(read).collect()
}

impl LedgerView for SqliteLedger {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        events(&self.connection, scope)
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        leases(&self.connection, scope)
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        verify(&self.connection, scope)
    }
}

impl LedgerView for SqliteView {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.connection.as_ref().map_or(Ok(Vec::new()), |connection| events(connection, scope))
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        self.connection.as_ref().map_or(Ok(Vec::new()), |connection| leases(connection, scope))
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        match &self.connection {
            Some(connection) => verify(connection, scope),
            None => Ok(vec![Flaw {
                place: "the file".to_owned(),
                what: "there is no ledger in it: nothing was ever submitted, or it is lost".to_owned(),
                is_fatal: false,
            }]),
        }
    }
}

impl Ledger for SqliteLedger {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        insert(&self.connection, scope, at, product, kind)
    }

    fn fill(&mut self, scope: &Scope, events: &[Event]) -> Result<(), LedgerError> {
        let work = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| storage(&error))?;
        let count = "SELECT count(*) FROM entry WHERE catalog = ?1 AND target = ?2";
        let place = params![scope.catalog.as_str(), scope.target.as_str()];
        let entries: u32 = work.query_row(count, place, |row| row.get(0)).map_err(|error| storage(&error))?;
        if entries > 0 {
            return Err(LedgerError::NotEmpty { entries: entries as usize });
        }
        for event in events {
            insert(&work, scope, event.at, &event.product, &event.kind)?;
        }
        work.commit().map_err(|error| storage(&error))
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        let place = (scope.catalog.as_str(), scope.target.as_str(), product.as_str());
        let work = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| storage(&error))?;
        let query = "SELECT run, until FROM lease WHERE catalog = ?1 AND target = ?2 AND product = ?3";
        let holder: Option<(String, String)> = work
            .query_row(query, place, |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|error| storage(&error))?;
        if let Some((holder, held_until)) = holder.filter(|(holder, _)| holder != run) {
            let held_until: Timestamp = held_until.parse().map_err(|error| {
                LedgerError::Storage(format!("lease of `{product}` by {holder}: {error}"))
            })?;
            if now < held_until {
                return Err(LedgerError::Leased { product: product.clone(), until: held_until });
            }
        }
        let write = "INSERT INTO lease (catalog, target, product, run, until) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET run = excluded.run, until = excluded.until";
        work.execute(write, params![place.0, place.1, place.2, run, until.to_string()])
            .map_err(|error| storage(&error))?;
        work.commit().map_err(|error| storage(&error))
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        let delete = "DELETE FROM lease WHERE catalog = ?1 AND target = ?2 AND product = ?3 AND run = ?4";
        let place = (scope.catalog.as_str(), scope.target.as_str(), product.as_str(), run);
        self.connection.execute(delete, place).map_err(|error| storage(&error))?;
        Ok(())
    }
}

/// Says what failed in words that lead to a remedy. SQLite undoes a failed statement, so nothing was half-written.
fn storage(error: &rusqlite::Error) -> LedgerError {
    let text = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full; nothing was written".to_owned(),
        Some(ErrorCode::ReadOnly) => "the file or its folder is read-only; nothing was written".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another process has been writing for {} seconds; try again", PATIENCE.as_secs())
        }
        Some(ErrorCode::NotADatabase) => "the file is not a ledger; restore a copy of it".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => "the file is damaged; restore a copy of it".to_owned(),
        Some(ErrorCode::CannotOpen) => "the file cannot be opened".to_owned(),
        Some(ErrorCode::PermissionDenied) => "permission is denied".to_owned(),
        _ => error.to_string(),
    };
    LedgerError::Storage(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::SubmissionId;

    fn ledger() -> (tempfile::TempDir, SqliteLedger, Scope, Key) {
        let folder = tempfile::tempdir().unwrap();
        let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("ledger.db")).unwrap();
        let key = |text| Key::new(text).unwrap();
        let scope = Scope { catalog: key("acme"), target: key("intl") };
        (folder, SqliteLedger::open(&path).unwrap(), scope, key("crm"))
    }

    fn event(bytes: usize) -> EventKind {
        EventKind::NotSent {
            submission: SubmissionId("s-1".into()),
            reason: "x".repeat(bytes),
            intents: None,
        }
    }

    #[test]
    fn a_full_disk_writes_nothing_and_says_so() {
        let (_folder, mut ledger, scope, product) = ledger();
        ledger.append(&scope, Timestamp::UNIX_EPOCH, &product, &event(10)).unwrap();
        let pages: u32 = ledger.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        ledger.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let error = ledger.append(&scope, Timestamp::UNIX_EPOCH, &product, &event(100_000)).unwrap_err();
        assert_eq!(error, LedgerError::Storage("the disk is full; nothing was written".into()));
        assert_eq!(ledger.events(&scope).unwrap().len(), 1);
        ledger.connection.pragma_update(None, "max_page_count", pages + 100).unwrap();
        ledger.append(&scope, Timestamp::UNIX_EPOCH, &product, &event(100_000)).unwrap();
        let numbers: Vec<u64> = ledger.events(&scope).unwrap().iter().map(|event| event.sequence).collect();
        assert_eq!(numbers, [1, 2], "the failed entry left no trace");
    }

    #[test]
    fn a_read_only_file_says_so() {
        let (_folder, mut ledger, scope, product) = ledger();
        ledger.connection.pragma_update(None, "query_only", true).unwrap();
        let read_only =
            LedgerError::Storage("the file or its folder is read-only; nothing was written".into());
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(ledger.append(&scope, now, &product, &event(10)), Err(read_only.clone()));
        assert_eq!(ledger.lease(&scope, &product, "one", now, now), Err(read_only));
        assert_eq!(ledger.events(&scope).unwrap(), vec![]);
    }
}
