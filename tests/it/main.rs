//! Tests of what a user can see; they need only Rust and git.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod arbitrary;
mod arbitrary_state;
mod cli;
mod cli_runner;
mod plan_fixture;
mod render;
mod render_review;
mod wire;
