//! Tests of what a user can see; they need only Rust and git.

mod arbitrary;
mod arbitrary_state;
mod plan_fixture;
mod render;
mod wire;
