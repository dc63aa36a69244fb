//! Collections in brackets.

use super::super::{Kind, Node, Order};

/// The text of a value inside brackets: keys in order; on one line also spaced alike.
pub(super) fn flow(text: &str, order: &Order, node: Node<'_>) -> String {
    let written = text.get(node.span().range()).unwrap_or("");
    let mut parts: Vec<Part<'_>> = match node.kind() {
        Kind::Scalar(_) => return written.to_owned(),
        Kind::Sequence => node.items().map(|value| Part { key: None, value }).collect(),
        Kind::Mapping => node.entries().map(|(key, value)| Part { key: Some(key), value }).collect(),
    };
    let rank =
        |part: &Part<'_>| part.key.map_or(0, |key| order.rank(node.id(), key.text().unwrap_or_default()));
    if !written.contains('\n') {
        parts.sort_by_key(rank);
        let parts: Vec<String> = parts.iter().map(|part| part.spaced(text, order)).collect();
        let inside = parts.join(", ");
        return match (node.kind(), written.starts_with('{')) {
            (Kind::Sequence, _) => format!("[{inside}]"),
            (_, true) => format!("{{{inside}}}"),
            // One pair of a list, without braces of its own.
            (_, false) => inside,
        };
    }
    let mut wanted: Vec<usize> = (0..parts.len()).collect();
    // A comment says nothing certain about what it belongs to, so nothing moves past one.
    if !has_comment(text, node, &parts) {
        wanted.sort_by_key(|at| parts.get(*at).map_or(0, rank));
    }
    let (mut out, mut at) = (String::new(), node.span().range().start);
    for (place, wanted) in parts.iter().zip(wanted) {
        out.push_str(text.get(at..place.start()).unwrap_or(""));
        out.push_str(&parts.get(wanted).map(|part| part.verbatim(text, order)).unwrap_or_default());
        at = place.end();
    }
    out.push_str(text.get(at..node.span().range().end).unwrap_or(""));
    out
}

/// Whether a comment stands between the parts of a collection.
fn has_comment(text: &str, node: Node<'_>, parts: &[Part<'_>]) -> bool {
    let mut at = node.span().range().start;
    for part in parts {
        let between = text.get(at..part.start()).unwrap_or("");
        if between.contains('#') || part.between(text).contains('#') {
            return true;
        }
        at = part.end();
    }
    text.get(at..node.span().range().end).is_some_and(|rest| rest.contains('#'))
}

/// An element of a list, or a key with its value.
struct Part<'t> {
    key: Option<Node<'t>>,
    value: Node<'t>,
}

impl Part<'_> {
    fn start(&self) -> usize {
        self.key.unwrap_or(self.value).span().range().start
    }

    fn end(&self) -> usize {
        self.value.span().range().end
    }

    /// What stands between key and value.
    fn between<'x>(&self, text: &'x str) -> &'x str {
        let Some(key) = self.key else { return "" };
        text.get(key.span().range().end..self.value.span().range().start).unwrap_or("")
    }

    fn spaced(&self, text: &str, order: &Order) -> String {
        let value = flow(text, order, self.value);
        let Some(key) = self.key else { return value };
        let key = text.get(key.span().range()).unwrap_or("");
        if self.between(text).contains(':') { format!("{key}: {value}") } else { key.to_owned() + &value }
    }

    fn verbatim(&self, text: &str, order: &Order) -> String {
        // A pair of a list without braces of its own has no end to keep spaces apart from what follows.
        let is_bare = self.value.is_mapping() && !self.value.is_flow();
        let written = || text.get(self.value.span().range()).unwrap_or("").to_owned();
        let value = if is_bare { written() } else { flow(text, order, self.value) };
        let Some(key) = self.key else { return value };
        let key = text.get(key.span().range()).unwrap_or("");
        format!("{key}{}{value}", self.between(text))
    }
}
