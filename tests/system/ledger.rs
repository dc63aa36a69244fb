//! The ledger in a PostgreSQL database: the contract of all stores, and what only a database can do.

#[path = "../it/cli_runner.rs"]
#[allow(dead_code, reason = "other commands need more of it")]
pub(crate) mod cli_runner;
mod commands;
#[path = "../it/ledger/contract.rs"]
mod contract;
#[path = "../it/ledger/events.rs"]
#[allow(dead_code, reason = "the suite of all stores needs more of it than a database does")]
mod events;
mod failures;
mod leases;
mod lost_answers;
mod processes;
mod restart;
mod roles;
pub(crate) mod server;
mod stores;
pub(crate) mod tls;
