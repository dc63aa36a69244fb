//! What all pages and addresses of a served sandbox share.

use super::{Replays, Sellers};
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
    /// What lets a person in who has the link that was printed when the server began.
    pub login_token: Secret,
    /// Signatures that were used already.
    pub(super) replays: Replays,
}

impl Served {
    /// A sandbox with these accounts.
    #[must_use]
    pub fn new(sellers: Sellers, clock: Clock, login_token: Secret) -> Self {
        Self { sellers, clock, login_token, replays: Replays::default() }
    }

    /// The token, for the link that is printed.
    #[must_use]
    pub fn shown_token(&self) -> &str {
        self.login_token.expose()
    }
}
