//! What stands at a byte of a document: the way from its root.

use crate::text::Span;
use crate::yaml::{Node, Tree};

/// One step of the way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'t> {
    /// An entry of a mapping: its key as it is written, and what stands there.
    Key(&'t str, Node<'t>),
    /// An element of a list.
    Item(Node<'t>),
}

impl<'t> Step<'t> {
    pub(super) fn value(&self) -> Node<'t> {
        match self {
            Self::Key(_, node) | Self::Item(node) => *node,
        }
    }

    pub(super) fn key(&self) -> Option<&'t str> {
        match self {
            Self::Key(key, _) => Some(key),
            Self::Item(_) => None,
        }
    }
}

/// The way to what stands at a byte.
#[derive(Debug, Clone)]
pub(super) struct Way<'t> {
    pub(super) steps: Vec<Step<'t>>,
    /// Whether the byte is in the key of the last step.
    pub(super) is_at_key: bool,
    /// The bytes of the key or value that the byte is in.
    pub(super) span: Span,
}

impl<'t> Way<'t> {
    /// The way to a byte, as far as something stands there.
    pub(super) fn to(tree: &'t Tree, offset: u32) -> Self {
        let mut way = Self { steps: Vec::new(), is_at_key: false, span: tree.root().span() };
        let mut node = tree.root();
        let holds = |span: Span| span.start <= offset && offset <= span.end;
        loop {
            let entry = node.entries().find(|(key, value)| {
                holds(Span { start: key.span().start, end: value.span().end.max(key.span().end) })
            });
            if let Some((key, value)) = entry {
                way.steps.push(Step::Key(key.text().unwrap_or_default(), value));
                way.is_at_key = holds(key.span());
                way.span = if way.is_at_key { key.span() } else { value.span() };
                if way.is_at_key {
                    return way;
                }
                node = value;
                continue;
            }
            let Some(item) = node.items().find(|item| holds(item.span())) else { return way };
            way.steps.push(Step::Item(item));
            (way.is_at_key, way.span) = (false, item.span());
            node = item;
        }
    }

    /// The keys on the way; an element of a list has none.
    pub(super) fn keys(&self) -> Vec<Option<&'t str>> {
        self.steps.iter().map(Step::key).collect()
    }

    /// The text of what is written at its end, if that is a value.
    pub(super) fn text(&self) -> Option<&'t str> {
        self.steps.last().filter(|_| !self.is_at_key).and_then(|step| step.value().text())
    }

    /// The specification that the way leads through.
    pub(super) fn specification(&self) -> Option<Node<'t>> {
        let at = self.steps.iter().position(|step| step.key() == Some("specifications"))?;
        self.steps.get(at + 1).map(Step::value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, read};
    use camino::Utf8Path;

    #[test]
    fn the_way_leads_to_keys_and_values() {
        let text = "key: a\nspecifications:\n  - key: one\n    prices: {monthly: {USD: \"9\"}}\n";
        let tree = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default()).tree.unwrap();
        let to = |word: &str| Way::to(&tree, u32::try_from(text.find(word).unwrap()).unwrap());
        let way = to("USD");
        assert_eq!(way.keys(), [Some("specifications"), None, Some("prices"), Some("monthly"), Some("USD")]);
        assert!(way.is_at_key && way.text().is_none());
        let way = to("\"9\"");
        assert_eq!((way.text(), way.is_at_key), (Some("9"), false));
        assert_eq!(way.specification().and_then(|node| node.get("key")?.text()), Some("one"));
        assert_eq!(to("one").text(), Some("one"));
    }
}
