//! Changes to a document that leave everything else as its author wrote it.
//!
//! Each function gives one edit of the text: it touches the lines of the entry it is about and no others, keeps the
//! style of what is around (block or brackets, line ends, indentation), and puts a new key where the form of the
//! document has it. Every edit was tried on the document: read again, it says exactly what was asked for. Where that
//! does not hold, because something is written in an unusual way, there is no edit.

mod data;
mod place;

pub use data::Data;

use super::{Limits, Node, NodeId, Order, Reading, read, to_value};
use crate::diagnostic::Severity;
use crate::text::{Span, TextEdit, apply_edits};
use camino::Utf8Path;
use data::spaces;
use place::{column, dash_column, line_start, lines_end, next_line, text, value_end};
use serde_json::Value;

/// Sets the value of a key of a mapping: in place of the value it has, or as a new entry where `order` has the key;
/// behind all others when the keys are a user's own, or `order` knows nothing of the mapping.
///
/// `None` when the node is no mapping or is written in a way that cannot be edited safely.
#[must_use]
pub fn set(mapping: Node<'_>, key: &str, value: &Data, order: &Order) -> Option<TextEdit> {
    try_set(mapping, key, value, order).or_else(|| try_set(mapping, key, &value.on_one_line(), order))
}

fn try_set(mapping: Node<'_>, key: &str, value: &Data, order: &Order) -> Option<TextEdit> {
    let edit = match mapping.entry(key) {
        Some((found, old)) => replacement(mapping, found, old, value),
        None if mapping.is_flow() => insertion_in_brackets(mapping, key, value, order)?,
        None => insertion(mapping, key, value, order)?,
    };
    checked(mapping, edit, |old| {
        old.as_object_mut()?.insert(key.to_owned(), value.value());
        Some(())
    })
}

/// Takes a key out of a mapping, with the comment behind it; comments above it stay. A mapping that had no other key
/// becomes `{}`.
///
/// `None` when there is no such key, or it is written in a way that cannot be edited safely.
#[must_use]
pub fn remove(mapping: Node<'_>, key: &str) -> Option<TextEdit> {
    let edit = if mapping.is_flow() { removal_in_brackets(mapping, key) } else { removal(mapping, key) }?;
    let gone = |edit| checked(mapping, edit, |old| old.as_object_mut()?.remove(key).map(drop));
    gone(edit.clone()).or_else(|| {
        // Behind a text that keeps its line ends, empty lines would become a part of it: they go, too.
        let TextEdit { span, replacement } = edit;
        let rest = text(mapping).get(span.range().end..)?;
        let blank: usize =
            rest.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
        gone(TextEdit { span: Span::new(span.range().start, span.range().end + blank), replacement })
    })
}

/// Adds an element to the end of a list.
///
/// `None` when the node is no list or is written in a way that cannot be edited safely.
#[must_use]
pub fn append(list: Node<'_>, item: &Data) -> Option<TextEdit> {
    try_append(list, item).or_else(|| try_append(list, &item.on_one_line()))
}

fn try_append(list: Node<'_>, item: &Data) -> Option<TextEdit> {
    let text = text(list);
    let edit = if list.is_flow() {
        let inner = list.span().range().start + 1;
        match list.items().last() {
            Some(last) => insert(last.span().range().end, format!(", {}", item.inline())),
            None => insert(inner, item.inline()),
        }
    } else {
        let column = dash_column(list)?;
        let at = lines_end(list.items().last()?, column);
        insert_lines(text, at, &format!("{}{}", spaces(column), item.behind_dash(column)))
    };
    checked(list, edit, |old| {
        old.as_array_mut()?.push(item.value());
        Some(())
    })
}

fn insert(at: usize, replacement: String) -> TextEdit {
    TextEdit { span: Span::new(at, at), replacement }
}

/// Whole lines at the beginning of a line, or behind the last one.
fn insert_lines(text: &str, at: usize, lines: &str) -> TextEdit {
    let before =
        if at == 0 || text.get(..at).is_some_and(|before| before.ends_with('\n')) { "" } else { "\n" };
    insert(at, with_breaks_of(text, &format!("{before}{lines}\n")))
}

/// Lines that end as the first one of the document does.
fn with_breaks_of(text: &str, lines: &str) -> String {
    let is_crlf = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    if is_crlf { lines.replace('\n', "\r\n") } else { lines.to_owned() }
}

/// Another value in the place of an old one. The comment behind the key stays.
fn replacement(mapping: Node<'_>, key: Node<'_>, old: Node<'_>, value: &Data) -> TextEdit {
    let text = text(mapping);
    let (key_end, start) = (key.span().range().end, old.span().range().start);
    let is_block = (old.is_mapping() || old.is_sequence()) && !old.is_flow();
    if old.span().range().is_empty() {
        let has_colon = text.get(key_end..start).is_some_and(|between| between.contains(':'));
        let colon = if has_colon { "" } else { ":" };
        let at = if has_colon { start } else { key_end };
        return insert(at, format!("{colon} {}", value.inline()));
    }
    if !is_block {
        return TextEdit { span: Span::new(start, value_end(old)), replacement: value.inline() };
    }
    // The first line holds the key and perhaps a comment; all others are the old value's.
    let line_end = next_line(text, key_end);
    let rest = text.get(key_end..line_end).unwrap_or("").trim_end();
    let comment = rest.find('#').map_or("", |at| rest.get(at..).unwrap_or(""));
    let behind = value.behind_key(column(text, key.span().range().start));
    let (first, others) = match behind.split_once('\n') {
        Some((first, others)) => (first, format!("\n{others}")),
        None => (behind.as_str(), String::new()),
    };
    let space = if comment.is_empty() { "" } else { " " };
    let written = with_breaks_of(text, &format!(":{first}{space}{comment}{others}"));
    TextEdit { span: Span::new(key_end, value_end(old)), replacement: written }
}

