//! The files a catalog is made of, in the work tree or in a commit; assets; git.
//!
//! Everything here comes from pull requests, perhaps hostile ones: no path leaves the catalog's root (nor through
//! links), hidden files are not read (`.git/config` can hold a token), sizes and counts are bounded, and nothing that
//! is not a file is opened.

mod asset;
mod brought;
mod changed;
mod file;
mod files;
mod folder;
mod git;
mod offer;
mod path;
mod pointer;
pub(crate) mod program;
mod remote;
mod revision;
mod stamp;
mod tip;
mod tracked;
mod work_tree;
mod write;

pub use asset::{ASSET_BYTES_MAX, Assets};
pub use brought::Brought;
pub use changed::ChangedFile;
pub use file::{DEFINITION_BYTES_MAX, FileError, FileProblem};
pub use files::{Entry, FILES_MAX, Files, Kind, Listing};
pub use folder::Folder;
pub use git::{Git, GitError};
pub use offer::{Offer, OfferError, Offered};
pub use revision::Revision;
pub use stamp::{Stamp, is_absent, is_folder};
pub use tip::Tip;
pub use tracked::Tracked;
pub use work_tree::{Found, Opened, WorkTree, WorkTreeError};
pub use write::{WriteError, write_atomically, write_for_now, write_privately};
