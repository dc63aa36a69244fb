//! Tests that need more than Rust and git; `scripts/test` installs what they need and turns them on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod browser;
mod chance;
mod deploy;
mod disks;
mod gateway;
mod killed;
mod ledger;
mod notifications;
mod plans;
mod pre_commit;
mod schemathesis;
mod scripts;
mod sheets;
mod signing;
mod workflows;
mod yaml_language_server;