/// The entry that a new key comes after: the one whose place in the form is nearest before it.
fn before_key<'t>(mapping: Node<'t>, key: &str, order: &Order) -> Option<(Node<'t>, Node<'t>)> {
    if order.fields(mapping.id()).is_none() {
        return mapping.entries().last();
    }
    let rank = |key: &str| order.rank(mapping.id(), key);
    let earlier = mapping.entries().filter(|(name, _)| rank(name.text().unwrap_or_default()) < rank(key));
    earlier.max_by_key(|(name, _)| rank(name.text().unwrap_or_default()))
}

/// A new entry of a block mapping.
fn insertion(mapping: Node<'_>, key: &str, value: &Data, order: &Order) -> Option<TextEdit> {
    let text = text(mapping);
    let (first, _) = mapping.entries().next()?;
    let first = first.span().range().start;
    let column = column(text, first);
    let entry = value.entry(key, column);
    Some(match before_key(mapping, key, order) {
        Some((_, before)) => {
            insert_lines(text, lines_end(before, column), &format!("{}{entry}", spaces(column)))
        }
        // Before the first key, which may stand behind a dash.
        None => insert(first, with_breaks_of(text, &format!("{entry}\n{}", spaces(column)))),
    })
}

fn insertion_in_brackets(mapping: Node<'_>, key: &str, value: &Data, order: &Order) -> Option<TextEdit> {
    let entry = Data::Map(vec![(key.to_owned(), value.clone())]).inline();
    let entry = entry.strip_prefix('{')?.strip_suffix('}')?;
    Some(match (before_key(mapping, key, order), mapping.entries().next()) {
        (Some((_, before)), _) => insert(before.span().range().end, format!(", {entry}")),
        (None, Some((first, _))) => insert(first.span().range().start, format!("{entry}, ")),
        (None, None) => insert(mapping.span().range().start + 1, entry.to_owned()),
    })
}

/// The entries around a key, and the key's own.
struct Around<'t> {
    before: Option<Node<'t>>,
    key: Node<'t>,
    value: Node<'t>,
    after: Option<Node<'t>>,
}

fn around<'t>(mapping: Node<'t>, key: &str) -> Option<Around<'t>> {
    let entries: Vec<_> = mapping.entries().collect();
    let at = entries.iter().position(|(name, _)| name.text() == Some(key))?;
    let (key, value) = *entries.get(at)?;
    let before = at.checked_sub(1).and_then(|before| entries.get(before)).map(|(_, value)| *value);
    Some(Around { before, key, value, after: entries.get(at + 1).map(|(key, _)| *key) })
}

fn removal(mapping: Node<'_>, key: &str) -> Option<TextEdit> {
    let text = text(mapping);
    let Around { before, key, value, after } = around(mapping, key)?;
    let start = key.span().range().start;
    let gone = |start: usize, end: usize, replacement: &str| TextEdit {
        span: Span::new(start, end),
        replacement: replacement.to_owned(),
    };
    if before.is_none() && after.is_none() {
        return Some(gone(start, value_end(value), "{}"));
    }
    let line = line_start(text, start);
    if text.get(line..start)?.trim_matches(['\u{FEFF}', ' ']).is_empty() {
        return Some(gone(line, lines_end(value, column(text, start)), ""));
    }
    // Behind a dash: the next key takes the place, unless there are comments between, which stay where they are.
    let after = after?.span().range().start;
    let end = lines_end(value, column(text, start));
    if text.get(end..after)?.trim().is_empty() {
        return Some(gone(start, after, ""));
    }
    let dash = text.get(line..start)?.trim_end().len() + line;
    Some(gone(dash, end, with_breaks_of(text, "\n").as_str()))
}

fn removal_in_brackets(mapping: Node<'_>, key: &str) -> Option<TextEdit> {
    let Around { before, key, value, after } = around(mapping, key)?;
    let (start, end) = (key.span().range().start, value.span().range().end);
    let (start, end) = match (before, after) {
        (_, Some(after)) => (start, after.span().range().start),
        (Some(before), None) => (before.span().range().end, end),
        (None, None) => (start, end),
    };
    Some(TextEdit { span: Span::new(start, end), replacement: String::new() })
}

/// The edit, if the document then says what it said with this one change.
fn checked(
    node: Node<'_>,
    edit: TextEdit,
    change: impl FnOnce(&mut Value) -> Option<()>,
) -> Option<TextEdit> {
    let tree = node.tree();
    let edited = apply_edits(tree.text(), std::slice::from_ref(&edit))?;
    let Reading { tree: after, diagnostics, .. } =
        read(Utf8Path::new(""), edited.as_bytes(), Limits::default());
    if diagnostics.iter().any(|found| found.severity == Severity::Error) {
        return None;
    }
    let mut wanted = to_value(tree.root());
    change(find(&mut wanted, tree.root(), node.id())?)?;
    (to_value(after?.root()) == wanted).then_some(edit)
}

/// The value of a node inside the value of one around it.
fn find<'v>(value: &'v mut Value, around: Node<'_>, wanted: NodeId) -> Option<&'v mut Value> {
    if around.id() == wanted {
        return Some(value);
    }
    // Nodes stand in the order of the text, so the last one that begins no later holds the one that is wanted.
    if around.is_mapping() {
        let (key, child) = around.entries().take_while(|(_, child)| child.id() <= wanted).last()?;
        return find(value.get_mut(key.text().unwrap_or_default())?, child, wanted);
    }
    let (at, child) = around.items().enumerate().take_while(|(_, child)| child.id() <= wanted).last()?;
    find(value.get_mut(at)?, child, wanted)
}
