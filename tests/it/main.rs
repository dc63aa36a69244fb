//! Tests of what a user can see; they need only Rust and git.
#![allow(unreachable_pub, reason = "test modules share builders across files of one binary")]

mod arbitrary;
mod arbitrary_state;
mod model;
mod plan;
mod rulebook;
mod ledger;
mod plan_fixture;
mod render;
mod wire;

mod docs;
mod examples;
mod tidy;
mod tree;
