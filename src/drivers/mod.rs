//! Drivers: how plans are carried out on one marketplace or another.

mod console;
mod sandbox;

pub use console::{ConsoleDriver, Files, outcomes};
pub use sandbox::{Clock, SandboxDriver};
