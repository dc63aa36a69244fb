//! Files that belong to products, looked up from outside: this module reads no disk.

use super::content;
use crate::model::{Asset, Digest};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Why a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// Nothing stands there.
    #[error("there is no such file")]
    Missing,
    /// The path leads out of the repository.
    #[error("the path leads out of the catalog's folder")]
    Outside,
    /// It is a link, which could lead anywhere.
    #[error("it is a link, and links are not followed")]
    Link,
    /// A folder or device.
    #[error("it is not a file")]
    NotAFile,
    /// Larger than is read.
    #[error("it is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// A text file that is not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// Its content was left elsewhere by Git LFS.
    #[error("it is a Git LFS pointer, not the file itself")]
    LfsPointer,
    /// It is there and could not be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl AssetError {
    /// The rule that is broken.
    pub(super) fn rule(&self) -> crate::diagnostic::RuleId {
        match self {
            Self::Missing => "asset-missing",
            Self::Outside => "path-outside",
            Self::Link => "asset-link",
            Self::NotAFile => "asset-not-a-file",
            Self::TooLarge { .. } => "asset-too-large",
            Self::NotText => "asset-not-text",
            Self::LfsPointer => "asset-is-lfs-pointer",
            Self::Unreadable(_) => "asset-unreadable",
        }
    }
}

/// Looks up files by their path relative to the catalog's folder. Paths are plain names joined by `/`; whoever
/// implements this refuses links.
pub trait Assets: Sync {
    /// What is known of a file.
    ///
    /// # Errors
    /// When it is not there or cannot be used.
    fn asset(&self, path: &Utf8Path) -> Result<Asset, AssetError>;

    /// The content of a text file.
    ///
    /// # Errors
    /// When it is not there, cannot be used or is not UTF-8.
    fn read_text(&self, path: &Utf8Path) -> Result<TextFile, AssetError>;

    /// Whether it is kept of each product which files it names; that takes time and room.
    fn are_noted(&self) -> bool {
        true
    }
}

/// The content of a text file. Many products may name one, so its digest is made once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// What stands in it.
    pub text: Arc<str>,
    /// Of that.
    pub digest: Digest,
}

impl TextFile {
    /// A file with this text.
    #[must_use]
    pub fn of(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let digest = Digest::of_bytes(text.as_bytes());
        Self { text, digest }
    }
}

/// A file that a product names, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedFile {
    /// From the catalog's folder.
    pub path: Utf8PathBuf,
    /// Whether its text was asked for, and not what kind of file it is.
    pub is_text: bool,
    /// Digest of what was found; `None` where nothing stands, or where nobody looked.
    pub digest: Option<Digest>,
}

impl NamedFile {
    /// Looks at a file.
    #[must_use]
    pub fn look(assets: &dyn Assets, path: &Utf8Path, is_text: bool) -> Self {
        match is_text {
            true => Self::text(path, &assets.read_text(path)),
            false => Self::asset(path, &assets.asset(path)),
        }
    }

    fn asset(path: &Utf8Path, found: &Result<Asset, AssetError>) -> Self {
        let digest = digest(found, |asset| Digest::from_hex(&asset.digest));
        Self { path: path.to_owned(), is_text: false, digest }
    }

    fn text(path: &Utf8Path, found: &Result<TextFile, AssetError>) -> Self {
        let digest = digest(found, |file| Some(file.digest));
        Self { path: path.to_owned(), is_text: true, digest }
    }
}

/// What cannot be used is as good as its reason.
fn digest<T>(found: &Result<T, AssetError>, of: impl Fn(&T) -> Option<Digest>) -> Option<Digest> {
    match found {
        Ok(found) => of(found),
        Err(AssetError::Missing) => None,
        Err(error) => Some(Digest::of_bytes(error.to_string().as_bytes())),
    }
}

/// Remembers which files were asked for.
pub(super) struct Asked<'a> {
    assets: &'a dyn Assets,
    /// A product names few.
    files: Mutex<Vec<NamedFile>>,
}

