//! Why a file of the catalog cannot be used, and reading one within bounds.

use super::pointer::is_pointer;
use crate::diagnostic::{Diagnostic, RuleId};
use crate::text::Span;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{ErrorKind, Read};

/// Largest definition or text file in bytes.
pub const DEFINITION_BYTES_MAX: u64 = 1 << 20;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// There is nothing at this path.
    #[error("there is no such file")]
    Missing,
    /// The path leads out of the catalog's folder.
    #[error("the path leads out of the catalog's folder")]
    Outside,
    /// The path begins at the root of the file system.
    #[error("the path is absolute")]
    Absolute,
    /// The path goes through a name that begins with a point.
    #[error("the path goes through a hidden file or folder")]
    Hidden,
    /// The path is empty, ends with `/`, or has control characters or backslashes.
    #[error("this is not the path of a file")]
    Odd,
    /// A link where only a file may stand.
    #[error("this is a link")]
    Link,
    /// A folder.
    #[error("this is a folder")]
    Folder,
    /// A pipe, socket or device.
    #[error("this is not a regular file")]
    Special,
    /// Larger than allowed.
    #[error("the file is larger than {max_bytes} bytes")]
    TooLarge {
        /// Largest allowed size.
        max_bytes: u64,
    },
    /// Not UTF-8 text.
    #[error("the file is not UTF-8 text")]
    NotText,
    /// Its name is not UTF-8.
    #[error("the name is not UTF-8 text")]
    NameNotText,
    /// The folder holds more files than are read.
    #[error("there are more than {max} definition files")]
    TooMany {
        /// Most allowed.
        max: usize,
    },
    /// Definitions that a sparse checkout leaves out.
    #[error("{count} of the definitions here are not checked out, `{first}` for one: the checkout is sparse")]
    NotCheckedOut {
        /// How many.
        count: usize,
        /// The first of them.
        first: Utf8PathBuf,
    },
    /// Its content was left elsewhere by Git LFS.
    #[error("this is a Git LFS pointer, not the file itself")]
    LfsPointer,
    /// A folder whose files are another repository's.
    #[error("this is a submodule: its files are in another git repository")]
    Submodule,
    /// The operating system refused.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
}

/// A file of the catalog that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct FileError {
    /// The path: from the catalog's root, or as written where it leads nowhere in it. With `/`.
    pub path: Utf8PathBuf,
    /// What is wrong.
    pub problem: FileProblem,
}

impl FileProblem {
    /// The rule that such a file breaks.
    #[must_use]
    pub fn rule(&self) -> RuleId {
        match self {
            Self::Missing => "file-missing",
            Self::Outside | Self::Absolute => "file-outside-catalog",
            Self::Hidden => "file-hidden",
            Self::Odd | Self::NameNotText => "file-path-odd",
            Self::Link => "file-is-link",
            Self::Folder | Self::Special | Self::Submodule => "file-not-regular",
            Self::LfsPointer => "file-is-lfs-pointer",
            Self::NotCheckedOut { .. } => "files-not-checked-out",
            Self::TooLarge { .. } => "file-too-large",
            Self::NotText => "file-not-text",
            Self::TooMany { .. } => "files-too-many",
            Self::Unreadable(_) => "file-unreadable",
        }
    }

    /// What to do about it, as an order.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing => {
                "write the path relative to the folder of the file that names it, or add the file"
            }
            Self::Outside => "copy the file into the catalog's folder and name it there",
            Self::Absolute => "write the path relative to the folder of the file that names it",
            Self::Hidden => "give the file a name that does not begin with a point, in a folder without one",
            Self::Odd => "write folders and the file's name with `/` between them",
            Self::Link => "name the file the link leads to",
            Self::Folder => "name a file in this folder",
            Self::Special => "put a regular file here",
            Self::LfsPointer => "fetch it with `git lfs pull` (in a workflow: `lfs: true` at the checkout)",
            Self::NotCheckedOut { .. } => {
                "check them out (`git sparse-checkout add FOLDER`), or look at the commit: `--rev HEAD`"
            }
            Self::Submodule => {
                "keep definitions in the repository itself; a commit holds no files of a submodule"
            }
            Self::TooLarge { .. } => "make the file smaller",
            Self::NotText => "save the file as UTF-8",
            Self::NameNotText => "rename the file with plain letters",
            Self::TooMany { .. } => "split the catalog",
            Self::Unreadable(_) => "look at the file's permissions and at the disk",
        }
    }

    fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing,
            ErrorKind::InvalidFilename | ErrorKind::InvalidInput => Self::Odd,
            ErrorKind::IsADirectory => Self::Folder,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

