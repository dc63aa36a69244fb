//! Files that a seller's products name, found by the digest of their content.

use crate::model::Digest;
use crate::repository::{WriteError, write_atomically};
use camino::Utf8PathBuf;

/// Where else the content of a digest may stand.
pub type Elsewhere = Box<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// The files of one seller: those that were uploaded, in a folder of its own, and those that stand elsewhere.
pub struct Assets {
    folder: Utf8PathBuf,
    elsewhere: Option<Elsewhere>,
}

impl Assets {
    /// The files in a folder, which is made with the first upload.
    #[must_use]
    pub fn new(folder: Utf8PathBuf) -> Self {
        Self { folder, elsewhere: None }
    }

    /// Also looks elsewhere.
    #[must_use]
    pub fn or(mut self, elsewhere: Elsewhere) -> Self {
        self.elsewhere = Some(elsewhere);
        self
    }

    /// The content of a digest. What was changed under its name is not it any more.
    #[must_use]
    pub fn content(&self, digest: &str) -> Option<Vec<u8>> {
        let wanted = Digest::from_hex(digest)?;
        let uploaded = std::fs::read(self.folder.join(wanted.to_string())).ok();
        let is_it = |bytes: &Vec<u8>| Digest::of_bytes(bytes) == wanted;
        uploaded.filter(is_it).or_else(|| self.elsewhere.as_ref()?(digest).filter(is_it))
    }

    /// Keeps a file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, digest: &Digest, bytes: &[u8]) -> Result<(), WriteError> {
        let path = self.folder.join(digest.to_string());
        let failed = |error: std::io::Error| WriteError { path: path.clone(), reason: error.to_string() };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        write_atomically(&path, bytes)
    }
}
