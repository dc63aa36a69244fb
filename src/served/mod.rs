//! The sandbox over HTTP, for others to see and use: the gateway protocol for programs, pages for people.
//!
//! Each seller is an account of its own, kept in a file of its own, so that nothing of one can show at another.

mod account_file;
mod accounts;
mod assets;
mod faults;
mod gateway;
mod keys;
mod pages;
mod replay;
mod seller;
mod server;
mod state;

pub use accounts::{Accounts, AccountsError, KEYS_FILE, Wanted, account};
pub use assets::{Assets, Elsewhere};
pub use faults::Faults;
pub use keys::{NoRandomness, new_access_key, new_secret};
pub use pages::pages;
pub use seller::{Seller, SellerName, Sellers};
pub use server::{run, serve};
pub use state::{Clock, Served};

use axum::Router;
use replay::Replays;
use std::sync::Arc;

/// Everything that is served.
pub fn router(served: &Arc<Served>) -> Router {
    gateway::routes(served).merge(pages(Arc::clone(served)))
}
