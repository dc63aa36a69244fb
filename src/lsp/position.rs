//! Our byte offsets and the protocol's positions: lines and code units from 0.

use crate::text::Span;
use lsp_types::{Position, PositionEncodingKind, Range};

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client understands.
    #[default]
    Utf16,
}

impl Encoding {
    /// The encoding to use with a client that offers these.
    #[must_use]
    pub fn agreed(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// The protocol's name.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// The lines of a text. A line ends with `\n`, `\r\n` or `\r`, as the protocol says.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    /// The lines of a text that a client has.
    #[must_use]
    pub fn of_document(text: &'t str, encoding: Encoding) -> Self {
        Self::starting(text, 0, encoding)
    }

    /// The lines of a file's text: its byte order mark is no part of what an editor shows.
    #[must_use]
    pub fn of_file(text: &'t str, encoding: Encoding) -> Self {
        let mark = '\u{FEFF}';
        Self::starting(text, if text.starts_with(mark) { mark.len_utf8() } else { 0 }, encoding)
    }

    fn starting(text: &'t str, first: usize, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let is_end = |at: usize| match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            Some(_) | None => false,
        };
        let after = (first..bytes.len()).filter(|at| is_end(*at)).map(|at| at + 1);
        Self { text, starts: std::iter::once(first).chain(after).collect(), encoding }
    }

    /// The position of a byte. One past the end means the end, one inside a character its beginning, one inside a line
    /// ending the end of the line.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let (start, content) = self.line(line);
        let before = content.get(..offset.saturating_sub(start)).unwrap_or(content);
        let character = before.chars().map(|c| self.encoding.width(c)).sum();
        Position { line: number(line), character: number(character) }
    }

    /// The byte at a position. A line past the last means the end, a column past its line's last the end of the line, one
    /// inside a character its beginning.
    #[must_use]
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return self.text.len();
        }
        let (start, content) = self.line(line);
        let mut left = position.character as usize;
        for (at, c) in content.char_indices() {
            let width = self.encoding.width(c);
            if left < width {
                return start + at;
            }
            left -= width;
        }
        start + content.len()
    }

    /// The range of a span.
    #[must_use]
    pub fn range(&self, span: Span) -> Range {
        let bytes = span.range();
        Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// All of the text.
    #[must_use]
    pub fn whole(&self) -> Range {
        let start = self.starts.first().copied().unwrap_or_default();
        self.range(Span::new(start, self.text.len()))
    }

    /// Where a line begins and what it says, without its ending.
    fn line(&self, line: usize) -> (usize, &'t str) {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text.get(start..end).unwrap_or("");
        let content = content.strip_suffix('\n').unwrap_or(content);
        (start, content.strip_suffix('\r').unwrap_or(content))
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts() -> impl Strategy<Value = String> {
        let part =
            prop::sample::select(vec!["a", "é", "€", "😀", "\u{FEFF}", "\r\n", "\n", "\r", " ", "e\u{301}"]);
        prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
    }

    /// What an editor would show: lines without their endings, counted by themselves.
    fn shown(text: &str) -> Vec<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        text.split('\n').map(str::to_owned).collect()
    }

    fn width(text: &str, encoding: Encoding) -> usize {
        match encoding {
            Encoding::Utf8 => text.len(),
            Encoding::Utf16 => text.encode_utf16().count(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_position_leads_back(text in texts(), encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::Utf16])) {
            let lines = Lines::of_document(&text, encoding);
            for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
                let inside_an_ending = c == '\n' && text[..at].ends_with('\r');
                let back = lines.offset(lines.position(at));
                prop_assert_eq!(back, if inside_an_ending { at - 1 } else { at });
            }
        }

        #[test]
        fn positions_are_those_of_the_lines_an_editor_shows(text in texts(), encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::Utf16])) {
            let lines = Lines::of_document(&text, encoding);
            let shown = shown(&text);
            let last = shown.last().unwrap();
            let end = Position { line: number(shown.len() - 1), character: number(width(last, encoding)) };
            prop_assert_eq!(lines.position(text.len()), end);
            for (number, line) in shown.iter().enumerate() {
                let number = u32::try_from(number).unwrap();
                let start = lines.offset(Position { line: number, character: 0 });
                prop_assert!(text[start..].starts_with(line.as_str()));
                let end = lines.offset(Position { line: number, character: u32::MAX });
                prop_assert_eq!(end - start, line.len());
            }
        }

        #[test]
        fn a_mark_at_the_beginning_of_a_file_is_not_counted(text in texts(), encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::Utf16])) {
            let file = format!("\u{FEFF}{text}");
            let (marked, plain) = (Lines::of_file(&file, encoding), Lines::of_document(&text, encoding));
            for (at, _) in text.char_indices() {
                prop_assert_eq!(marked.position(at + 3), plain.position(at));
                prop_assert_eq!(marked.offset(plain.position(at)), plain.offset(plain.position(at)) + 3);
            }
        }

        #[test]
        fn no_position_or_offset_fails(text in texts(), line in 0u32..60, character in 0u32..60, offset in 0usize..200) {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let lines = Lines::of_document(&text, encoding);
                let found = lines.offset(Position { line, character });
                prop_assert!(text.is_char_boundary(found));
                let _ = lines.position(offset);
            }
        }
    }
}
