//! Entries: read, added, looked after.

use super::failure::Failure;
use super::session::{Doubt, Sessions, begin, commit, lock};
use super::tables::{one, within};
use crate::ledger::{Event, EventKind, Flaw, LedgerError, decode, encode};
use crate::model::Key;
use crate::submission::Scope;
use jiff::Timestamp;
use rayon::prelude::*;
use tokio_postgres::types::Type;

/// Entries that are written with one statement.
const CHUNK: usize = 1000;

/// An entry that was read.
#[derive(Debug)]
pub(super) struct Known {
    /// Made by whoever wrote it; no two entries have the same.
    token: String,
    event: Event,
}

impl Known {
    pub(super) fn event(&self) -> &Event {
        &self.event
    }
}

/// An entry as it stands in its table.
struct Row {
    sequence: i64,
    token: String,
    at: String,
    product: String,
    event: String,
}

impl Row {
    fn read(self) -> Result<Known, LedgerError> {
        let Self { sequence, token, at, product, event } = self;
        let sequence = sequence.unsigned_abs();
        let corrupt = |reason: String| LedgerError::Corrupt { sequence, reason };
        let event = Event {
            sequence,
            at: at.parse().map_err(|error: jiff::Error| corrupt(error.to_string()))?,
            product: Key::new(&product).map_err(|error| corrupt(error.to_string()))?,
            kind: decode(&event).map_err(|error| corrupt(error.to_string()))?,
        };
        Ok(Known { token, event })
    }
}

/// The entries of a scope from a number on.
fn rows(sessions: &Sessions, schema: &str, scope: &Scope, from: i64) -> Result<Vec<Row>, LedgerError> {
    let query = within(
        schema,
        "SELECT sequence, token, at, product, event FROM LEDGER.entry
         WHERE catalog = $1 AND target = $2 AND sequence >= $3 ORDER BY sequence",
    );
    let (catalog, target) = (scope.catalog.as_str(), scope.target.as_str());
    sessions.ask(async |client| {
        let place = [(&catalog as _, Type::TEXT), (&target as _, Type::TEXT), (&from as _, Type::INT8)];
        let found = client.query_typed(&query, &place).await?;
        let read = found.into_iter().map(|row| {
            Ok(Row {
                sequence: row.try_get(0)?,
                token: row.try_get(1)?,
                at: row.try_get(2)?,
                product: row.try_get(3)?,
                event: row.try_get(4)?,
            })
        });
        read.collect()
    })
}

/// Brings what is known of a scope up to date. Entries never change, so only what is new is asked for, together with
/// the last one that is known: where that is another one now, the database was set back behind our back.
pub(super) fn refresh(
    sessions: &Sessions,
    schema: &str,
    scope: &Scope,
    known: &mut Vec<Known>,
) -> Result<(), LedgerError> {
    let mut rows = rows(sessions, schema, scope, i64::try_from(known.len()).unwrap_or(i64::MAX))?.into_iter();
    if let Some(last) = known.last() {
        let sequence = last.event.sequence;
        if rows.next().is_none_or(|row| row.token != last.token) {
            known.clear();
            return Err(LedgerError::Rewritten {
                what: format!("entry {sequence} is not the one any more that was read before"),
                remedy: "let nothing run before you know who restored or changed the database, and which entries are \
                         missing"
                    .to_owned(),
            });
        }
    }
    // Reading the events takes nearly all the time, and one is read without the others.
    let read: Vec<_> = rows.collect::<Vec<_>>().into_par_iter().map(Row::read).collect();
    for entry in read {
        let number = known.len() as u64 + 1;
        let entry = entry?;
        if entry.event.sequence != number {
            let reason = format!("it is missing; the next one is entry {}", entry.event.sequence);
            return Err(LedgerError::Corrupt { sequence: number, reason });
        }
        known.push(entry);
    }
    Ok(())
}

/// Every entry that cannot be read or is missing, and whether the database itself still keeps them from being changed.
pub(super) fn verify(sessions: &Sessions, schema: &str, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
    let mut flaws = Vec::new();
    let fatal = |number: u64, what: String| Flaw { place: format!("entry {number}"), what, is_fatal: true };
    let mut expected = 1;
    for row in rows(sessions, schema, scope, 0)? {
        let number = row.sequence.unsigned_abs();
        if number != expected {
            flaws.push(fatal(expected, format!("it is missing; the next one is entry {number}")));
        }
        expected = number + 1;
        if let Err(LedgerError::Corrupt { reason, .. }) = row.read() {
            flaws.push(fatal(number, reason));
        }
    }
    let query = within(
        schema,
        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'LEDGER.entry'::regclass AND tgname = 'entry_is_final'
                        AND tgenabled = 'A')",
    );
    let is_guarded: bool =
        sessions.ask(async |client| Ok(one(client.query_typed(&query, &[]).await?)?.try_get(0)?))?;
    if !is_guarded {
        let what =
            "nothing keeps entries from being changed: the trigger `entry_is_final` is gone or switched off";
        flaws.push(Flaw { place: format!("table {schema}.entry"), what: what.to_owned(), is_fatal: false });
    }
    Ok(flaws)
}

