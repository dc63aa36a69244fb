//! What all pages and addresses of a served sandbox share.

use super::Sellers;
use crate::http::Secret;
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
    /// What people show to see the pages.
    pub login_token: Secret,
}

impl Served {
    /// A sandbox with these accounts.
    #[must_use]
    pub fn new(sellers: Sellers, clock: Clock, login_token: Secret) -> Self {
        Self { sellers, clock, login_token }
    }
}
