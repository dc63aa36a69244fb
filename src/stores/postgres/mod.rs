//! A ledger in a PostgreSQL database, for fleets.
//!
//! **Order.** Entries of a scope are numbered from 1 without gaps. Whoever appends first takes the scope's advisory lock,
//! then looks for the last number in a snapshot that is younger than the lock, and gives the lock back with the end of
//! the transaction; the server makes a commit visible before it gives the locks back. So numbers are given in the order
//! in which commits become visible, and nobody who saw entry 7 will ever see a 6 appear.
//!
//! **Lost answers.** Each entry carries a token of its writer. When the answer to a commit is lost, the writer takes the
//! lock again on a fresh connection, which proves that the transaction before is over, and looks for its token: it is
//! there, or it is written now. Only where that look is impossible the error says that it is not known.
//!
//! **Leases.** A product is taken by a single statement on a row that skips rows which others hold at this moment, so
//! runs never queue behind each other: whoever finds a row locked is told that somebody takes it.
//!
//! **Waiting.** A server that was there and is gone is waited for, a few seconds; whatever was under way begins anew on a
//! fresh connection. One that was never there is told at once.
//!
//! All this is for programs that are not asynchronous: the store has a runtime of its own, and cannot be asked from
//! within another one.

mod address;
mod entries;
mod failure;
mod session;
mod tables;

use crate::http::Secret;
use crate::ledger::{Event, EventKind, Flaw, Lease, Ledger, LedgerError, LedgerView};
use crate::model::Key;
use crate::submission::Scope;
use address::Address;
use camino::Utf8Path;
use entries::Known;
use jiff::Timestamp;
use session::Sessions;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tables::within;
use tokio_postgres::types::Type;

/// A schema of a database. Clones share connections, and what they know.
#[derive(Debug, Clone)]
pub struct Database(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    sessions: Sessions,
    schema: String,
    /// What was read of each scope, in order.
    read: Mutex<BTreeMap<Scope, Vec<Known>>>,
}

/// A ledger in a database, for reading and writing.
#[derive(Debug, Clone)]
pub struct PostgresLedger(Database);

/// A ledger in a database, for reading only, by somebody who need not be allowed more. Where none has begun it is empty.
#[derive(Debug, Clone)]
pub struct PostgresView(Option<Database>);

impl Database {
    /// The database that a URL names. Nobody is spoken to yet. `variable` is the environment variable that the URL is
    /// from, `schema` a plain name; `certificates` is a file with those who may vouch for the server, instead of those
    /// that the URL names or the machine trusts.
    ///
    /// # Errors
    /// When the URL or the certificates are none.
    pub fn new(
        url: &Secret,
        variable: &str,
        schema: &str,
        certificates: Option<&Utf8Path>,
    ) -> Result<Self, LedgerError> {
        let address = Address::read(url).map_err(|said| LedgerError::Remote {
            what: format!("the variable {variable} holds no URL of a database"),
            said,
            remedy: "write it as `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`".to_owned(),
        })?;
        let tls = address.tls(certificates.or(address.certificates.as_deref()))?;
        let server = address.server();
        let sessions = Sessions::new(address.config, tls, server, variable.to_owned())?;
        Ok(Self(Arc::new(Shared { sessions, schema: schema.to_owned(), read: Mutex::default() })))
    }

    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        let Shared { sessions, schema, read } = &*self.0;
        let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
        let known = read.entry(scope.clone()).or_default();
        entries::refresh(sessions, schema, scope, known)?;
        Ok(known.iter().map(Known::event).cloned().collect())
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        let Shared { sessions, schema, .. } = &*self.0;
        let (catalog, target) = (scope.catalog.as_str(), scope.target.as_str());
        let query = within(
            schema,
            "SELECT product, run, until FROM LEDGER.lease WHERE catalog = $1 AND target = $2 ORDER BY product",
        );
        let rows: Vec<(String, String, Timestamp)> = sessions.ask(async |client| {
            let place = [(&catalog as _, Type::TEXT), (&target as _, Type::TEXT)];
            let found = client.query_typed(&query, &place).await?;
            found.into_iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
        })?;
        let read = |(product, run, until): (String, String, Timestamp)| {
            let failed = |error| LedgerError::Storage(format!("the lease of {product}: {error}"));
            Ok(Lease { product: Key::new(&product).map_err(failed)?, run, until })
        };
        rows.into_iter().map(read).collect()
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        entries::verify(&self.0.sessions, &self.0.schema, scope)
    }
}

