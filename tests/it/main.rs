//! Tests of what a user can see; they need only Rust and git.

mod schema;
