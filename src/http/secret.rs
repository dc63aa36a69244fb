//! A secret that shows itself to nobody but the wire.

use camino::{Utf8Path, Utf8PathBuf};
use std::io::Read as _;
use std::sync::Arc;

const BYTES_MAX: u64 = 16 << 10;

/// A token, a key, or an address with a password in it. It has no form for people: only what goes to the wire reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

/// Why there is no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The text is none; it says what is wrong, and never the text.
    #[error("{place} holds no usable secret: {reason}")]
    Form {
        /// Which variable or file.
        place: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// Which file.
        path: Utf8PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl Secret {
    /// A secret from a text; white space around it is dropped. `place` names where it comes from, for errors.
    ///
    /// # Errors
    /// When it is empty, very short, or could not stand in a header.
    pub fn new(text: &str, place: &str) -> Result<Self, SecretError> {
        // What is shorter would be found, and replaced, in the middle of ordinary words.
        const LENGTH_MIN: usize = 8;
        let failed = |reason| Err(SecretError::Form { place: place.to_owned(), reason });
        match text.trim() {
            "" => failed("it is empty"),
            text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                failed("it has spaces, line ends or characters outside ASCII")
            }
            text if text.len() < LENGTH_MIN => failed("it is too short"),
            text => Ok(Self(text.into())),
        }
    }

    /// The secret in a file of at most 16 KiB.
    ///
    /// # Errors
    /// When the file cannot be read, or as [`Secret::new`].
    pub fn from_file(path: &Utf8Path) -> Result<Self, SecretError> {
        let failed =
            |error: std::io::Error| SecretError::File { path: path.to_owned(), reason: error.to_string() };
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        Self::new(&text, path.as_str())
    }

    /// The text with every occurrence of the secret replaced.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        text.replace(&*self.0, "[redacted]")
    }

    /// The secret itself, for the wire.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_itself_to_nobody() {
        let secret = Secret::new(" ghp_0123456789\n", "T").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.redact("token ghp_0123456789 is bad"), "token [redacted] is bad");
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_refused_without_being_named() {
        for bad in ["", "  ", "abc1234", "two words here", "line\nline-line", "geheim-äöü-1234"] {
            let error = Secret::new(bad, "GITHUB_TOKEN").unwrap_err().to_string();
            assert!(error.starts_with("GITHUB_TOKEN holds"), "{error}");
            assert!(bad.trim().is_empty() || !error.contains(bad.trim()), "{error}");
        }
    }
}
