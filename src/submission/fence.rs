//! What tells a run that holds a product from one that held it before.

use jiff::Timestamp;

/// About until when a run holds a product, counted from what the ledger says of it and not from the run's own clock: whoever
/// looks after a product later has read more, and holds a later fence, however far clocks are apart. So a marketplace that
/// remembers the latest fence of each product can tell a run that woke up too late from the one that took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(pub Timestamp);
