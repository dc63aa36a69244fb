//! The files a catalog is made of: work tree, assets, git.
