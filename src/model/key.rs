//! Stable keys: the seller's own names for things, never shown to buyers.

/// A stable key: 1 to 64 of `a-z 0-9 -`, beginning and ending with a letter or digit.
///
/// Keys identify products, specifications, attributes and their values in git. The marketplace's own ids are kept
/// as bindings in the ledger, because a specification's skuCode changes when a buyer picks other attribute values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Box<str>);

/// Why a text is not a [`Key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No characters, or more than 64.
    #[error("a key has 1 to 64 characters")]
    Length,
    /// A character outside `a-z 0-9 -`, or `-` at an end.
    #[error("a key holds only `a-z`, `0-9` and `-`, and begins and ends with a letter or digit")]
    Character,
}

impl Key {
    /// The pattern of a key, as JSON Schema writes it.
    pub const PATTERN: &'static str = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$";

    /// Checks a text.
    ///
    /// # Errors
    /// When the text is empty, too long, or holds other characters.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        Self::check(text).map(|()| Self(text.into()))
    }

    /// Whether a text is a key.
    ///
    /// # Errors
    /// As [`Key::new`].
    pub fn check(text: &str) -> Result<(), KeyError> {
        if text.is_empty() || text.len() > 64 {
            return Err(KeyError::Length);
        }
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.bytes().all(allowed) || text.starts_with('-') || text.ends_with('-') {
            return Err(KeyError::Character);
        }
        Ok(())
    }

    /// The key nearest to any text: lower case, other characters as `-`; `None` when nothing is left.
    #[must_use]
    pub fn slug(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut joined = words.collect::<Vec<_>>().join("-");
        joined.truncate(64);
        Self::new(joined.trim_end_matches('-')).ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain() {
        for good in ["a", "acme-crm", "2024", &"x".repeat(64)] {
            assert!(Key::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a b", "é", &"x".repeat(65)] {
            assert!(Key::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Key::slug("Acme CRM (HCS Version)").unwrap().as_str(), "acme-crm-hcs-version");
        assert_eq!(Key::slug("云商店"), None);
    }
}
