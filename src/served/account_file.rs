//! A seller's sandbox file, found again where somebody else put another one in its place, as `gallerist sandbox reset` does.

use crate::sandbox::{Store, StoreError};
use camino::Utf8PathBuf;

/// A store, and the file at whose path it is to stand.
pub(super) struct AccountFile {
    store: Store,
    place: Option<(Utf8PathBuf, Option<Identity>)>,
    /// How often another file took the place.
    exchanges: u64,
}

/// What tells a file from another one of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl AccountFile {
    /// A store that stays as it is.
    pub(super) fn of(store: Store) -> Self {
        Self { store, place: None, exchanges: 0 }
    }

    /// The store in a file.
    pub(super) fn open(path: Utf8PathBuf) -> Result<Self, StoreError> {
        // First: should another file take its place in between, it is opened once more.
        let identity = identity(&path);
        let store = Store::open(&path)?;
        Ok(Self { store, place: Some((path, identity)), exchanges: 0 })
    }

    /// The store in the file that stands at the path now.
    pub(super) fn store(&mut self) -> Result<&mut Store, StoreError> {
        if let Some((path, known)) = &self.place
            && identity(path) != *known
        {
            *self = Self { exchanges: self.exchanges + 1, ..Self::open(path.clone())? };
        }
        Ok(&mut self.store)
    }

    /// What differs whenever anything happened: in the file, or to it. Tells of the last [`AccountFile::store`].
    pub(super) fn version(&self) -> (u64, i64) {
        (self.exchanges, self.store.sequence())
    }
}

/// As long as a file is open, no other one can have its identity.
#[cfg(unix)]
fn identity(path: &Utf8PathBuf) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let found = std::fs::metadata(path).ok()?;
    Some(Identity(found.dev(), found.ino()))
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn identity(_: &Utf8PathBuf) -> Option<Identity> {
    Some(Identity(0, 0))
}
