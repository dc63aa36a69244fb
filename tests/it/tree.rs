//! The repository's own files, for the tests that read them.

use std::path::{Path, PathBuf};

/// A text file of the repository.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Its path from the repository's root, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text files under some folders whose names end in one of `endings` (an empty ending: no point in the name), in
/// the order of their paths. The folder `""` means the root itself, without its folders.
pub(crate) fn files(folders: &[&str], endings: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root().join(folder), folder.is_empty(), &mut paths);
    }
    paths.sort();
    let wanted = |path: &PathBuf| {
        let ending = path.extension().map_or(Some(""), |ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending))
    };
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).ok()?;
        let path = path.strip_prefix(root()).ok()?.to_str()?.replace('\\', "/");
        Some(File { path, text })
    };
    paths.into_iter().filter(wanted).filter_map(read).collect()
}

fn collect(folder: &Path, flat: bool, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            if !flat {
                collect(&path, false, out);
            }
        } else {
            out.push(path);
        }
    }
}

#[test]
fn the_walk_finds_this_file() {
    assert!(files(&["tests"], &["rs"]).iter().any(|file| file.path == "tests/it/tree.rs"));
}
