//! Connections to the database, and how long anybody waits for it.

use super::failure::{Failure, Verdict};
use crate::ledger::LedgerError;
use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime as PoolRuntime, Timeouts,
};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connections that one process holds at most.
const CONNECTIONS_MAX: usize = 4;
/// How long a server that was there may be away.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one piece of work may take.
const ANSWER: Duration = Duration::from_mins(1);
/// Between two looks at a server that is away.
const PAUSE: Duration = Duration::from_millis(200);

/// Connections, and the runtime that moves them while somebody waits for an answer.
pub(super) struct Sessions {
    pool: Pool,
    runtime: Runtime,
    /// Whether the server was ever there.
    was_there: AtomicBool,
    /// Who is spoken to, for people.
    pub(super) server: String,
    /// The environment variable with the URL.
    pub(super) variable: String,
}

/// What is known about a commit.
#[derive(Debug, Default)]
pub(super) struct Doubt(Cell<bool>);

impl Doubt {
    /// A commit is sent now; nobody knows what becomes of it before the answer.
    fn begins(&self) {
        self.0.set(true);
    }

    /// It is known whether the commit arrived.
    pub(super) fn ends(&self) {
        self.0.set(false);
    }
}

impl Sessions {
    pub(super) fn new(
        config: Config,
        tls: MakeRustlsConnect,
        server: String,
        variable: String,
    ) -> Result<Self, LedgerError> {
        let failed = |error: String| LedgerError::Storage(format!("no connections can be held: {error}"));
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| failed(error.to_string()))?;
        let manager =
            Manager::from_config(config, tls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let timeouts = Timeouts { wait: Some(ANSWER), create: Some(PATIENCE), recycle: Some(PATIENCE) };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(PoolRuntime::Tokio1)
            .timeouts(timeouts)
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { pool, runtime, was_there: AtomicBool::new(false), server, variable })
    }

    /// Does some work in the database. What a connection loses is begun anew on a fresh one, so the work must look first
    /// whether it was done; it tells through `doubt` whether a commit may have arrived.
    pub(super) fn run<T>(
        &self,
        doubt: &Doubt,
        mut work: impl AsyncFnMut(&Client) -> Result<T, Failure>,
    ) -> Result<T, LedgerError> {
        let begun = Instant::now();
        self.runtime.block_on(async {
            loop {
                let failure = match self.once(&mut work).await {
                    Ok(value) => return Ok(value),
                    Err(failure) => failure,
                };
                let goes_on = match failure.verdict() {
                    Verdict::Final => false,
                    Verdict::Again => begun.elapsed() < PATIENCE,
                    Verdict::Absent => self.was_there.load(Ordering::Relaxed) && begun.elapsed() < PATIENCE,
                };
                if !goes_on {
                    return Err(self.told(failure, doubt));
                }
                // What broke one connection broke the others as well.
                self.pool.retain(|_, _| false);
                tokio::time::sleep(PAUSE).await;
            }
        })
    }

    /// For work that may be done twice.
    pub(super) fn ask<T>(
        &self,
        work: impl AsyncFnMut(&Client) -> Result<T, Failure>,
    ) -> Result<T, LedgerError> {
        self.run(&Doubt::default(), work)
    }

    async fn once<T>(&self, work: &mut impl AsyncFnMut(&Client) -> Result<T, Failure>) -> Result<T, Failure> {
        let connection = self.pool.get().await.map_err(Failure::Connection)?;
        self.was_there.store(true, Ordering::Relaxed);
        let client: &Client = &connection;
        let done = tokio::time::timeout(ANSWER, work(client)).await.unwrap_or(Err(Failure::Silence));
        if done.is_err() {
            // It may be in the middle of a transaction. Without the connection the server undoes it.
            drop(Object::take(connection));
        }
        done
    }

    fn told(&self, failure: Failure, doubt: &Doubt) -> LedgerError {
        let error = failure.told(&self.server, &self.variable);
        if !doubt.0.get() {
            return error;
        }
        LedgerError::Remote {
            what: "whether it arrived at the ledger's database is not known".to_owned(),
            said: error.to_string(),
            remedy: "run the command again: it looks first".to_owned(),
        }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sessions").field(&self.server).finish()
    }
}

/// The begin of a transaction that holds a lock until its end. Each statement in it sees what was committed before the
/// statement, so what follows the lock sees everything that was written under it. Neither a lock nor a client that went
/// silent holds others up for ever, and a commit is on disk when it is answered, also where the server is set to be lax.
pub(super) fn begin(lock: i64) -> String {
    format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED;
         SET LOCAL lock_timeout = '10s';
         SET LOCAL statement_timeout = '30s';
         SET LOCAL idle_in_transaction_session_timeout = '30s';
         SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
         SELECT pg_advisory_xact_lock({lock})"
    )
}

/// Ends a transaction. After an answer nothing is in doubt, also where the answer is no.
pub(super) async fn commit(client: &Client, doubt: &Doubt) -> Result<(), Failure> {
    doubt.begins();
    let answered = client.batch_execute("COMMIT").await.map_err(Failure::from);
    if answered.as_ref().err().is_none_or(Failure::is_certain) {
        doubt.ends();
    }
    answered
}

/// The number of a lock; whoever means the same gets the same.
pub(super) fn lock(words: &[&str]) -> i64 {
    let digest = blake3::hash(words.join("\0").as_bytes());
    let mut first = [0; 8];
    first.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    i64::from_be_bytes(first)
}
