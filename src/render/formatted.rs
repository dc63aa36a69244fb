//! Files with another text, as the lines that differ.

use super::{Page, Paint, Paragraph, Style};
use camino::Utf8Path;
use similar::{ChangeTag, DiffOp, TextDiff};

/// Lines shown around a difference.
const CONTEXT_LINES: usize = 2;

/// Each file with the lines that go and those that come, whole: whoever asks wants to see all of it.
#[must_use]
pub fn rewritten<'f>(files: impl Iterator<Item = (&'f Utf8Path, &'f str, &'f str)>, style: Style) -> String {
    let mut page = Page::new(style);
    for (path, before, after) in files {
        page.gap();
        page.line(0, &Paragraph::default().paint(Paint::Strong, path.as_str()));
        let difference = TextDiff::from_lines(before, after);
        for group in difference.grouped_ops(CONTEXT_LINES) {
            let first = group.first().map_or(0, |op: &DiffOp| op.old_range().start) + 1;
            page.line(0, &Paragraph::default().paint(Paint::Quiet, &format!("@@ line {first} @@")));
            for change in group.iter().flat_map(|op| difference.iter_changes(op)) {
                let (mark, paint) = match change.tag() {
                    ChangeTag::Equal => (" ", Paint::Plain),
                    ChangeTag::Delete => ("-", Paint::Bad),
                    ChangeTag::Insert => ("+", Paint::Good),
                };
                let (line, end) = match change.value().strip_suffix("\r\n") {
                    // Where line ends differ they must be seen.
                    Some(line) if change.tag() != ChangeTag::Equal => (line, "\r"),
                    Some(line) => (line, ""),
                    None => (change.value().trim_end_matches('\n'), ""),
                };
                page.line(0, &Paragraph::default().paint(paint, &format!("{mark}{line}{end}")));
            }
        }
    }
    page.finish()
}

/// The paths, one on each line.
#[must_use]
pub fn rewritten_short<'f>(paths: impl Iterator<Item = &'f Utf8Path>, style: Style) -> String {
    let mut page = Page::new(style);
    for path in paths {
        page.line(0, &Paragraph::of(path.as_str()));
    }
    page.finish()
}
