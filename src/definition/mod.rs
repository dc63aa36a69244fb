//! Definitions: from a YAML tree to what a seller wants, with a place for every finding.

pub mod document;
