//! Gallerist keeps a seller's KooGallery catalog in git.
//!
//! Definitions are read from YAML, checked, compared with the released catalog, planned in a safe order and
//! carried out as review submissions. `src/README.md` is the map of this crate, and `tests/it/tidy.rs` holds its
//! layers: a module names only modules of earlier layers.

pub mod config;
pub mod daemon;
pub mod definition;
pub mod diagnostic;
pub mod diff;
pub mod drivers;
pub mod forge;
pub mod http;
pub mod ledger;
pub mod lsp;
pub mod marketplace;
pub mod model;
pub mod moving;
pub mod plan;
pub mod preflight;
pub mod reconcile;
pub mod released;
pub mod render;
pub mod report;
pub mod repository;
pub mod rules;
pub mod sandbox;
pub mod served;
pub mod service;
pub mod site;
pub mod stores;
pub mod submission;
pub mod text;
pub mod wire;
pub mod yaml;
