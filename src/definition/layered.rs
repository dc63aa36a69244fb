//! A value of a product as it holds at one target: the override's where it says something, else the product's own.

use crate::yaml::{Node, NodeId, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A value that the product's document or its override states, or both. Building asks for many, so it is two words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layered<'t> {
    tree: &'t Tree,
    /// The product's own value; where only the override states one, that.
    base: NodeId,
    /// The override's value that is laid over it.
    over: Option<NodeId>,
}

impl<'t> Layered<'t> {
    /// A product's document as seen at a target.
    pub(super) fn document(root: Node<'t>, target: &str) -> Self {
        let over = root.get("overrides").and_then(|overrides| overrides.get(target));
        Self { over: over.map(Node::id), ..Self::plain(root) }
    }

    /// A value without override.
    #[inline]
    pub(super) fn plain(node: Node<'t>) -> Self {
        Self { tree: node.tree(), base: node.id(), over: None }
    }

    fn base(self) -> Node<'t> {
        self.tree.node(self.base)
    }

    fn over(self) -> Option<Node<'t>> {
        self.over.map(|over| self.tree.node(over))
    }

    /// Mappings and lists are merged; anything else in the override replaces.
    fn merged(base: Option<Node<'t>>, over: Option<Node<'t>>) -> Option<Self> {
        let merges = |over: Node<'t>, base: Node<'t>| {
            over.is_mapping() && base.is_mapping() || over.is_sequence() && base.is_sequence()
        };
        match (base, over) {
            (Some(base), Some(over)) if merges(over, base) => {
                Some(Self { over: Some(over.id()), ..Self::plain(base) })
            }
            (base, over) => over.or(base).map(Self::plain),
        }
    }

    /// The value under a key.
    #[inline]
    pub(super) fn get(self, name: &str) -> Option<Self> {
        match self.over {
            None => self.base().get(name).map(Self::plain),
            Some(_) => self.get_merged(name),
        }
    }

    fn get_merged(self, name: &str) -> Option<Self> {
        Self::merged(self.base().get(name), self.over()?.get(name))
    }

    /// The value at the end of several keys.
    pub(super) fn path(self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The node that holds: scalars and lists as a whole.
    #[inline]
    pub(super) fn node(self) -> Node<'t> {
        self.tree.node(self.over.unwrap_or(self.base))
    }

    /// The text of the value that holds; nothing for `null`, mappings and lists.
    pub(super) fn text(self) -> Option<&'t str> {
        Some(self.node()).filter(|node| !node.is_null()).and_then(Node::text)
    }

    /// Keys with their values, the product's own first, each in the order written.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'t str, Self)> {
        let named =
            |layer: Node<'t>| layer.entries().map(|(key, value)| (key.text().unwrap_or_default(), value));
        let merged =
            self.over().map(|over| Self::laid_over(named(self.base()).collect(), named(over).collect()));
        let alone =
            merged.is_none().then(|| named(self.base()).map(|(key, value)| (key, Self::plain(value))));
        alone.into_iter().flatten().chain(merged.into_iter().flatten())
    }

    /// Whether it is a mapping without keys, or none.
    pub(super) fn is_without_entries(self) -> bool {
        self.layers().all(|layer| layer.entries().next().is_none())
    }

    /// Elements of lists merged by identity: an override's element is laid over the product's with the same one.
    pub(super) fn items<I: Ord + Clone>(self, identity: impl Fn(Node<'t>) -> I) -> Vec<(I, Self)> {
        let of = |layer: Node<'t>| layer.items().map(|item| (identity(item), item));
        match self.over() {
            None => of(self.base()).map(|(id, item)| (id, Self::plain(item))).collect(),
            Some(over) => Self::laid_over(of(self.base()).collect(), of(over).collect()),
        }
    }

    /// The same without their identities, which are looked at only where an override is laid over the list.
    pub(super) fn elements<I: Ord + Clone>(self, identity: impl Fn(Node<'t>) -> I) -> Vec<Self> {
        match self.over {
            None => self.base().items().map(Self::plain).collect(),
            Some(_) => self.items(identity).into_iter().map(|(_, element)| element).collect(),
        }
    }

    /// The product's own first, each with the override's of the same identity; then what only the override has.
    fn laid_over<I: Ord + Clone>(base: Vec<(I, Node<'t>)>, over: Vec<(I, Node<'t>)>) -> Vec<(I, Self)> {
        let own: BTreeSet<I> = base.iter().map(|(id, _)| id.clone()).collect();
        let by_id: BTreeMap<I, Node<'t>> = over.iter().rev().cloned().collect();
        let mut merged: Vec<(I, Self)> = Vec::new();
        for (id, node) in base {
            let layered = Self::merged(Some(node), by_id.get(&id).copied());
            merged.extend(layered.map(|layered| (id, layered)));
        }
        let added = over.into_iter().filter(|(id, _)| !own.contains(id));
        merged.extend(added.map(|(id, node)| (id, Self::plain(node))));
        merged
    }

    /// Elements of a list that an override replaces as a whole.
    pub(super) fn whole(self) -> impl Iterator<Item = Node<'t>> {
        self.node().items()
    }

    /// Both layers, the override first.
    pub(super) fn layers(self) -> impl Iterator<Item = Node<'t>> {
        self.over().into_iter().chain([self.base()])
    }
}