impl<'a> Asked<'a> {
    /// Nothing was asked for yet.
    pub(super) fn of(assets: &'a dyn Assets) -> Self {
        Self { assets, files: Mutex::default() }
    }

    /// All that was asked for, whether it is there or not.
    pub(super) fn files(self) -> Vec<NamedFile> {
        let mut files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        files.sort_by(|a, b| a.path.as_str().cmp(b.path.as_str()).then_with(|| a.cmp(b)));
        files
    }

    fn note(&self, file: impl FnOnce() -> NamedFile) {
        if !self.assets.are_noted() {
            return;
        }
        let file = file();
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        // Texts tell paths apart faster than the names they are made of.
        let is_noted = |known: &NamedFile| known.path.as_str() == file.path.as_str() && *known == file;
        if !files.iter().any(is_noted) {
            files.push(file);
        }
    }
}

impl Assets for Asked<'_> {
    fn asset(&self, path: &Utf8Path) -> Result<Asset, AssetError> {
        let found = self.assets.asset(path);
        self.note(|| NamedFile::asset(path, &found));
        found
    }

    fn read_text(&self, path: &Utf8Path) -> Result<TextFile, AssetError> {
        let found = self.assets.read_text(path);
        self.note(|| NamedFile::text(path, &found));
        found
    }
}

/// Files held in memory: content by path.
#[derive(Debug, Clone, Default)]
pub struct MemoryAssets(pub BTreeMap<Utf8PathBuf, Vec<u8>>);

impl Assets for MemoryAssets {
    fn asset(&self, path: &Utf8Path) -> Result<Asset, AssetError> {
        let bytes = self.0.get(path).ok_or(AssetError::Missing)?;
        let name = path.file_name().unwrap_or_default();
        Ok(content::asset(name, Digest::of_bytes(bytes).to_string(), bytes.len() as u64, bytes))
    }

    fn read_text(&self, path: &Utf8Path) -> Result<TextFile, AssetError> {
        let bytes = self.0.get(path).ok_or(AssetError::Missing)?;
        std::str::from_utf8(bytes).map(TextFile::of).map_err(|_| AssetError::NotText)
    }
}

/// The path a product's file means, relative to the catalog's folder; `None` when it leads out of it.
pub(super) fn inside(folder: &Utf8Path, written: &str) -> Option<Utf8PathBuf> {
    if written.contains('\\') || written.starts_with('/') {
        return None;
    }
    let mut path = String::with_capacity(folder.as_str().len() + 1 + written.len());
    for name in folder.as_str().split('/').chain(written.split('/')) {
        match name {
            "" | "." => {}
            ".." if path.is_empty() => return None,
            ".." => path.truncate(path.rfind('/').unwrap_or(0)),
            name => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(name);
            }
        }
    }
    Some(path.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_catalog() {
        let folder = Utf8Path::new("products/acme");
        let found = |written| inside(folder, written).map(Utf8PathBuf::into_string);
        assert_eq!(found("logo.png").as_deref(), Some("products/acme/logo.png"));
        assert_eq!(found("./a/../logo.png").as_deref(), Some("products/acme/logo.png"));
        assert_eq!(found("../../shared/logo.png").as_deref(), Some("shared/logo.png"));
        assert_eq!(found("a//b/./logo.png").as_deref(), Some("products/acme/a/b/logo.png"));
        assert_eq!(found("../../logo.png").as_deref(), Some("logo.png"));
        assert_eq!(inside(Utf8Path::new(""), "logo.png").as_deref(), Some(Utf8Path::new("logo.png")));
        assert_eq!(inside(Utf8Path::new(""), "../logo.png"), None);
        assert_eq!(inside(Utf8Path::new("a/../b"), "../../x"), None);
        assert_eq!(found("").as_deref(), Some("products/acme"));
        for outside in ["../../../etc/passwd", "/etc/passwd", "..\\..\\x", "a/../../../../x"] {
            assert_eq!(found(outside), None, "{outside}");
        }
    }
}
