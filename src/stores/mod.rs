//! Ledger stores: one file on disk, a branch of a git repository, a PostgreSQL database, or memory for tests and
//! simulation. All keep the same promises; one suite of tests holds them to it.

mod git;
mod memory;
mod postgres;
mod sqlite;

pub use git::GitLedger;
pub use memory::MemoryLedger;
pub use postgres::{Database, PostgresLedger, PostgresView};
pub use sqlite::{SqliteLedger, SqliteView};
