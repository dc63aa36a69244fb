//! Marketplace drivers.
