//! What stands between two values: comments, empty lines, marks of the document.

/// A whole line without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Line<'t> {
    /// Nothing.
    Blank,
    /// A comment, from its `#`.
    Comment {
        text: &'t str,
        /// Characters before it.
        column: usize,
        /// Whether a `-` stands between it and the value before, so that it can only be about what follows.
        is_ahead: bool,
    },
    /// `---`, `...` or a directive, with the comment behind it.
    Mark(&'t str),
}

/// What stands between the end of one value and the beginning of the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Gap<'t> {
    /// The comment behind the first value, with the spaces before it.
    pub(super) trailing: &'t str,
    pub(super) lines: Vec<Line<'t>>,
    /// Whether the next value begins on another line.
    pub(super) is_broken: bool,
}

/// Takes a gap apart. `text` holds it alone; `is_last` says that no value follows.
pub(super) fn gap(text: &str, is_last: bool) -> Gap<'_> {
    match text.split_once('\n') {
        None => Gap { trailing: trailing(text), ..Gap::default() },
        Some((first, rest)) => {
            Gap { trailing: trailing(first), lines: lines(rest, is_last), is_broken: true }
        }
    }
}

/// The lines of a text that begins with a whole line.
pub(in super::super) fn lines(text: &str, is_last: bool) -> Vec<Line<'_>> {
    let mut pieces: Vec<&str> = text.split('\n').collect();
    // What stands before the next value on its own line are spaces and dashes.
    if !is_last || pieces.last().is_some_and(|last| last.trim().is_empty()) {
        pieces.pop();
    }
    let (mut lines, mut is_ahead) = (Vec::new(), false);
    for piece in pieces {
        if piece.trim().is_empty() {
            lines.push(Line::Blank);
        } else if ["---", "...", "%"].iter().any(|mark| piece.starts_with(mark)) {
            lines.push(Line::Mark(piece.trim_end()));
        } else {
            let (indicators, comment) = piece.split_at(piece.find('#').unwrap_or(piece.len()));
            is_ahead |= !indicators.trim().is_empty();
            if !comment.is_empty() {
                let column = indicators.chars().count();
                lines.push(Line::Comment { text: comment.trim_end(), column, is_ahead });
            }
        }
    }
    lines
}

/// The comment that ends a line, with the white space before it.
fn trailing(rest: &str) -> &str {
    let Some(hash) = rest.find('#') else { return "" };
    let indicators = rest.get(..hash).unwrap_or("").trim_end();
    rest.get(indicators.len()..).unwrap_or("").trim_end()
}

/// Takes the lines off the front that are indented more than a column: they belong to what came before. Empty lines
/// at their end stay with what follows.
pub(in super::super) fn take_deeper<'t>(lines: &mut Vec<Line<'t>>, than: usize) -> Vec<Line<'t>> {
    let mut count = 0;
    for (at, line) in lines.iter().enumerate() {
        match line {
            Line::Blank => {}
            Line::Comment { column, is_ahead: false, .. } if *column > than => count = at + 1,
            Line::Comment { .. } | Line::Mark(_) => break,
        }
    }
    lines.drain(..count).collect()
}

/// Lines at their new place.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    /// Whether the last line belongs to a text that keeps the line ends behind it: an empty line would be part of it.
    pub(super) keeps: bool,
}

impl Body {
    /// Adds lines at a column; empty lines become one.
    pub(super) fn write(&mut self, lines: &[Line<'_>], column: usize) {
        for line in lines {
            match line {
                Line::Blank if self.keeps || self.text.is_empty() || self.text.ends_with("\n\n") => {}
                Line::Blank => self.text.push('\n'),
                Line::Comment { text, .. } => {
                    indent(&mut self.text, column);
                    self.line(text);
                }
                Line::Mark(text) => self.line(text),
            }
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.keeps = false;
    }

    /// Adds other lines, the first of them at a column.
    pub(super) fn append(&mut self, column: usize, other: &Self) {
        indent(&mut self.text, column);
        self.text.push_str(&other.text);
        self.keeps = other.keeps;
    }
}

pub(super) fn indent(out: &mut String, column: usize) {
    out.extend(std::iter::repeat_n(' ', column));
}

/// The lines without empty ones at their beginning.
pub(super) fn without_blank_start<'l, 't>(lines: &'l [Line<'t>]) -> &'l [Line<'t>] {
    let first = lines.iter().position(|line| *line != Line::Blank).unwrap_or(lines.len());
    lines.get(first..).unwrap_or(&[])
}