impl PostgresLedger {
    /// Opens the ledger, makes its tables where there are none, and raises those of an older version.
    ///
    /// # Errors
    /// When the database cannot be reached or does not permit it, holds something else, or was written by a newer version.
    pub fn open(database: &Database) -> Result<Self, LedgerError> {
        tables::prepare(&database.0.sessions, &database.0.schema)?;
        Ok(Self(database.clone()))
    }
}

impl PostgresView {
    /// Opens the ledger, if there is one.
    ///
    /// # Errors
    /// When the database cannot be reached or does not permit it, holds something else, or was written by a newer version
    /// or by an older one that nobody raised yet.
    pub fn open(database: &Database) -> Result<Self, LedgerError> {
        let begun = tables::is_begun(&database.0.sessions, &database.0.schema)?;
        Ok(Self(begun.then(|| database.clone())))
    }
}

impl LedgerView for PostgresView {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.0.as_ref().map_or(Ok(Vec::new()), |database| database.events(scope))
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        self.0.as_ref().map_or(Ok(Vec::new()), |database| database.leases(scope))
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        self.0.as_ref().map_or(Ok(Vec::new()), |database| database.verify(scope))
    }
}

impl LedgerView for PostgresLedger {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.0.events(scope)
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        self.0.leases(scope)
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        self.0.verify(scope)
    }
}

impl Ledger for PostgresLedger {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        let Shared { sessions, schema, .. } = &*self.0.0;
        entries::append(sessions, schema, scope, std::iter::once((at, product, kind)), false)
    }

    fn fill(&mut self, scope: &Scope, events: &[Event]) -> Result<(), LedgerError> {
        let Shared { sessions, schema, .. } = &*self.0.0;
        let events = events.iter().map(|event| (event.at, &event.product, &event.kind));
        entries::append(sessions, schema, scope, events, true)
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        let Shared { sessions, schema, .. } = &*self.0.0;
        let (catalog, target, key) = (scope.catalog.as_str(), scope.target.as_str(), product.as_str());
        let take = within(
            schema,
            "WITH free AS (
                 SELECT FROM LEDGER.lease
                 WHERE catalog = $1 AND target = $2 AND product = $3 AND (run = $4 OR until <= $5)
                 FOR UPDATE SKIP LOCKED)
             UPDATE LEDGER.lease SET run = $4, until = $6
             WHERE catalog = $1 AND target = $2 AND product = $3 AND EXISTS (SELECT FROM free)
             RETURNING true",
        );
        // Only rows of products that nobody ever held are made; there is nobody to wait for but another who makes it.
        let make = within(
            schema,
            "INSERT INTO LEDGER.lease (catalog, target, product, run, until) VALUES ($1, $2, $3, $4, $6)
             ON CONFLICT DO NOTHING RETURNING $5::timestamptz",
        );
        let look = within(
            schema,
            "SELECT until FROM LEDGER.lease WHERE catalog = $1 AND target = $2 AND product = $3",
        );
        let (text, time) = (Type::TEXT, Type::TIMESTAMPTZ);
        sessions.ask(async |client| {
            let place =
                [(&catalog as _, text.clone()), (&target as _, text.clone()), (&key as _, text.clone())];
            let mut values = place.to_vec();
            values.extend([
                (&run as _, text.clone()),
                (&now as _, time.clone()),
                (&until as _, time.clone()),
            ]);
            if !client.query_typed(&take, &values).await?.is_empty() {
                return Ok(());
            }
            let mut held = client.query_typed(&look, &place).await?;
            if held.is_empty() {
                if !client.query_typed(&make, &values).await?.is_empty() {
                    return Ok(());
                }
                held = client.query_typed(&look, &place).await?;
            }
            let held_until = held.first().map(|row| row.try_get::<_, Timestamp>(0)).transpose()?;
            // A lease that is over and could not be had is being taken at this moment, for as long as ours would be.
            let until = held_until.filter(|held_until| now < *held_until).unwrap_or(until);
            Err(LedgerError::Leased { product: product.clone(), until }.into())
        })
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        let Shared { sessions, schema, .. } = &*self.0.0;
        let (catalog, target, product) = (scope.catalog.as_str(), scope.target.as_str(), product.as_str());
        let delete = within(
            schema,
            "DELETE FROM LEDGER.lease WHERE catalog = $1 AND target = $2 AND product = $3 AND run = $4",
        );
        sessions.ask(async |client| {
            let place = [&catalog, &target, &product, &run].map(|text| (text as _, Type::TEXT));
            client.query_typed(&delete, &place).await?;
            Ok(())
        })
    }
}
