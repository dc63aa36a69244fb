//! The sandbox over HTTP, for others to see and use: the gateway protocol for programs, pages for people.
//!
//! Each seller is an account of its own, kept in a file of its own, so that nothing of one can show at another.

mod pages;
mod seller;
mod state;

pub use pages::pages;
pub use seller::{Seller, SellerName, Sellers};
pub use state::{Clock, Served};
