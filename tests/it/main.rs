//! Tests of what a user can see; they need only Rust and git.

mod arbitrary;
mod arbitrary_state;
mod sandbox_account;
mod sandbox_desk;
mod sandbox_judge;
mod sandbox_property;
mod sandbox_store;
mod wire;
