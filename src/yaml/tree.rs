//! The flat tree: nodes in the order they are written, each knowing where its subtree ends.

use super::Scalar;
use crate::text::Span;
use std::sync::Arc;

/// Names a node of one [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'...'`.
    SingleQuoted,
    /// `"..."`.
    DoubleQuoted,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text, number, flag or null.
    Scalar(Style),
    /// Keys with values.
    Mapping,
    /// A list.
    Sequence,
}

/// The text of a scalar, after quotes, escapes and folding.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content {
    /// Exactly these bytes of the file.
    Slice(Span),
    /// Something the file spells differently: the tree's own text at this place.
    Own(u32),
    /// Of a mapping: which keys it may have ([`key_bit`]), so that most that it lacks are not looked for. A list has none.
    Keys([u32; 2]),
}

/// One of 64 bits for a key; keys share them.
#[inline]
pub(super) fn key_bit(key: &str) -> [u32; 2] {
    let bytes = key.as_bytes();
    let of = |byte: Option<&u8>| byte.copied().map_or(0, u32::from);
    let mixed = (key.len() as u32).wrapping_mul(5) ^ of(bytes.first()).wrapping_mul(3) ^ of(bytes.last());
    if mixed & 32 == 0 { [1 << (mixed & 31), 0] } else { [0, 1 << (mixed & 31)] }
}

/// A catalog has millions of these, so they are small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) content: Content,
    /// One past the last node of the subtree.
    pub(super) end: u32,
}

/// A document: its text and its nodes. Children follow their parent; a mapping's children are key, value, key, value.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    pub(super) text: Arc<str>,
    /// Empty only of no document.
    pub(super) nodes: Vec<Raw>,
    /// Texts that the file spells differently.
    pub(super) own: Vec<Box<str>>,
    /// Whether some mapping has a key twice (which was reported).
    pub(super) repeated: bool,
}

/// Stands in for a node that is not there, so that no look-up can fail.
static NOTHING: Raw = Raw {
    kind: Kind::Scalar(Style::Plain),
    span: Span { start: 0, end: 0 },
    content: Content::Slice(Span { start: 0, end: 0 }),
    end: 0,
};

impl Tree {
    /// The whole text of the file.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The outermost node.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        self.node(NodeId(0))
    }

    /// A node by its id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none; a tree that was read has at least one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn own(&self, at: u32) -> &str {
        self.own.get(at as usize).map_or("", |text| text)
    }

    #[inline]
    fn raw(&self, id: NodeId) -> &Raw {
        self.nodes.get(id.0 as usize).unwrap_or(&NOTHING)
    }
}

