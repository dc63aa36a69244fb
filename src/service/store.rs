//! Opening the place a target's ledger is kept in, for reading and for writing.

use super::workspace::{Workspace, request};
use super::{Request, ServiceError};
use crate::config::{LedgerStore, Target};
use crate::http::Secret;
use crate::ledger::{Ledger, LedgerView};
use crate::stores::{Database, GitLedger, PostgresLedger, PostgresView, SqliteLedger, SqliteView};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What ledgers need to know of the run, and those that were opened and ask a network: branches and databases.
#[derive(Debug, Default)]
pub(super) struct Ledgers {
    now: Timestamp,
    is_throwaway: bool,
    branches: RefCell<BTreeMap<(String, Option<String>), GitLedger>>,
    databases: RefCell<BTreeMap<Place, Database>>,
}

/// The variable with a database's URL, the schema, and who may vouch for the server.
type Place = (String, String, Option<Utf8PathBuf>);

impl Ledgers {
    pub(super) fn of(request: &Request) -> Self {
        Self { now: request.now, is_throwaway: request.on_throwaway_machine, ..Self::default() }
    }
}

impl Workspace {
    /// The reading half of the target's ledger.
    pub(super) fn ledger_view(&self, target: &Target) -> Result<Box<dyn LedgerView>, ServiceError> {
        Ok(match &target.ledger {
            LedgerStore::Sqlite { path, .. } => Box::new(SqliteView::open(&self.tree.root().join(path))?),
            LedgerStore::Git { branch, remote } => Box::new(self.git_ledger(branch, remote.as_deref())?),
            LedgerStore::Postgres { connection, schema, certificates } => {
                Box::new(PostgresView::open(&self.database(connection, schema, certificates.as_ref())?)?)
            }
        })
    }

    /// The target's ledger. Refused where what is written would be lost with the machine.
    pub(super) fn ledger(&self, target: &Target) -> Result<Box<dyn Ledger>, ServiceError> {
        self.writable(target)?;
        self.any_ledger(&target.ledger)
    }

