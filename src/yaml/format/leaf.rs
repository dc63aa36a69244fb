//! Values that stand for themselves, at another indentation.

use super::super::{Kind, Node, Order, Style};
use super::flow::flow;
use super::gap::indent;

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
        Kind::Scalar(Style::Literal | Style::Folded) => block(text, range.start, range.end, place),
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

/// A `|` or `>` text: its lines move together.
fn block(text: &str, start: usize, end: usize, place: Place) -> Leaf {
    let written = text.get(start..end).unwrap_or("");
    let (header, _) = written.split_once('\n').unwrap_or((written, ""));
    let sign = header.split([' ', '\t', '#']).next().unwrap_or("");
    let explicit = sign.chars().find_map(|c| c.to_digit(10)).map(|digit| digit as usize);
    let detected = written.split('\n').skip(1).find(|line| !line.trim_matches(' ').is_empty());
    let detected = detected.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let before = explicit.map_or(detected, |digit| place.before + digit);
    let now = explicit.map_or(place.now + 2, |digit| place.now + digit);
    let keeps = sign.contains('+');
    let end = whole_end(text, end, before, keeps);
    let mut out = header.trim_end().to_owned();
    for line in text.get(start..end).unwrap_or("").split('\n').skip(1) {
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
fn whole_end(text: &str, end: usize, indentation: usize, keeps: bool) -> usize {
    let mut whole = end;
    let mut at = text.get(end..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| end + found);
    // Spaces behind the last words are words, too.
    if text.get(end..at).is_some_and(|rest| !rest.is_empty()) {
        whole = at;
    }
    while let Some(rest) = text.get(at + 1..).filter(|rest| !rest.is_empty()) {
        let length = rest.find('\n').unwrap_or(rest.len());
        if rest.get(..length).is_none_or(|line| !line.trim_matches(' ').is_empty()) {
            break;
        }
        at += 1 + length;
        if keeps || length > indentation {
            whole = at;
        }
    }
    whole
}