/// A node with its tree.
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Node<'t> {
    /// Its name in the tree.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The tree it belongs to.
    #[must_use]
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.tree.raw(self.id).kind
    }

    /// Its bytes in the file: a scalar with its quotes, a block from its first to its last child. What is left empty
    /// has an empty span where the value would stand.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.raw(self.id).span
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// A scalar's text, whatever it means; `None` for mappings and lists.
    #[must_use]
    pub fn text(self) -> Option<&'t str> {
        let raw = self.tree.raw(self.id);
        match (&raw.kind, &raw.content) {
            (Kind::Mapping | Kind::Sequence, _) | (_, Content::Keys(_)) => None,
            (Kind::Scalar(_), Content::Slice(span)) => Some(self.tree.text.get(span.range()).unwrap_or("")),
            (Kind::Scalar(_), Content::Own(at)) => Some(self.tree.own(*at)),
        }
    }

    /// A scalar's meaning; `None` for mappings and lists.
    #[must_use]
    pub fn scalar(self) -> Option<Scalar<'t>> {
        Some(Scalar::resolve(self.text()?, self.kind() == Kind::Scalar(Style::Plain)))
    }

    /// Whether it is `null`, `~` or left empty.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// A whole number.
    #[must_use]
    pub fn whole(self) -> Option<i64> {
        match self.scalar()? {
            Scalar::Number(number) => super::scalar::whole(number),
            Scalar::Null | Scalar::Flag(_) | Scalar::Text(_) => None,
        }
    }

    /// A flag.
    #[must_use]
    pub fn flag(self) -> Option<bool> {
        match self.scalar()? {
            Scalar::Flag(flag) => Some(flag),
            Scalar::Null | Scalar::Number(_) | Scalar::Text(_) => None,
        }
    }

    /// Keys and values of a mapping, in the order written; nothing for other nodes.
    #[must_use]
    pub fn entries(self) -> Entries<'t> {
        Entries(self.items_of(Kind::Mapping))
    }

    /// Elements of a list; nothing for other nodes.
    #[must_use]
    pub fn items(self) -> Items<'t> {
        self.items_of(Kind::Sequence)
    }

    fn items_of(self, kind: Kind) -> Items<'t> {
        let raw = self.tree.raw(self.id);
        let end = if raw.kind == kind { raw.end } else { 0 };
        Items { tree: self.tree, next: self.id.0.saturating_add(1), end }
    }

    /// Whether it is a mapping or list written in brackets.
    #[must_use]
    pub fn is_flow(self) -> bool {
        let start = self.span().range().start;
        let bracket = self.tree.text.as_bytes().get(start);
        match self.kind() {
            Kind::Scalar(_) => false,
            Kind::Mapping => bracket == Some(&b'{'),
            // A list of dashes at the column of its key is reported at its first element, which may be in brackets.
            Kind::Sequence => {
                bracket == Some(&b'[')
                    && self.items().next().is_none_or(|item| item.span().range().start > start)
            }
        }
    }

    /// Whether some mapping of the document has a key twice.
    pub(super) fn has_repeated_keys(self) -> bool {
        self.tree.repeated
    }

    /// The first entry of a mapping with this key: key node and value node.
    #[must_use]
    #[inline]
    pub fn entry(self, key: &str) -> Option<(Self, Self)> {
        let raw = self.tree.raw(self.id);
        let Content::Keys(keys) = raw.content else { return None };
        let bit = key_bit(key);
        if keys[0] & bit[0] == 0 && keys[1] & bit[1] == 0 {
            return None;
        }
        self.find(raw, key)
    }

    /// The same among all keys of a mapping.
    fn find(self, raw: &Raw, key: &str) -> Option<(Self, Self)> {
        let tree = self.tree;
        let first = key.as_bytes().first();
        let mut at = self.id.0 + 1;
        // Every key that is passed by costs: its length or first letter tells it from the one wanted.
        while at < raw.end {
            let name = tree.nodes.get(at as usize)?;
            let is_wanted = match name.content {
                Content::Slice(Span { start, end }) => {
                    let is_key = |name: &[u8]| name.first() == first && name == key.as_bytes();
                    (end - start) as usize == key.len()
                        && tree.text.as_bytes().get(start as usize..end as usize).is_some_and(is_key)
                }
                Content::Own(own) => tree.own(own) == key,
                Content::Keys(_) => false,
            };
            if is_wanted {
                return Some((tree.node(NodeId(at)), tree.node(NodeId(name.end))));
            }
            at = tree.nodes.get(name.end as usize)?.end;
        }
        None
    }

    /// The value under this key of a mapping.
    #[must_use]
    #[inline]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|(_, value)| value)
    }
}

/// Elements of a list.
#[derive(Debug, Clone)]
pub struct Items<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let node = self.tree.node(NodeId(self.next));
        // A subtree ends after its beginning, so this always moves on.
        self.next = self.tree.raw(node.id).end.max(self.next + 1);
        Some(node)
    }
}

/// Keys and values of a mapping.
#[derive(Debug, Clone)]
pub struct Entries<'t>(Items<'t>);

impl<'t> Iterator for Entries<'t> {
    type Item = (Node<'t>, Node<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}
