//! Ledger stores: one file on disk, or memory for tests and simulation. Both keep the same promises; one suite of
//! tests holds them to it.

mod memory;
mod sqlite;

pub use memory::MemoryLedger;
pub use sqlite::{SqliteLedger, SqliteView};
