//! The documents that are open in the editor, as it last told.

use super::position::{Encoding, Lines};
use super::uri::path_of;
use camino::Utf8PathBuf;
use lsp_types::TextDocumentContentChangeEvent;
use std::collections::BTreeMap;

/// A document that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    /// Its file, with links in its folder followed; `None` where it has none.
    pub(super) path: Option<Utf8PathBuf>,
    /// The version the editor gave it.
    pub(super) version: i32,
    /// Its text, saved or not.
    pub(super) text: String,
}

/// The open documents by their URIs.
#[derive(Debug, Default)]
pub(super) struct Documents(BTreeMap<String, Document>);

impl Documents {
    pub(super) fn open(&mut self, uri: String, version: i32, text: String) {
        let path = path_of(&uri).map(real);
        self.0.insert(uri, Document { path, version, text });
    }

    /// Applies changes in their order. A change without a range is the whole text.
    pub(super) fn change(
        &mut self,
        uri: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = self.0.get_mut(uri) else { return };
        document.version = version;
        for TextDocumentContentChangeEvent { range, text, .. } in changes {
            let Some(range) = range else {
                document.text = text;
                continue;
            };
            let lines = Lines::of_document(&document.text, encoding);
            let (start, end) = (lines.offset(range.start), lines.offset(range.end));
            document.text.replace_range(start..end.max(start), &text);
        }
    }

    pub(super) fn close(&mut self, uri: &str) {
        self.0.remove(uri);
    }

    pub(super) fn get(&self, uri: &str) -> Option<&Document> {
        self.0.get(uri)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.0.iter().map(|(uri, document)| (uri.as_str(), document))
    }
}

/// A path whose folder is written without links, as far as it is there.
fn real(path: Utf8PathBuf) -> Utf8PathBuf {
    let folder = path.parent().and_then(|folder| folder.canonicalize_utf8().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};

    fn change(range: Option<[u32; 4]>, text: &str) -> TextDocumentContentChangeEvent {
        let range = range.map(|[line, character, end_line, end_character]| Range {
            start: Position { line, character },
            end: Position { line: end_line, character: end_character },
        });
        TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() }
    }

    #[test]
    fn changes_are_applied_in_order_and_never_fail() {
        let mut documents = Documents::default();
        documents.open("file:///a.yaml".to_owned(), 1, "name: 😀b\r\nkey: x\n".to_owned());
        let text = |documents: &Documents| documents.get("file:///a.yaml").unwrap().text.clone();
        let edits = vec![change(Some([0, 8, 0, 9]), "c"), change(Some([1, 5, 1, 6]), "y")];
        documents.change("file:///a.yaml", 2, edits, Encoding::Utf16);
        assert_eq!(text(&documents), "name: 😀c\r\nkey: y\n");
        let odd = vec![change(Some([9, 9, 0, 0]), "z"), change(Some([0, 7, 0, 99]), "")];
        documents.change("file:///a.yaml", 3, odd, Encoding::Utf16);
        assert_eq!(text(&documents), "name: \r\nkey: y\nz");
        documents.change("file:///a.yaml", 4, vec![change(None, "new")], Encoding::Utf8);
        assert_eq!(text(&documents), "new");
        documents.change("file:///other.yaml", 4, vec![change(None, "new")], Encoding::Utf8);
        assert_eq!(documents.iter().count(), 1);
    }
}
