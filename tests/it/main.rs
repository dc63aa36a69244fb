//! Tests of what a user can see; they need only Rust and git.

mod arbitrary;
mod arbitrary_state;
mod ledger;
mod reconcile;
mod wire;
