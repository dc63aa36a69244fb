//! What moving in wrote, and what it could not decide.

use crate::model::Key;
use crate::moving::Table;
use crate::submission::Scope;
use camino::Utf8PathBuf;

/// A product that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedProduct {
    /// Its key.
    pub key: Key,
    /// The name buyers see.
    pub name: String,
    /// The marketplace's id.
    pub product_id: String,
    /// Its definition.
    pub path: Utf8PathBuf,
    /// Whether its files were there already, from an import that was cut short, and only the ledger learned of it.
    pub resumed: bool,
    /// What a person must decide, a sentence each.
    pub decisions: Vec<String>,
}

/// A product on sale that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The marketplace's id.
    pub product_id: String,
    /// The name buyers see.
    pub name: String,
    /// Why, as a whole sentence.
    pub why: String,
}

/// A file that was written, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its path, from the catalog's root.
    pub path: Utf8PathBuf,
    /// Its text, if it is a definition.
    pub definition: Option<String>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Catalog and target.
    pub scope: Scope,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The products, by key.
    pub products: Vec<ImportedProduct>,
    /// Files in the order they are written.
    pub files: Vec<WrittenFile>,
    /// Products on sale that are not among them.
    pub left_out: Vec<LeftOut>,
    /// How many products on sale had a definition already.
    pub managed: usize,
    /// What a person must decide about the catalog as a whole.
    pub decisions: Vec<String>,
    /// The command to run next.
    pub next: String,
}

/// Definitions beside what is on sale, to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Catalog and target.
    pub scope: Scope,
    /// The matches.
    pub table: Table,
    /// The table's name: what `--confirm` takes.
    pub digest: String,
    /// What was adopted; empty while the table is only shown.
    pub adopted: Vec<Key>,
    /// The command to run next, where one helps.
    pub next: Option<String>,
}
