//! What all pages and addresses of a served sandbox share.

use super::Sellers;
use jiff::Timestamp;
use std::sync::Arc;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A served sandbox.
pub struct Served {
    /// The accounts.
    pub sellers: Sellers,
    /// The server's clock.
    pub clock: Clock,
}
