//! Definitions: from a YAML tree to what a seller wants, with a place for every finding.
//!
//! A file has a shape (its document type and JSON Schema say which) and content. The shape is judged by
//! [`crate::config::form`]; only a file with the right shape has content, taken from the tree once per target.

mod across;
mod again;
mod assets;
mod build;
mod canonical;
mod cases;
mod catalog;
mod content;
pub mod document;
mod file;
mod layered;
mod library;
mod place;
pub mod rules;
mod upgrade;

pub use again::Again;
pub use assets::{AssetError, Assets, MemoryAssets, NamedFile, TextFile};
pub use canonical::{Formatted, format, kind_of, order};
pub use cases::case_place;
pub use catalog::{Catalog, Definition, Read};
pub use content::{HEAD_BYTES, asset};
pub use library::{Approval, Library, LibraryAttribute};
pub use upgrade::{UPGRADES, Upgrade, upgrade};

use crate::config::ConfigDocument;
use crate::config::form::Form;
use document::{ApprovalDocument, AttributesDocument, CasesDocument, ProductDocument};

/// The JSON Schemas of all documents: file name and text.
#[must_use]
pub fn schemas() -> Vec<(String, String)> {
    fn one<T: Form>() -> (String, String) {
        (format!("{}.schema.json", T::NAME), format!("{:#}\n", T::schema()))
    }
    vec![
        one::<ApprovalDocument>(),
        one::<AttributesDocument>(),
        one::<CasesDocument>(),
        one::<ConfigDocument>(),
        one::<ProductDocument>(),
    ]
}
