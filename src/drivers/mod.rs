//! Drivers: how plans are carried out on one marketplace or another.

mod console;
mod gateway;
mod sandbox;

pub use console::{ConsoleDriver, outcomes};
pub use gateway::GatewayDriver;
pub use sandbox::{Clock, SandboxDriver};
