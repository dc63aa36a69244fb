//! Tests of what a user can see; they need only Rust and git.

mod arbitrary;
mod arbitrary_state;
mod cli;
mod cli_runner;
mod plan_fixture;
mod render;
mod wire;
