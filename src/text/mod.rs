//! Source files, byte spans, line and column numbers, and edits of text.

mod path;
mod words;

pub use path::path_order;
pub use words::{Found, WordList, WordListError, apart, lower, stands_alone};

use camino::Utf8PathBuf;
use std::sync::{Arc, OnceLock};

/// A half-open range of bytes in a file, at most 4 GiB into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from two byte offsets; offsets past 4 GiB are held at the limit.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The bytes as a range for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line number as people count, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineNumber(pub u32);

/// A column number as people count, from 1, in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnNumber(pub u32);

/// A position as people write it: `line:column`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: LineNumber,
    /// Column, from 1.
    pub column: ColumnNumber,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line.0, self.column.0)
    }
}

/// A part of a file in lines and columns; the character at `end` is no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A text file that was read: its path as shown to people and its text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: Utf8PathBuf,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// Keeps `text` under the path people know it by (relative to the catalog's folder, with `/`).
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    /// The path as shown to people.
    #[must_use]
    pub fn path(&self) -> &Utf8PathBuf {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty when the span does not lie on character boundaries of this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset; an offset past the end means the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let offset = (offset as usize).min(self.text.len());
        let line_index = starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let line_start = starts.get(line_index).map_or(0, |start| *start as usize);
        let before = self.text.get(line_start..offset).unwrap_or("");
        let one_based = |index: usize| u32::try_from(index).unwrap_or(u32::MAX - 1) + 1;
        Position {
            line: LineNumber(one_based(line_index)),
            column: ColumnNumber(one_based(before.chars().count())),
        }
    }

    /// Lines and columns of a span.
    #[must_use]
    pub fn extent(&self, span: Span) -> Extent {
        Extent { start: self.position(span.start), end: self.position(span.end) }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0)
                .chain(breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }
}

/// One replacement of text in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// Applies edits to a text; overlapping edits or spans outside the text give `None` and nothing is applied.
#[must_use]
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut ordered: Vec<&TextEdit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in ordered {
        let range = edit.span.range();
        out.push_str(text.get(from..range.start)?);
        out.push_str(&edit.replacement);
        text.get(range.clone())?;
        from = range.end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let file = SourceFile::new("a.yaml", "ab\né: ü\n");
        assert_eq!(file.position(0).to_string(), "1:1");
        assert_eq!(file.position(3).to_string(), "2:1");
        assert_eq!(file.position(7).to_string(), "2:4");
        assert_eq!(file.position(999).to_string(), "3:1");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let edit =
            |start, end, with: &str| TextEdit { span: Span::new(start, end), replacement: with.into() };
        assert_eq!(apply_edits("abc", &[edit(2, 3, "z"), edit(0, 1, "x")]).as_deref(), Some("xbz"));
        assert_eq!(apply_edits("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), None);
    }
}
