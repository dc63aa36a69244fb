//! The files on the branch: which path holds what, and everything else that is there.
//!
//! ```text
//! ledger.json                               says what the branch is, and its format
//! acme/intl/0001/000123-crm-accepted.json   an entry; never changed, never removed
//! acme/intl/leases/crm.json                 who holds a product, and until when; comes and goes
//! ```

use super::branch::storage;
use crate::ledger::{Entry, EventKind, Lease as Held, LedgerError};
use crate::model::Key;
use crate::submission::Scope;
use crate::wire::{Document, Name, WireError, from_json_str, to_json_string};
use git2::{ErrorCode, ObjectType, Oid, Repository, Tree};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The file that says what the branch is.
pub(super) const MARK: &str = "ledger.json";
/// The page for whoever looks at the branch.
pub(super) const PAGE: &str = "README.md";
/// What that page says.
pub(super) const PAGE_TEXT: &str = "\
# A ledger of gallerist

Each file below a target's folder is one entry: what was sent to the marketplace, what became of it, who vouched for
what. `gallerist ledger show` reads them to you, `gallerist ledger verify` looks whether all of them are as they were
written.

Do not edit, merge or rebase this branch. Protect it against force pushes and deletion; let whoever runs gallerist push
to it.
";
/// No file of ours is larger.
const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// So many entries share a folder.
const FOLDER_ENTRIES: u64 = 100;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Mark {
    document: String,
    format: u32,
}

impl Document for Mark {
    const NAME: &'static str = "ledger";
    const FORMAT: u32 = 1;
}

/// Who holds a product, and until when.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Lease {
    document: String,
    format: u32,
    pub(super) product: Name<Key>,
    pub(super) run: String,
    pub(super) until: Name<Timestamp>,
}

impl Document for Lease {
    const NAME: &'static str = "ledger-lease";
    const FORMAT: u32 = 1;
}

impl Lease {
    pub(super) fn new(product: &Key, run: &str, until: Timestamp) -> Self {
        let (document, format) = (Self::NAME.to_owned(), Self::FORMAT);
        Self { document, format, product: Name(product.clone()), run: run.to_owned(), until: Name(until) }
    }

    pub(super) fn to_text(&self) -> Result<String, LedgerError> {
        to_json_string(self).map_err(|error| LedgerError::Storage(error.to_string()))
    }
}

/// The text of the file that says what the branch is.
pub(super) fn mark() -> Result<String, LedgerError> {
    let mark = Mark { document: Mark::NAME.to_owned(), format: Mark::FORMAT };
    to_json_string(&mark).map_err(|error| LedgerError::Storage(error.to_string()))
}

/// Where the files of a scope stand.
pub(super) fn folder(scope: &Scope) -> String {
    format!("{}/{}", scope.catalog, scope.target)
}

pub(super) fn lease_path(scope: &Scope, product: &Key) -> String {
    format!("{}/leases/{product}.json", folder(scope))
}

pub(super) fn entry_path(scope: &Scope, sequence: u64, product: &Key, kind: &EventKind) -> String {
    let (shelf, name) = (sequence / FOLDER_ENTRIES, kind.name());
    format!("{}/{shelf:04}/{sequence:06}-{product}-{name}.json", folder(scope))
}

/// The files of a scope.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Paths and contents of entries, by number.
    pub(super) entries: BTreeMap<u64, (String, Oid)>,
    /// Entries that have the number of another one.
    pub(super) doubled: Vec<(u64, String)>,
    /// What is no file of ours.
    pub(super) foreign: Vec<String>,
}

/// Whether a tree holds a ledger of a format we know; `false` for a branch with nothing in it.
pub(super) fn is_ledger(repository: &Repository, tree: &Tree<'_>, place: &str) -> Result<bool, LedgerError> {
    if tree.is_empty() {
        return Ok(false);
    }
    let Some(text) = text(repository, tree, MARK)? else {
        return Err(LedgerError::Storage(format!(
            "{place} holds something else: there is no {MARK}; name another branch under `ledger` in gallerist.yaml"
        )));
    };
    match from_json_str::<Mark>(&text) {
        Ok(_) => Ok(true),
        Err(WireError::NewerFormat { found, known, .. }) => Err(LedgerError::NewerFormat { found, known }),
        Err(error) => Err(LedgerError::Storage(format!("{MARK} on {place}: {error}"))),
    }
}

/// All files of a scope.
pub(super) fn find(repository: &Repository, tree: &Tree<'_>, scope: &Scope) -> Result<Files, LedgerError> {
    let mut files = Files::default();
    let folder = folder(scope);
    for (path, _, is_file) in list(repository, tree, &folder)? {
        let name = path.rsplit('/').next().unwrap_or_default();
        if is_file {
            files.foreign.push(path);
        } else if name == "leases" {
            let leases = list(repository, tree, &path)?.into_iter();
            let strange = leases.filter(|(path, _, is_file)| {
                let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".json"));
                !is_file || name.is_none_or(|name| Key::check(name).is_err())
            });
            files.foreign.extend(strange.map(|(path, ..)| path));
        } else {
            for (path, id, is_file) in list(repository, tree, &path)? {
                match number(&path).filter(|_| is_file) {
                    None => files.foreign.push(path),
                    Some(sequence) if files.entries.contains_key(&sequence) => {
                        files.doubled.push((sequence, path));
                    }
                    Some(sequence) => {
                        files.entries.insert(sequence, (path, id));
                    }
                }
            }
        }
    }
    Ok(files)
}

