//! Differences between two products, and the operations that carry them out.
