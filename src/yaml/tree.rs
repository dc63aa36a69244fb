//! The flat tree: nodes in the order they are written, each knowing where its subtree ends.

use super::Scalar;
use super::scalar::Meaning;
use crate::text::Span;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Names a node of one [`Tree`]: one more than its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(NonZeroU32);

impl NodeId {
    /// The node at a place.
    #[inline]
    pub(super) fn at(place: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(place))
    }

    /// Its place.
    #[inline]
    fn place(self) -> u32 {
        self.0.get() - 1
    }
}

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
    /// Of a mapping: which keys it may have, so that most that it lacks are not looked for. A list has none.
    Keys(Keys),
}

/// A byte that tells most keys apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyMark(u8);

impl KeyMark {
    /// Of what is no key.
    pub(super) const NONE: Self = Self(0);

    #[inline]
    pub(super) fn of(key: &str) -> Self {
        let bytes = key.as_bytes();
        let of = |byte: Option<&u8>| byte.copied().unwrap_or_default();
        let length = (key.len() & 0xFF) as u8;
        Self(length.wrapping_mul(5) ^ of(bytes.first()).wrapping_mul(3) ^ of(bytes.last()))
    }
}

/// A bit for each mark, which marks share: 64 in two halves, for which a node has room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Keys([u32; 2]);

impl Keys {
    /// Whether there may be a key with this mark.
    #[inline]
    pub(super) fn may_hold(self, mark: KeyMark) -> bool {
        let bits = u64::from(self.0[0]) | u64::from(self.0[1]) << 32;
        bits >> (mark.0 & 63) & 1 != 0
    }

    /// The same with one more key.
    #[inline]
    pub(super) fn with(self, mark: KeyMark) -> Self {
        let bit = 1 << (mark.0 & 31);
        let [low, high] = self.0;
        Self(if mark.0 & 32 == 0 { [low | bit, high] } else { [low, high | bit] })
    }
}

/// A catalog has millions of these, so they are small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    pub(super) kind: Kind,
    /// Of a scalar.
    pub(super) meaning: Option<Meaning>,
    /// Of a key, where it stands as one.
    pub(super) mark: KeyMark,
    /// Whether it is the value of a key, which stands right before it.
    pub(super) has_key: bool,
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
    meaning: Some(Meaning::Null),
    mark: KeyMark::NONE,
    has_key: false,
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
        self.node(NodeId::at(0))
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
        self.nodes.get(id.place() as usize).unwrap_or(&NOTHING)
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
        let meaning = self.meaning()?;
        Some(meaning.with(self.text()?))
    }

    #[inline]
    fn meaning(self) -> Option<Meaning> {
        self.tree.raw(self.id).meaning
    }

    /// Whether it is `null`, `~` or left empty.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.meaning() == Some(Meaning::Null)
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
        match self.meaning()? {
            Meaning::True => Some(true),
            Meaning::False => Some(false),
            Meaning::Null | Meaning::Number | Meaning::Text => None,
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
        Items { tree: self.tree, next: self.id.place().saturating_add(1), end }
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
    pub fn entry(self, key: &str) -> Option<(Self, Self)> {
        let value = self.get(key)?;
        Some((value.key()?, value))
    }

    /// The key that it is the value of; `None` of elements of a list, of keys, and of the whole document.
    #[must_use]
    pub fn key(self) -> Option<Self> {
        let before = self.id.place().checked_sub(1)?;
        self.tree.raw(self.id).has_key.then(|| self.tree.node(NodeId::at(before)))
    }

    /// The value under this key of a mapping: of the first, where the key stands there twice.
    #[must_use]
    #[inline]
    pub fn get(self, key: &str) -> Option<Self> {
        let raw = self.tree.raw(self.id);
        let Content::Keys(keys) = raw.content else { return None };
        let mark = KeyMark::of(key);
        if keys.may_hold(mark) { self.find(raw.end, key, mark) } else { None }
    }

    /// The same among all keys of a mapping, which ends there.
    pub(super) fn find(self, end: u32, key: &str, mark: KeyMark) -> Option<Self> {
        let tree = self.tree;
        let mut at = self.id.place() + 1;
        // Every key that is passed by costs: its mark tells it from the one wanted.
        while at < end {
            let name = tree.nodes.get(at as usize)?;
            // A key is a text, so its value is the node behind it.
            if name.mark == mark && tree.node(NodeId::at(at)).text() == Some(key) {
                return Some(tree.node(NodeId::at(at + 1)));
            }
            at = tree.nodes.get(at as usize + 1)?.end;
        }
        None
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
        let node = self.tree.node(NodeId::at(self.next));
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
