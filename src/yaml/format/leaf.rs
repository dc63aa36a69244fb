//! Values that stand for themselves, at another indentation.

use super::super::{Kind, Node, Order, Style};
use super::flow::flow;
use super::gap::indent;
use std::ops::Range;

/// A value's text at its new place, and where it ends in the old text.
pub(super) struct Leaf {
    pub(super) text: String,
    pub(super) end: usize,
    /// Whether it keeps the line ends behind it (`|+`).
    pub(super) keeps: bool,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Column of the mapping or list around it, before.
    pub(super) before: usize,
    /// The same now.
    pub(super) now: usize,
    /// Column of its first line before and now: that of the collection around it, unless it begins on a line of its own.
    pub(super) first: (usize, usize),
}

/// The text of a value that is no block of keys or items.
pub(super) fn leaf(text: &str, order: &Order, node: Node<'_>, place: Place) -> Leaf {
    let range = node.span().range();
    let written = text.get(range.clone()).unwrap_or("");
    if node.is_flow() {
        let text = shifted(&flow(text, order, node), place);
        return Leaf { text, end: range.end, keeps: false };
    }
    match node.kind() {
        Kind::Scalar(Style::Literal | Style::Folded) => block(text, range, place),
        Kind::Scalar(_) | Kind::Mapping | Kind::Sequence => {
            Leaf { text: hanging(written, place.now + 2), end: range.end, keeps: false }
        }
    }
}

/// Brackets over several lines move as a whole, but what was indented stays indented.
fn shifted(text: &str, place: Place) -> String {
    let (before, now) = place.first;
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or("").to_owned();
    for line in lines {
        let rest = line.trim_start_matches(' ');
        out.push('\n');
        if !rest.is_empty() {
            let column = line.len() - rest.len();
            let least = if column > place.before { place.now + 1 } else { 0 };
            indent(&mut out, (column + now).saturating_sub(before).max(least));
            out.push_str(rest);
        }
    }
    out
}

/// The lines of a text over several lines begin at one column; what they begin with has no meaning.
fn hanging(text: &str, column: usize) -> String {
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or("").to_owned();
    for line in lines {
        let rest = line.trim_start_matches([' ', '\t']);
        out.push('\n');
        if !rest.is_empty() {
            indent(&mut out, column);
            out.push_str(rest);
        }
    }
    out
}

/// What the first line of a `|` or `>` text says, and how far its lines are indented.
struct Header<'t> {
    line: &'t str,
    /// The indentation it names itself, from the mapping or list around it.
    explicit: Option<usize>,
    /// The indentation of its first line with words.
    detected: usize,
    keeps: bool,
}

fn header(written: &str) -> Header<'_> {
    let line = written.split(['\n', '\r']).next().unwrap_or("");
    let sign = line.split([' ', '\t', '#']).next().unwrap_or("");
    let explicit = sign.chars().find_map(|c| c.to_digit(10)).map(|digit| digit as usize);
    let words = written.split('\n').skip(1).find(|line| !line.trim_matches([' ', '\r']).is_empty());
    let detected = words.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    Header { line, explicit, detected, keeps: sign.contains('+') }
}

/// A `|` or `>` text: its lines move together.
fn block(text: &str, range: Range<usize>, place: Place) -> Leaf {
    let Header { line, explicit, detected, keeps } = header(text.get(range.clone()).unwrap_or(""));
    let before = explicit.map_or(detected, |digit| place.before + digit);
    let now = explicit.map_or(place.now + 2, |digit| place.now + digit);
    let end = whole_end(text, range.clone(), Some(before));
    let mut out = line.trim_end().to_owned();
    for line in text.get(range.start..end).unwrap_or("").split('\n').skip(1) {
        out.push('\n');
        if line.len() > before || !line.trim_matches(' ').is_empty() {
            indent(&mut out, now);
            out.push_str(line.get(before..).unwrap_or_else(|| line.trim_start_matches(' ')));
        }
    }
    Leaf { text: out, end, keeps }
}

/// Where a block text really ends: lines of spaces are part of it when they are longer than its indentation, and all
/// of them are when it keeps its line ends.
pub(in super::super) fn whole_end(text: &str, range: Range<usize>, indentation: Option<usize>) -> usize {
    let Header { detected, keeps, .. } = header(text.get(range.clone()).unwrap_or(""));
    let indentation = indentation.unwrap_or(detected);
    let mut whole = range.end;
    let line_end =
        |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| at + found);
    let mut at = line_end(range.end);
    let without_return =
        |end: usize| if text.get(..end).is_some_and(|t| t.ends_with('\r')) { end - 1 } else { end };
    // Spaces behind the last words are words, too.
    if range.end < without_return(at) {
        whole = without_return(at);
    }
    while text.get(at + 1..).is_some_and(|rest| !rest.is_empty()) {
        let (start, end) = (at + 1, without_return(line_end(at + 1)));
        if text.get(start..end.max(start)).is_none_or(|line| !line.trim_matches(' ').is_empty()) {
            break;
        }
        at = line_end(start);
        if keeps || end - start > indentation {
            whole = end;
        }
    }
    whole
}
