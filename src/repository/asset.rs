//! The files products name: logos, guides, long texts.

use super::file::zeros;
use super::path::resolve;
use super::pointer::is_pointer;
use super::{FileError, FileProblem, Files};
use crate::definition::{self, AssetError, HEAD_BYTES, TextFile};
use crate::model::Asset;
use camino::Utf8Path;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

/// Largest asset in bytes.
pub const ASSET_BYTES_MAX: u64 = 100 << 20;

/// Most bytes that are read of a file at once.
const BUFFER_BYTES_MAX: usize = 64 << 10;

/// The assets of a catalog. Each file is read once, however many definitions name it.
pub struct Assets<'a> {
    files: &'a dyn Files,
    known: Known<Asset>,
    texts: Known<TextFile>,
    are_noted: bool,
}

/// What was found out about files. Boxed, because a table has room for twice as many as there are.
type Known<T> = Mutex<HashMap<String, Box<Result<T, FileError>>>>;

impl<'a> Assets<'a> {
    /// The assets among some files; nothing is read yet.
    #[must_use]
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, known: Mutex::default(), texts: Mutex::default(), are_noted: true }
    }

    /// The same for somebody who need not know which files a product names.
    #[must_use]
    pub fn unnoted(self) -> Self {
        Self { are_noted: false, ..self }
    }

    /// What was found out about all files, for somebody who lets go of it.
    #[must_use]
    pub fn into_known(self) -> impl Send + 'static {
        (self.known, self.texts)
    }

    /// The asset a definition names. `definition` is the path of the file that names it, from the catalog's root;
    /// `written` is what it says.
    ///
    /// # Errors
    /// When the path leads nowhere, out of the root or through something hidden, or to anything but a file of at
    /// most [`ASSET_BYTES_MAX`].
    pub fn asset(&self, definition: &Utf8Path, written: &str) -> Result<Asset, FileError> {
        once(&self.known, &path(definition, written)?, |path| self.digest(path))
    }

    /// The text of a file a definition names with `{file: ...}`.
    ///
    /// # Errors
    /// As [`Assets::asset`], with the bounds of a definition, and when the file is not UTF-8.
    pub fn text(&self, definition: &Utf8Path, written: &str) -> Result<TextFile, FileError> {
        // Long texts are the same with the line ends of any system.
        once(&self.texts, &path(definition, written)?, |path| {
            if self.files.is_link(path) {
                return Err(FileError::new(path, FileProblem::Link));
            }
            let text = self.files.read_text(path)?;
            Ok(TextFile::of(if text.contains('\r') { text.replace("\r\n", "\n") } else { text }))
        })
    }

    /// The content of a file a definition names.
    ///
    /// # Errors
    /// As [`Assets::asset`].
    pub fn bytes(&self, definition: &Utf8Path, written: &str) -> Result<Vec<u8>, FileError> {
        let path = path(definition, written)?;
        let (file, _) = self.files.open(&path, ASSET_BYTES_MAX)?;
        let mut bytes = Vec::new();
        let mut file = file.take(ASSET_BYTES_MAX + 1);
        file.read_to_end(&mut bytes).map_err(|error| FileError::io(&path, &error))?;
        if bytes.len() as u64 > ASSET_BYTES_MAX {
            return Err(FileError::new(path, FileProblem::TooLarge { max_bytes: ASSET_BYTES_MAX }));
        }
        Ok(bytes)
    }

    fn digest(&self, path: &Utf8Path) -> Result<Asset, FileError> {
        let (file, expected) = self.files.open(path, ASSET_BYTES_MAX)?;
        let mut file = file.take(ASSET_BYTES_MAX + 1);
        let mut hasher = blake3::Hasher::new();
        let length = usize::try_from(expected + 1).unwrap_or(BUFFER_BYTES_MAX).min(BUFFER_BYTES_MAX);
        let mut buffer = zeros(length);
        let (mut size_bytes, mut head) = (0, Vec::new());
        loop {
            let count = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(FileError::io(path, &error)),
            };
            let read = buffer.get(..count).unwrap_or_default();
            size_bytes += count as u64;
            hasher.update(read);
            let wanted = HEAD_BYTES.saturating_sub(head.len());
            head.extend_from_slice(read.get(..wanted).unwrap_or(read));
            // More was asked for than there was.
            if size_bytes == expected && count < length {
                break;
            }
        }
        if size_bytes > ASSET_BYTES_MAX {
            return Err(FileError::new(path, FileProblem::TooLarge { max_bytes: ASSET_BYTES_MAX }));
        }
        if is_pointer(&head, size_bytes) {
            return Err(FileError::new(path, FileProblem::LfsPointer));
        }
        let name = path.file_name().unwrap_or_default();
        Ok(definition::asset(name, hasher.finalize().to_hex().to_string(), size_bytes, &head))
    }
}

/// Where a path leads that a definition names.
fn path<'p>(definition: &Utf8Path, written: &'p str) -> Result<Cow<'p, Utf8Path>, FileError> {
    let folder = definition.parent().unwrap_or(Utf8Path::new(""));
    resolve(folder, written).map_err(|problem| FileError::new(written, problem))
}

/// What is known of a file, or is found out now. Not under the lock: other products read their files meanwhile. Two may
/// read the same file once each.
fn once<T: Clone>(
    known: &Known<T>,
    path: &Utf8Path,
    read: impl FnOnce(&Utf8Path) -> Result<T, FileError>,
) -> Result<T, FileError> {
    if let Some(known) = known.lock().unwrap_or_else(PoisonError::into_inner).get(path.as_str()) {
        return (**known).clone();
    }
    let read = read(path);
    known.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_string(), Box::new(read.clone()));
    read
}

/// The definitions' way to their files: paths are from the catalog's root already.
impl definition::Assets for Assets<'_> {
    fn asset(&self, path: &Utf8Path) -> Result<Asset, AssetError> {
        Assets::asset(self, Utf8Path::new(""), path.as_str()).map_err(|error| unusable(&error.problem))
    }

    fn read_text(&self, path: &Utf8Path) -> Result<TextFile, AssetError> {
        self.text(Utf8Path::new(""), path.as_str()).map_err(|error| unusable(&error.problem))
    }

    fn are_noted(&self) -> bool {
        self.are_noted
    }
}

fn unusable(problem: &FileProblem) -> AssetError {
    match problem {
        FileProblem::Missing => AssetError::Missing,
        FileProblem::Outside | FileProblem::Absolute => AssetError::Outside,
        FileProblem::Link => AssetError::Link,
        FileProblem::Folder | FileProblem::Special | FileProblem::Submodule => AssetError::NotAFile,
        FileProblem::TooLarge { max_bytes } => AssetError::TooLarge { limit_bytes: *max_bytes },
        FileProblem::NotText => AssetError::NotText,
        FileProblem::LfsPointer => AssetError::LfsPointer,
        FileProblem::Hidden
        | FileProblem::NotCheckedOut { .. }
        | FileProblem::Odd
        | FileProblem::NameNotText
        | FileProblem::TooMany { .. }
        | FileProblem::Unreadable(_) => AssetError::Unreadable(problem.to_string()),
    }
}
