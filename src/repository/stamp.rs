//! What tells that a file is as it was, without reading it: what the file system says of it.

use camino::Utf8Path;
use git2::{IndexEntry, IndexTime};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::Metadata;

/// What the file system says of a regular file. A changed file has another stamp, unless it changed within the same tick of
/// the file system's clock: [`Stamp::is_settled`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    inode: u64,
    /// When its content was changed last, in nanoseconds since 1970.
    modified: i64,
    /// When anything of it was changed last, which nobody can set.
    changed: i64,
}

/// What git noted of a file in its index when it looked at it last: of large numbers the lower half.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted {
    size: u32,
    inode: u32,
    modified: i64,
    changed: i64,
}

impl Noted {
    pub(super) fn of(entry: &IndexEntry) -> Self {
        let nanoseconds = |at: &IndexTime| {
            i64::from(at.seconds().cast_unsigned()) * 1_000_000_000 + i64::from(at.nanoseconds())
        };
        Self {
            size: entry.file_size,
            inode: entry.ino,
            modified: nanoseconds(&entry.mtime),
            changed: nanoseconds(&entry.ctime),
        }
    }
}

/// Coarser than the clock of any file system that is in use: FAT counts in two seconds.
const TICK: SignedDuration = SignedDuration::from_secs(3);

impl Stamp {
    /// The stamp of a regular file; `None` where none stands or a link does, or where the system tells too little.
    #[must_use]
    pub fn of(path: &Utf8Path) -> Option<Self> {
        std::fs::symlink_metadata(path).ok().filter(Metadata::is_file).and_then(|found| Self::read(&found))
    }

    /// The stamp of a folder: it changes with what stands in it.
    #[must_use]
    pub fn of_folder(path: &Utf8Path) -> Option<Self> {
        std::fs::symlink_metadata(path).ok().filter(Metadata::is_dir).and_then(|found| Self::read(&found))
    }

    #[cfg(unix)]
    fn read(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds = |seconds: i64, rest: i64| seconds.checked_mul(1_000_000_000)?.checked_add(rest);
        Some(Self {
            size: found.size(),
            inode: found.ino(),
            modified: nanoseconds(found.mtime(), found.mtime_nsec())?,
            changed: nanoseconds(found.ctime(), found.ctime_nsec())?,
        })
    }

    /// The same of what the system says when it is asked of a file in an open folder.
    #[cfg(target_os = "linux")]
    pub(super) fn of_facts(found: &rustix::fs::Statx) -> Option<Self> {
        let nanoseconds = |at: &rustix::fs::StatxTimestamp| {
            at.tv_sec.checked_mul(1_000_000_000)?.checked_add(i64::from(at.tv_nsec))
        };
        Some(Self {
            size: found.stx_size,
            inode: found.stx_ino,
            modified: nanoseconds(&found.stx_mtime)?,
            changed: nanoseconds(&found.stx_ctime)?,
        })
    }

    /// The same of a file that is open.
    #[cfg(target_os = "linux")]
    pub(super) fn of_opened(found: &rustix::fs::Stat) -> Option<Self> {
        let nanoseconds = |seconds: i64, rest: u64| {
            seconds.checked_mul(1_000_000_000)?.checked_add(i64::try_from(rest).ok()?)
        };
        Some(Self {
            size: u64::try_from(found.st_size).ok()?,
            inode: found.st_ino,
            modified: nanoseconds(found.st_mtime, found.st_mtime_nsec)?,
            changed: nanoseconds(found.st_ctime, found.st_ctime_nsec)?,
        })
    }

    /// Elsewhere nothing is known that nobody can set.
    #[cfg(not(unix))]
    fn read(_: &Metadata) -> Option<Self> {
        None
    }

    /// The file's size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the file is still what git noted of it, as far as git can tell without reading it.
    pub(super) fn is_noted(&self, noted: &Noted) -> bool {
        let Noted { size, inode, modified, changed } = *noted;
        let low = |number: u64| number & u64::from(u32::MAX);
        (low(self.size), low(self.inode)) == (u64::from(size), u64::from(inode))
            && (self.modified, self.changed) == (modified, changed)
    }

    /// Whether the file's content was changed after that of another, as git noted it.
    pub(super) fn is_younger_than(&self, noted: &Noted) -> bool {
        self.modified > noted.modified
    }

    /// Whether the file changed so long before a moment that a change after it gives another stamp.
    #[must_use]
    pub fn is_settled(&self, at: Timestamp) -> bool {
        let latest = at.saturating_sub(TICK).map_or(i128::MIN, Timestamp::as_nanosecond);
        i128::from(self.modified.max(self.changed)) < latest
    }
}

/// Whether nothing at all stands at a path.
#[must_use]
pub fn is_absent(path: &Utf8Path) -> bool {
    std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// Whether a folder stands at a path, and no link to one.
#[must_use]
pub fn is_folder(path: &Utf8Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}