/// Files and folders beside those of catalogs, and files in a catalog's folder.
pub(super) fn strangers(
    repository: &Repository,
    tree: &Tree<'_>,
    scope: &Scope,
) -> Result<Vec<String>, LedgerError> {
    let is_known = |path: &str| path == MARK || path == PAGE;
    let top = list(repository, tree, "")?.into_iter();
    let top = top.filter(|(path, _, is_file)| {
        let is_catalog = !is_file && Key::check(path).is_ok();
        !is_catalog && !is_known(path)
    });
    let inner = list(repository, tree, scope.catalog.as_str())?.into_iter();
    let inner = inner.filter(|(path, _, is_file)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        *is_file || Key::check(name).is_err()
    });
    Ok(top.chain(inner).map(|(path, ..)| path).collect())
}

/// The number of an entry's file, if it is called and stands as one.
fn number(path: &str) -> Option<u64> {
    let (folder, name) = path.rsplit_once('/')?;
    let shelf = folder.rsplit('/').next()?;
    let (digits, rest) = name.split_once('-')?;
    let sequence: u64 = digits.parse().ok()?;
    let is_ours = digits == format!("{sequence:06}")
        && shelf == format!("{:04}", sequence / FOLDER_ENTRIES)
        && sequence > 0
        && rest.ends_with(".json");
    is_ours.then_some(sequence)
}

/// Paths in a folder, what they hold, and whether they are files; nothing where there is no such folder.
fn list(
    repository: &Repository,
    tree: &Tree<'_>,
    folder: &str,
) -> Result<Vec<(String, Oid, bool)>, LedgerError> {
    let inner = match folder {
        "" => Some(tree.clone()),
        _ => match tree.get_path(Path::new(folder)) {
            Ok(entry) => repository.find_tree(entry.id()).ok(),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(storage(&error)),
        },
    };
    let Some(inner) = inner else { return Ok(Vec::new()) };
    let entries = inner.iter().map(|entry| {
        let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        (path, entry.id(), entry.kind() != Some(ObjectType::Tree))
    });
    Ok(entries.collect())
}

/// The text of a file; `None` where there is none.
pub(super) fn text(
    repository: &Repository,
    tree: &Tree<'_>,
    path: &str,
) -> Result<Option<String>, LedgerError> {
    match tree.get_path(Path::new(path)) {
        Ok(entry) => content(repository, entry.id(), path).map(Some),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(storage(&error)),
    }
}

/// The text of a file whose content is known.
pub(super) fn content(repository: &Repository, id: Oid, path: &str) -> Result<String, LedgerError> {
    let unusable = |why: &str| LedgerError::Storage(format!("{path} on the ledger's branch {why}"));
    let odb = repository.odb().map_err(|error| storage(&error))?;
    let (size, kind) = odb.read_header(id).map_err(|error| storage(&error))?;
    if kind != ObjectType::Blob || size > FILE_BYTES_MAX {
        return Err(unusable("is no file of ours"));
    }
    let blob = repository.find_blob(id).map_err(|error| storage(&error))?;
    String::from_utf8(blob.content().to_vec()).map_err(|_| unusable("is no text"))
}

/// Who holds a product, if anybody does.
pub(super) fn lease(
    repository: &Repository,
    tree: &Tree<'_>,
    scope: &Scope,
    product: &Key,
) -> Result<Option<Lease>, LedgerError> {
    let path = lease_path(scope, product);
    let Some(text) = text(repository, tree, &path)? else { return Ok(None) };
    let lease = from_json_str(&text).map_err(|error| LedgerError::Storage(format!("{path}: {error}")))?;
    Ok(Some(lease))
}

/// All of them; what cannot be read is told by a careful look at the branch.
pub(super) fn leases(
    repository: &Repository,
    tree: &Tree<'_>,
    scope: &Scope,
) -> Result<Vec<Held>, LedgerError> {
    let mut held = Vec::new();
    for (path, ..) in list(repository, tree, &format!("{}/leases", folder(scope)))? {
        let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".json"));
        let Some(product) = name.and_then(|name| Key::new(name).ok()) else { continue };
        if let Some(Lease { product, run, until, .. }) = lease(repository, tree, scope, &product)? {
            held.push(Held { product: product.0, run, until: until.0 });
        }
    }
    Ok(held)
}

/// Reads an entry and looks whether its file is called after it.
pub(super) fn entry(scope: &Scope, text: &str, number: u64, path: &str) -> Result<Entry, LedgerError> {
    let entry = Entry::read(text, number)?;
    let event = &entry.event;
    if entry.scope == *scope && entry_path(scope, event.sequence, &event.product, &event.kind) != path {
        let reason = format!("its file is called {path}, which says something else than is in it");
        return Err(LedgerError::Corrupt { sequence: number, reason });
    }
    Ok(entry)
}
