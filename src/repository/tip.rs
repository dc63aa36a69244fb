//! The files of a branch's tip, independent of what is checked out.

use super::file::text;
use super::path::resolve;
use super::{DEFINITION_BYTES_MAX, FILES_MAX, FileError, FileProblem, Git, GitError};
use crate::text::SourceFile;
use camino::Utf8Path;
use git2::{Commit, ErrorCode, ObjectType, TreeEntry};

/// The last commit of a branch.
#[derive(Debug)]
pub struct Tip<'a> {
    pub(super) git: &'a Git,
    pub(super) reference: String,
    pub(super) commit: Commit<'a>,
}

impl Tip<'_> {
    /// The commit's id.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.id().to_string()
    }

    /// The full name it was found under: `refs/remotes/origin/main`.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// Reads one file; `path` is from the catalog's root. `None` when the commit has no such file.
    ///
    /// # Errors
    /// When the repository cannot be read; the inner error when the file cannot be used.
    pub fn read(&self, path: &Utf8Path) -> Result<Option<Result<SourceFile, FileError>>, GitError> {
        let entry = self.entry(path)?;
        entry.map(|entry| self.file(&entry, path)).transpose()
    }

    /// Reads the YAML files that stand directly in a folder, in the order of their names; `folder` is from the
    /// catalog's root. None when the commit has no such folder.
    ///
    /// # Errors
    /// When the repository cannot be read; the inner errors when files cannot be used.
    pub fn read_folder(&self, folder: &Utf8Path) -> Result<Vec<Result<SourceFile, FileError>>, GitError> {
        let Some(entry) = self.entry(folder)? else { return Ok(Vec::new()) };
        let Some(tree) = entry.to_object(&self.git.repository)?.into_tree().ok() else {
            return Ok(vec![Err(FileError::new(folder, FileProblem::Special))]);
        };
        let mut files = Vec::new();
        for entry in &tree {
            let Ok(name) = entry.name() else {
                let lossy = folder.join(String::from_utf8_lossy(entry.name_bytes()).as_ref());
                files.push(Err(FileError::new(lossy, FileProblem::NameNotText)));
                continue;
            };
            let path = folder.join(name);
            let is_yaml = matches!(path.extension(), Some("yaml" | "yml")) && !name.starts_with('.');
            if !is_yaml || entry.kind() == Some(ObjectType::Tree) {
                continue;
            }
            if files.len() >= FILES_MAX {
                files.push(Err(FileError::new(folder, FileProblem::TooMany { max: FILES_MAX })));
                break;
            }
            files.push(self.file(&entry, &path)?);
        }
        Ok(files)
    }

    fn entry(&self, path: &Utf8Path) -> Result<Option<TreeEntry<'static>>, GitError> {
        let Ok(path) = resolve(Utf8Path::new(""), path.as_str()) else { return Ok(None) };
        match self.commit.tree()?.get_path(self.git.folder.join(path).as_std_path()) {
            Ok(entry) => Ok(Some(entry)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn file(
        &self,
        entry: &TreeEntry<'_>,
        path: &Utf8Path,
    ) -> Result<Result<SourceFile, FileError>, GitError> {
        /// The mode git gives to symbolic links.
        const LINK: i32 = 0o120_000;
        let unusable = |problem| Ok(Err(FileError::new(path, problem)));
        if entry.filemode() == LINK {
            return unusable(FileProblem::Link);
        }
        if entry.kind() != Some(ObjectType::Blob) {
            return unusable(FileProblem::Special);
        }
        // Asked before the content is unpacked into memory.
        let (size, _) = self.git.repository.odb()?.read_header(entry.id())?;
        if size as u64 > DEFINITION_BYTES_MAX {
            return unusable(FileProblem::TooLarge { max_bytes: DEFINITION_BYTES_MAX });
        }
        let blob = self.git.repository.find_blob(entry.id())?;
        Ok(text(blob.content().to_vec(), path).map(|text| SourceFile::new(path, text)))
    }
}
