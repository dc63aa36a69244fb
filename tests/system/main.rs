//! Tests that need more than Rust and git; `scripts/test` installs what they need and turns them on.

mod scripts;
