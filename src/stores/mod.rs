//! Ledger stores.
