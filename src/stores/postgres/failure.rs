//! What can go wrong with a database, in words that lead to a remedy.

use crate::ledger::LedgerError;
use crate::render::escape::terminal;
use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::{DbError, SqlState};

/// The longest that is told of what others said.
const TOLD_MAX: usize = 300;

/// How some work in the database ended badly.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database or the connection failed.
    Database(tokio_postgres::Error),
    /// No connection came about.
    Connection(PoolError),
    /// Nobody answered in time.
    Silence,
    /// It was done as far as it could be; this came out.
    Ledger(LedgerError),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It will be the same again.
    Final,
    /// The connection is gone or the server is restarting: another connection may do better.
    Again,
    /// Nobody is there. Worth another look only where somebody was there before.
    Absent,
}

impl Failure {
    pub(super) fn verdict(&self) -> Verdict {
        match self {
            Self::Ledger(_) => Verdict::Final,
            Self::Silence => Verdict::Again,
            Self::Database(error) | Self::Connection(PoolError::Backend(error)) => match error.code() {
                Some(code) if is_passing(code) => Verdict::Again,
                Some(_) => Verdict::Final,
                None if is_tls(error) => Verdict::Final,
                None if matches!(self, Self::Connection(_)) => Verdict::Absent,
                None => Verdict::Again,
            },
            Self::Connection(_) => Verdict::Absent,
        }
    }

    /// The database said itself that what was asked for was not done.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Self::Database(error) if error.code().is_some_and(|code| !is_passing(code)))
    }

    /// The failure as people meet it. `server` is who was spoken to, `variable` holds the URL.
    pub(super) fn told(self, server: &str, variable: &str) -> LedgerError {
        let absent = |said: String| LedgerError::Remote {
            what: format!("the ledger's database at {server} cannot be reached"),
            said,
            remedy: format!(
                "see that it runs, that this machine may reach it, and that the URL in ${variable} is right"
            ),
        };
        match self {
            Self::Ledger(error) => error,
            Self::Silence => absent("it does not answer".to_owned()),
            Self::Connection(PoolError::Timeout(TimeoutType::Wait)) => {
                absent("all connections are in use".to_owned())
            }
            Self::Connection(PoolError::Timeout(_)) => absent("it does not answer".to_owned()),
            Self::Database(error) | Self::Connection(PoolError::Backend(error)) => {
                match error.as_db_error() {
                    Some(said) => refused(said, variable),
                    None if is_tls(&error) => LedgerError::Remote {
                        what: format!(
                            "the way to the ledger's database at {server} cannot be encrypted and trusted"
                        ),
                        said: chain(&error),
                        remedy: unencrypted(&error, variable),
                    },
                    None => absent(chain(&error)),
                }
            }
            Self::Connection(error) => absent(line(&error.to_string())),
        }
    }
}

/// Whether the server says that it goes or comes, so that another connection may do better.
fn is_passing(code: &SqlState) -> bool {
    const PASSING: [SqlState; 5] = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN,
    ];
    PASSING.contains(code) || code.code().starts_with("08")
}

/// The crate has no other way to tell.
fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().contains("TLS")
}

fn unencrypted(error: &tokio_postgres::Error, variable: &str) -> String {
    let said = chain(error);
    if said.contains("does not support TLS") {
        return format!(
            "switch TLS on at the server; `sslmode=disable` in ${variable} sends the password and everything else readable, \
             which only a network of your own can excuse"
        );
    }
    if said.contains("UnknownIssuer") || said.contains("CaUsedAsEndEntity") {
        return "name the file with the certificate of who vouches for the server as `certificates` under `ledger` in \
                gallerist.yaml, or as `sslrootcert` in the URL"
            .to_owned();
    }
    if said.contains("not valid for name") || said.contains("NotValidForName") {
        return format!("name the server in ${variable} as its certificate does");
    }
    format!("look at the server's certificate and at its name in ${variable}")
}

fn refused(error: &DbError, variable: &str) -> LedgerError {
    let said = line(error.message());
    let code = error.code();
    // Others were writing: certainly nothing was written, and the next attempt may go through.
    let contended = [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    if contended.contains(code) {
        return LedgerError::Conflict;
    }
    let known = KNOWN.iter().find(|(codes, _, _)| codes.contains(code));
    let (what, remedy) = known.map_or(
        ("the ledger's database refused", "nothing was written; look at what it said, and at its log"),
        |(_, what, remedy)| (*what, *remedy),
    );
    LedgerError::Remote {
        what: what.to_owned(),
        said,
        remedy: remedy.replace("$URL", &format!("${variable}")),
    }
}

/// What the database says, what it means, and what helps.
const KNOWN: &[(&[SqlState], &str, &str)] = &[
    (
        &[SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION],
        "the ledger's database refused the login",
        "look at the user and the password in $URL, and at the server's pg_hba.conf; where that asks for encryption, add \
         `sslmode=require` to the URL",
    ),
    (
        &[SqlState::INVALID_CATALOG_NAME],
        "the ledger's database does not exist",
        "create it with `createdb`, or name another one in $URL",
    ),
    (
        &[SqlState::READ_ONLY_SQL_TRANSACTION],
        "the ledger's database takes no writes; nothing was written",
        "name the primary server in $URL: this one is a standby, or was set to read-only",
    ),
    (
        &[SqlState::DISK_FULL],
        "the disk of the ledger's database is full; nothing was written",
        "make room on the server; nothing is lost",
    ),
    (
        &[SqlState::INSUFFICIENT_PRIVILEGE],
        "the ledger's database does not permit it; nothing was written",
        "give the user in $URL the rights that docs/ledger.md lists; tables are made by their owner with `gallerist ledger \
         upgrade`",
    ),
    (
        &[SqlState::TOO_MANY_CONNECTIONS],
        "the ledger's database takes no more connections",
        "let fewer runs start at once, raise `max_connections`, or put a pooler before the server",
    ),
    (
        &[SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED],
        "the ledger's database is damaged",
        "let nothing run, and restore a backup",
    ),
];

/// An error with its causes, on one harmless line.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    line(&text)
}

/// One short and harmless line.
fn line(text: &str) -> String {
    let line = terminal(&text.lines().map(str::trim).collect::<Vec<_>>().join("; ")).into_owned();
    match line.char_indices().nth(TOLD_MAX) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
