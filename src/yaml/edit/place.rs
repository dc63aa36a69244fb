//! Where things begin and end in the text.

use super::super::format::{lines, take_deeper, whole_end};
use super::super::{Kind, Node, Style};

/// The text of a node's document.
pub(super) fn text<'t>(node: Node<'t>) -> &'t str {
    node.tree().text()
}

/// Where the line of a place begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
}

/// Where the next line begins; the end of the text when there is none.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| at + found + 1)
}

/// Characters before a place on its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text.get(line_start(text, at)..at).unwrap_or("").trim_start_matches('\u{FEFF}').chars().count()
}

/// Where a value ends: behind its last word, and behind the empty lines that a block text keeps.
pub(super) fn value_end(value: Node<'_>) -> usize {
    if !value.is_flow() {
        if let Some((_, last)) = value.entries().last() {
            return value_end(last);
        }
        if let Some(last) = value.items().last() {
            return value_end(last);
        }
    }
    let range = value.span().range();
    match value.kind() {
        Kind::Scalar(Style::Literal | Style::Folded) => whole_end(text(value), range, None),
        Kind::Scalar(_) | Kind::Mapping | Kind::Sequence => range.end,
    }
}

/// Where the lines of an entry end: behind the comment of its last line and behind comments that are indented more
/// than the entry.
pub(super) fn lines_end(value: Node<'_>, column: usize) -> usize {
    let text = text(value);
    let end = value_end(value);
    let after = next_line(text, end);
    let rest = text.get(after..).unwrap_or("");
    // The lines up to the next word are comments and empty ones.
    let is_silent = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let silent: usize = rest.split_inclusive('\n').take_while(is_silent).map(str::len).sum();
    let silent = rest.get(..silent).unwrap_or("");
    let deeper = take_deeper(&mut lines(silent, true), column).len();
    rest.split_inclusive('\n').take(deeper).fold(after, |at, line| at + line.len())
}

/// The column of a list's dashes; `None` when its first dash is not where one looks for it.
pub(super) fn dash_column(list: Node<'_>) -> Option<usize> {
    let text = text(list);
    let first = list.items().next()?;
    let key = first.entries().next().filter(|_| !first.is_flow());
    let first = key.map_or(first, |(key, _)| key).span().range().start;
    let own = list.span().range().start;
    if own < first && text.get(own..)?.starts_with('-') {
        return Some(column(text, own));
    }
    // Up from the first element: behind its dash, or under it with comments between.
    let mut line = line_start(text, first);
    let mut written = text.get(line..first)?;
    loop {
        let before = written.split('#').next().unwrap_or("").trim_end();
        if before.ends_with('-') {
            return Some(before.chars().count() - 1);
        }
        let end = line.checked_sub(1)?;
        line = line_start(text, end);
        written = text.get(line..end)?;
    }
}
