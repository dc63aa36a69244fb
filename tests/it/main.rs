//! Tests of what a user can see; they need only Rust and git.
#![allow(unreachable_pub, reason = "test modules share builders across files of one binary")]

mod arbitrary;
mod arbitrary_plan;
mod arbitrary_state;
mod docs;
mod examples;
mod exhaustive;
mod ledger;
mod market;
mod model;
mod plan;
mod plan_fixture;
mod render;
mod rulebook;
mod tidy;
mod tree;
mod wire;
