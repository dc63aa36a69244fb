//! What tells a run that holds a product from one that held it before.

use jiff::Timestamp;

/// The moment until which a run holds a product. Whoever takes over a lease that ran out holds a later one, so a marketplace
/// that remembers the latest fence of each product can tell a run that woke up too late from the one that took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(pub Timestamp);
