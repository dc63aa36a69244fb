//! Documents: their names, their formats, and the two ways between them and text.

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _, Serialize};

/// A document that enters or leaves: a JSON object whose keys `document` and `format` say what it is.
pub trait Document: Serialize {
    /// Its name, the value of the key `document`.
    const NAME: &'static str;
    /// The newest format this version of the tool knows, the value of the key `format`.
    const FORMAT: u32;
}

/// Why a text is not the document it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not JSON at all, or not an object that says what it is.
    #[error("not a {expected} document: {reason}")]
    Unreadable {
        /// The name of the document that was expected.
        expected: &'static str,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// Another document of ours.
    #[error("this is a {found} document, expected a {expected} document")]
    OtherDocument {
        /// The name of the document that was expected.
        expected: &'static str,
        /// The name found.
        found: String,
    },
    /// Written by a newer version of the tool.
    #[error(
        "the {document} document has format {found}, this version of gallerist reads up to {known}: use a newer version"
    )]
    NewerFormat {
        /// The document's name.
        document: &'static str,
        /// Format found.
        found: u32,
        /// Newest format this version knows.
        known: u32,
    },
    /// A part has a wrong form.
    #[error("`{path}` of the {document} document: {reason}")]
    Form {
        /// The document's name.
        document: &'static str,
        /// Where, from the document's root: `products[0].fields.name`.
        path: String,
        /// What is wrong there, with line and column.
        reason: String,
    },
}

/// A document as text: pretty, keys in a fixed order, a line end last. The same content gives the same bytes.
///
/// # Errors
/// Never for the documents of this crate; the reason otherwise.
pub fn to_json_string<D: Document>(document: &D) -> Result<String, WireError> {
    let mut text = serde_json::to_string_pretty(document).map_err(|error| unwritable::<D>(&error))?;
    text.push('\n');
    Ok(text)
}

/// A document as text on one line, without a line end.
///
/// # Errors
/// Never for the documents of this crate; the reason otherwise.
pub fn to_json_line<D: Document>(document: &D) -> Result<String, WireError> {
    serde_json::to_string(document).map_err(|error| unwritable::<D>(&error))
}

fn unwritable<D: Document>(error: &serde_json::Error) -> WireError {
    WireError::Form { document: D::NAME, path: ".".into(), reason: error.to_string() }
}

/// Reads a document.
///
/// # Errors
/// When the text is not JSON, another document, of a newer format, or wrong in some part.
pub fn from_json_str<D: Document + DeserializeOwned>(text: &str) -> Result<D, WireError> {
    /// What a text says about itself; the rest is looked at once this is known to fit.
    #[derive(Deserialize)]
    struct Header {
        document: String,
        format: u32,
    }
    if begins_as::<D>(text)
        && let Ok(document) = serde_json::from_str(text)
    {
        return Ok(document);
    }
    // What is wrong is told by the first of these steps that fails.
    let header: Header = serde_json::from_str(text)
        .map_err(|error| WireError::Unreadable { expected: D::NAME, reason: error.to_string() })?;
    if header.document != D::NAME {
        return Err(WireError::OtherDocument { expected: D::NAME, found: header.document });
    }
    if header.format > D::FORMAT {
        return Err(WireError::NewerFormat { document: D::NAME, found: header.format, known: D::FORMAT });
    }
    // Only a slower reader knows where it was.
    let mut from = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut from).map_err(|error| WireError::Form {
        document: D::NAME,
        path: error.path().to_string(),
        reason: error.inner().to_string(),
    })
}

/// Whether a text says of itself that it is such a document, looked at no further than to where it does: the rest may be
/// large.
fn begins_as<D: Document>(text: &str) -> bool {
    #[derive(Default)]
    struct Said {
        document: Option<String>,
        format: Option<u32>,
    }
    impl<'de> Visitor<'de> for &mut Said {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while self.document.is_none() || self.format.is_none() {
                match map.next_key::<String>()?.as_deref() {
                    Some("document") => self.document = Some(map.next_value()?),
                    Some("format") => self.format = Some(map.next_value()?),
                    Some(_) => drop(map.next_value::<IgnoredAny>()?),
                    None => break,
                }
            }
            Ok(())
        }
    }
    let mut said = Said::default();
    // What comes behind is not looked at, which the reader calls an error.
    let _ = serde_json::Deserializer::from_str(text).deserialize_map(&mut said);
    said.document.is_some_and(|name| name == D::NAME) && said.format.is_some_and(|format| format <= D::FORMAT)
}
