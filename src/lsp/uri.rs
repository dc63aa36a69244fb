//! File URIs and paths.

use camino::{Utf8Path, Utf8PathBuf};
use std::fmt::Write as _;

/// The path of a file URI; `None` for URIs of anything else, as of a document that has no file yet.
#[must_use]
pub fn path_of(uri: &str) -> Option<Utf8PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if !path.starts_with('/') {
        return None;
    }
    let path = decoded(path)?;
    // `/C:/catalog` is `C:/catalog`.
    let is_drive = path.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) && path.get(2..3) == Some(":");
    Some(Utf8PathBuf::from(if is_drive { path.get(1..).unwrap_or_default() } else { &path }))
}

/// The URI of a file by its absolute path.
#[must_use]
pub fn uri_of(path: &Utf8Path) -> String {
    let mut uri = String::from("file://");
    let path = path.as_str().replace(std::path::MAIN_SEPARATOR, "/");
    if !path.starts_with('/') {
        uri.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// A text without percent signs; `None` when it is no UTF-8 then.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_files_have_a_path() {
        assert_eq!(path_of("file:///a%20b/c%C3%A9.yaml").as_deref(), Some(Utf8Path::new("/a b/cé.yaml")));
        assert_eq!(path_of("file:///c%3A/x.yaml").as_deref(), Some(Utf8Path::new("c:/x.yaml")));
        for uri in [
            "untitled:Untitled-1",
            "file:",
            "file://server/share",
            "https://example.com/a",
            "",
            "file:///%FF",
        ] {
            assert_eq!(path_of(uri), None, "{uri}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_path_comes_back(name in "[^\0/]{1,20}(/[^\0/]{1,20}){0,3}") {
            let path = Utf8PathBuf::from(format!("/srv/{name}"));
            prop_assert_eq!(path_of(&uri_of(&path)), Some(path));
        }
    }
}