    /// Whether the target's ledger may be written on this machine; asked before anything else is done.
    pub(super) fn writable(&self, target: &Target) -> Result<(), ServiceError> {
        let is_shared = match &target.ledger {
            LedgerStore::Sqlite { .. } => false,
            LedgerStore::Git { branch, remote } => self.git_ledger(branch, remote.as_deref())?.is_shared(),
            LedgerStore::Postgres { .. } => true,
        };
        let would_vanish = self.ledgers.is_throwaway && target.driver.outlives_the_machine();
        match vanishing(&target.ledger, is_shared).filter(|_| would_vanish) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// A ledger in a store, whether or not a target names it.
    pub(super) fn any_ledger(&self, store: &LedgerStore) -> Result<Box<dyn Ledger>, ServiceError> {
        Ok(match store {
            LedgerStore::Sqlite { path, .. } => {
                self.prepare_state(path)?;
                Box::new(SqliteLedger::open(&self.tree.root().join(path))?)
            }
            LedgerStore::Git { branch, remote } => Box::new(self.git_ledger(branch, remote.as_deref())?),
            LedgerStore::Postgres { connection, schema, certificates } => {
                Box::new(PostgresLedger::open(&self.database(connection, schema, certificates.as_ref())?)?)
            }
        })
    }

    /// The database whose URL a variable of the environment holds.
    fn database(
        &self,
        variable: &str,
        schema: &str,
        certificates: Option<&Utf8PathBuf>,
    ) -> Result<Database, ServiceError> {
        let name = (variable.to_owned(), schema.to_owned(), certificates.cloned());
        if let Some(known) = self.ledgers.databases.borrow().get(&name) {
            return Ok(known.clone());
        }
        let url = std::env::var(variable).ok().filter(|url| !url.is_empty()).ok_or_else(|| {
            ServiceError::Request {
                message: format!(
                    "the ledger is in a database, and the variable {variable} with its URL is not set"
                ),
                hints: vec![
                    format!("set {variable} to `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, as a secret"),
                    "another variable is named by `connection` under `ledger` in gallerist.yaml".to_owned(),
                ],
            }
        })?;
        let url = Secret::new(&url, variable).map_err(|error| request(error.to_string()))?;
        let certificates = certificates.map(|path| self.tree.root().join(path));
        let database = Database::new(&url, variable, schema, certificates.as_deref())?;
        self.ledgers.databases.borrow_mut().insert(name, database.clone());
        Ok(database)
    }

    fn git_ledger(&self, branch: &str, remote: Option<&str>) -> Result<GitLedger, ServiceError> {
        let name = (branch.to_owned(), remote.map(str::to_owned));
        if let Some(known) = self.ledgers.branches.borrow().get(&name) {
            return Ok(known.clone());
        }
        let ledger = GitLedger::open(self.tree.root(), branch, remote, self.ledgers.now)?;
        self.ledgers.branches.borrow_mut().insert(name, ledger.clone());
        Ok(ledger)
    }

    /// Where a ledger is kept, for people.
    pub(super) fn ledger_place(&self, store: &LedgerStore) -> Result<String, ServiceError> {
        Ok(match store {
            LedgerStore::Sqlite { path, .. } => format!("file {path}"),
            LedgerStore::Git { branch, remote } => self.git_ledger(branch, remote.as_deref())?.place(),
            LedgerStore::Postgres { connection, schema, .. } => {
                format!("schema `{schema}` of the database that ${connection} names")
            }
        })
    }
}

/// Why a store is gone when its machine is; `None` when it is not.
fn vanishing(store: &LedgerStore, is_shared: bool) -> Option<ServiceError> {
    let (message, first) = match store {
        LedgerStore::Sqlite { is_persistent: true, .. } => return None,
        LedgerStore::Git { .. } if is_shared => return None,
        LedgerStore::Postgres { .. } => return None,
        LedgerStore::Sqlite { path, .. } => (
            format!("the ledger in {path} would be lost with this machine, and with it what was submitted"),
            "in gallerist.yaml write `ledger: {store: git}`; `gallerist ledger migrate --to git` takes along what \
             there is; for many runners there is `store: postgres`",
        ),
        LedgerStore::Git { branch, .. } => (
            format!("the branch `{branch}` would be lost with this machine: it is shared through no remote"),
            "name a remote of this repository: `ledger: {store: git, remote: origin}`",
        ),
    };
    let second = "only a volume that outlives the run may hold a file: `ledger: {store: sqlite, path: ..., persistent: \
                  true}`";
    let third = "the variable CI says that this machine is thrown away; where that is not so, set CI=false";
    let hints = [first, second, third].map(str::to_owned).to_vec();
    Some(ServiceError::Request { message, hints })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(store: &LedgerStore, is_shared: bool) -> Option<String> {
        vanishing(store, is_shared).map(|error| match error {
            ServiceError::Request { message, hints } => format!("{message}\n{}", hints.join("\n")),
            other => other.to_string(),
        })
    }

    #[test]
    fn only_what_is_shared_or_declared_persistent_outlives_a_throwaway_machine() {
        let sqlite = |is_persistent| LedgerStore::Sqlite { path: "l.db".into(), is_persistent };
        let git = LedgerStore::Git { branch: "gallerist/ledger".into(), remote: Some("origin".into()) };
        assert_eq!(words(&sqlite(true), false), None);
        assert_eq!(words(&git, true), None);
        let postgres = LedgerStore::Postgres {
            connection: "GALLERIST_LEDGER_URL".into(),
            schema: "gallerist".into(),
            certificates: None,
        };
        assert_eq!(words(&postgres, true), None);
        let said = words(&sqlite(false), false).unwrap();
        assert!(said.contains("store: git") && said.contains("migrate --to git"), "{said}");
        assert!(words(&git, false).unwrap().contains("remote: origin"));
    }
}
