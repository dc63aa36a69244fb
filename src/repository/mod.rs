//! The files a catalog is made of: the work tree, assets, git.
//!
//! Everything here comes from pull requests, perhaps hostile ones: no path leaves the catalog's root (nor through
//! links), hidden files are not read (`.git/config` can hold a token), sizes and counts are bounded, and nothing that
//! is not a file is opened.

mod asset;
mod brought;
mod file;
mod git;
mod path;
mod tip;
mod work_tree;
mod write;

pub use asset::{ASSET_BYTES_MAX, Assets};
pub use brought::Brought;
pub use file::{DEFINITION_BYTES_MAX, FileError, FileProblem};
pub use git::{Git, GitError};
pub use tip::Tip;
pub use work_tree::{FILES_MAX, Listing, WorkTree, WorkTreeError};
pub use write::{WriteError, write_atomically};