impl FileError {
    /// A problem at a path.
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>, problem: FileProblem) -> Self {
        Self { path: path.into(), problem }
    }

    pub(super) fn io(path: &Utf8Path, error: &std::io::Error) -> Self {
        Self::new(path, FileProblem::from_io(error))
    }

    /// The finding about a definition file that cannot be used, at its beginning.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let Self { path, problem } = self;
        Diagnostic::error(problem.rule(), path.clone(), Span::default(), problem.to_string())
            .help(problem.help())
    }
}

/// Opens a regular file, and gives its size in bytes. A pipe is never opened, because opening one waits for a writer.
pub(super) fn open_regular(real: &Utf8Path, shown: &Utf8Path) -> Result<(File, u64), FileError> {
    let problem = |problem| FileError::new(shown, problem);
    let check = |kind: std::fs::FileType| match (kind.is_file(), kind.is_dir()) {
        (true, _) => Ok(()),
        (false, true) => Err(problem(FileProblem::Folder)),
        (false, false) => Err(problem(FileProblem::Special)),
    };
    let io = |error| FileError::io(shown, &error);
    check(std::fs::metadata(real).map_err(io)?.file_type())?;
    let file = File::open(real).map_err(io)?;
    // Asked again of what was opened: the file may have been exchanged in between.
    let metadata = file.metadata().map_err(io)?;
    check(metadata.file_type())?;
    Ok((file, metadata.len()))
}

/// Reads a text file of at most [`DEFINITION_BYTES_MAX`].
pub(super) fn read_text((file, size): (File, u64), shown: &Utf8Path) -> Result<String, FileError> {
    let bytes = read_whole(file, size, DEFINITION_BYTES_MAX).map_err(|error| FileError::io(shown, &error))?;
    text(bytes, shown)
}

/// Room for so many bytes.
pub(super) fn zeros(length: usize) -> Vec<u8> {
    #[expect(
        clippy::slow_vector_initialization,
        reason = "the allocator is slow at what must be zero and was used before"
    )]
    let mut bytes = Vec::with_capacity(length);
    bytes.resize(length, 0);
    bytes
}

/// The content of a file of this size, or of another by now; one byte more than `bytes_max` at most.
fn read_whole(mut file: File, size: u64, bytes_max: u64) -> std::io::Result<Vec<u8>> {
    let expected = usize::try_from(size.min(bytes_max)).unwrap_or_default();
    let mut bytes = zeros(expected + 1);
    let mut filled = 0;
    loop {
        match file.read(bytes.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        // More was asked for than there was: nobody needs to ask once more for nothing.
        if filled as u64 == size {
            break;
        }
    }
    bytes.truncate(filled);
    if filled > expected {
        file.take((bytes_max + 1).saturating_sub(filled as u64)).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Bytes as text within the bounds of a definition.
pub(super) fn text(bytes: Vec<u8>, shown: &Utf8Path) -> Result<String, FileError> {
    if bytes.len() as u64 > DEFINITION_BYTES_MAX {
        return Err(FileError::new(shown, FileProblem::TooLarge { max_bytes: DEFINITION_BYTES_MAX }));
    }
    if is_pointer(&bytes, bytes.len() as u64) {
        return Err(FileError::new(shown, FileProblem::LfsPointer));
    }
    String::from_utf8(bytes).map_err(|_| FileError::new(shown, FileProblem::NotText))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_or_shrinks_meanwhile_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for text in ["", "a", "0123456789"] {
            std::fs::write(&path, text).unwrap();
            for size in [0, 1, 3, 9, 10, 11, 100] {
                let read = read_whole(File::open(&path).unwrap(), size, 1_000).unwrap();
                assert_eq!(read, text.as_bytes(), "{size} bytes expected");
            }
            let read = read_whole(File::open(&path).unwrap(), text.len() as u64, 4).unwrap();
            assert_eq!(read, text.as_bytes()[..text.len().min(5)]);
        }
    }
}
