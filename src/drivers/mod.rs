//! Drivers: how plans are carried out on one marketplace or another.

mod sandbox;

pub use sandbox::{Clock, SandboxDriver};
