//! The rule book: one file per rule.