/// What is to be written with one statement, column by column.
#[derive(Default)]
struct Columns {
    tokens: Vec<String>,
    ats: Vec<String>,
    products: Vec<String>,
    events: Vec<String>,
}

impl Columns {
    fn push(&mut self, at: Timestamp, product: &Key, kind: &EventKind) -> Result<(), LedgerError> {
        let event = encode(kind).map_err(|error| LedgerError::Storage(error.to_string()))?;
        self.tokens.push(token()?);
        self.ats.push(at.to_string());
        self.products.push(product.to_string());
        self.events.push(event);
        Ok(())
    }
}

/// Appends entries, all or none of them; `alone` only where there are none yet.
///
/// Whoever writes into a scope holds its lock until the commit is seen by everybody, so entries appear in the order of
/// their numbers, without gaps. A commit without an answer is looked for on a fresh connection: once the lock is ours,
/// the transaction that had it is over, and either our token is there or it never will be.
pub(super) fn append<'a>(
    sessions: &Sessions,
    schema: &str,
    scope: &Scope,
    events: impl Iterator<Item = (Timestamp, &'a Key, &'a EventKind)>,
    alone: bool,
) -> Result<(), LedgerError> {
    let mut chunks: Vec<Columns> = Vec::new();
    for (at, product, kind) in events {
        if chunks.last().is_none_or(|chunk| chunk.tokens.len() == CHUNK) {
            chunks.push(Columns::default());
        }
        chunks.last_mut().map(|chunk| chunk.push(at, product, kind)).transpose()?;
    }
    let Some(token) = chunks.first().and_then(|chunk| chunk.tokens.first()) else { return Ok(()) };
    let (catalog, target) = (scope.catalog.as_str(), scope.target.as_str());
    let lock = lock(&["gallerist", "entries", schema, catalog, target]);
    let look = within(
        schema,
        "SELECT (SELECT coalesce(max(sequence), 0) FROM LEDGER.entry WHERE catalog = $1 AND target = $2),
                EXISTS (SELECT FROM LEDGER.entry WHERE token = $3)",
    );
    let insert = within(
        schema,
        "INSERT INTO LEDGER.entry (catalog, target, sequence, token, at, product, event)
         SELECT $1, $2, $3 + number, token, at, product, event
         FROM unnest($4, $5, $6, $7) WITH ORDINALITY AS entry (token, at, product, event, number)",
    );
    let doubt = Doubt::default();
    sessions.run(&doubt, async |client| {
        client.batch_execute(&begin(lock)).await?;
        let place = [(&catalog as _, Type::TEXT), (&target as _, Type::TEXT), (token as _, Type::TEXT)];
        let found = one(client.query_typed(&look, &place).await?)?;
        let (mut last, was_written): (i64, bool) = (found.try_get(0)?, found.try_get(1)?);
        doubt.ends();
        if was_written {
            client.batch_execute("ROLLBACK").await?;
            return Ok(());
        }
        if alone && last > 0 {
            let entries = usize::try_from(last).unwrap_or(usize::MAX);
            return Err(Failure::Ledger(LedgerError::NotEmpty { entries }));
        }
        for Columns { tokens, ats, products, events } in &chunks {
            let values = [
                (&catalog as _, Type::TEXT),
                (&target as _, Type::TEXT),
                (&last as _, Type::INT8),
                (tokens as _, Type::TEXT_ARRAY),
                (ats as _, Type::TEXT_ARRAY),
                (products as _, Type::TEXT_ARRAY),
                (events as _, Type::TEXT_ARRAY),
            ];
            client.query_typed(&insert, &values).await?;
            last += i64::try_from(tokens.len()).unwrap_or(i64::MAX);
        }
        commit(client, &doubt).await
    })
}

/// Tells an entry from every other one, also from one that says the same.
fn token() -> Result<String, LedgerError> {
    let mut bytes = [0; 16];
    let filled = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| LedgerError::Storage("this machine gives no random numbers".to_owned()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
