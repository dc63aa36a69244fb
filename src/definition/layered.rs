//! A value of a product as it holds at one target: the override's where it says something, else the product's own.

use crate::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// A value with the key it stands under.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) key: Option<Node<'t>>,
    pub(super) value: Node<'t>,
}

impl<'t> At<'t> {
    pub(super) fn new(value: Node<'t>) -> Self {
        Self { key: None, value }
    }

    #[inline]
    fn get(self, name: &str) -> Option<Self> {
        self.value.entry(name).map(|(key, value)| Self { key: Some(key), value })
    }
}

/// The product's own value and the override's, of which at least one is there when a look-up gave it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layered<'t> {
    base: Option<At<'t>>,
    over: Option<At<'t>>,
}

impl<'t> Layered<'t> {
    /// A product's document as seen at a target.
    pub(super) fn document(root: Node<'t>, target: &str) -> Self {
        let over = root.get("overrides").and_then(|overrides| At::new(overrides).get(target));
        Self { base: Some(At::new(root)), over }
    }

    /// A value without override.
    pub(super) fn plain(at: At<'t>) -> Self {
        Self { base: Some(at), over: None }
    }

    /// Mappings are merged; anything else in the override replaces.
    fn merged(base: Option<At<'t>>, over: Option<At<'t>>) -> Option<Self> {
        let merges = |over: At<'t>, base: At<'t>| {
            over.value.is_mapping() && base.value.is_mapping()
                || over.value.is_sequence() && base.value.is_sequence()
        };
        match (base, over) {
            (None, None) => None,
            (Some(base), Some(over)) if !merges(over, base) => Some(Self { base: None, over: Some(over) }),
            (base, over) => Some(Self { base, over }),
        }
    }

    /// The value under a key.
    #[inline]
    pub(super) fn get(self, name: &str) -> Option<Self> {
        if let Self { base: Some(base), over: None } = self {
            return base.get(name).map(Self::plain);
        }
        self.get_merged(name)
    }

    fn get_merged(self, name: &str) -> Option<Self> {
        Self::merged(self.base.and_then(|base| base.get(name)), self.over.and_then(|over| over.get(name)))
    }

    /// The value at the end of several keys.
    pub(super) fn path(self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The value that holds: scalars and lists as a whole.
    pub(super) fn at(self) -> Option<At<'t>> {
        self.over.or(self.base)
    }

    /// The node that holds.
    pub(super) fn node(self) -> Option<Node<'t>> {
        self.at().map(|at| at.value)
    }

    /// The text of the value that holds; nothing for `null`, mappings and lists.
    pub(super) fn text(self) -> Option<&'t str> {
        self.node().filter(|node| !node.is_null()).and_then(Node::text)
    }

    /// Keys with their values, the product's own first, each in the order written.
    pub(super) fn entries(self) -> Vec<(&'t str, Self)> {
        let named = |layer: At<'t>| {
            let at =
                |(key, value): (Node<'t>, _)| (key.text().unwrap_or_default(), At { key: Some(key), value });
            layer.value.entries().map(at)
        };
        match self {
            Self { base: Some(base), over: None } => {
                named(base).map(|(key, at)| (key, Self::plain(at))).collect()
            }
            Self { base, over } => {
                let all = |layer: Option<At<'t>>| layer.into_iter().flat_map(named).collect();
                Self::laid_over(all(base), all(over))
            }
        }
    }

    /// Whether it is a mapping without keys, or none.
    pub(super) fn is_without_entries(self) -> bool {
        self.layers().all(|layer| layer.value.entries().next().is_none())
    }

    /// Elements of lists merged by identity: an override's element is laid over the product's with the same one.
    pub(super) fn items<I: Ord + Clone>(self, identity: impl Fn(Node<'t>) -> I) -> Vec<(I, Self)> {
        let of = |layer: At<'t>| layer.value.items().map(|item| (identity(item), At::new(item)));
        match self {
            Self { base: Some(base), over: None } => of(base).map(|(id, at)| (id, Self::plain(at))).collect(),
            Self { base, over } => {
                let all = |layer: Option<At<'t>>| layer.into_iter().flat_map(of).collect();
                Self::laid_over(all(base), all(over))
            }
        }
    }

    /// The same without their identities, which are looked at only where an override is laid over the list.
    pub(super) fn elements<I: Ord + Clone>(self, identity: impl Fn(Node<'t>) -> I) -> Vec<Self> {
        match self {
            Self { base: Some(base), over: None } => {
                base.value.items().map(|item| Self::plain(At::new(item))).collect()
            }
            _ => self.items(identity).into_iter().map(|(_, element)| element).collect(),
        }
    }

    /// The product's own first, each with the override's of the same identity; then what only the override has.
    fn laid_over<I: Ord + Clone>(base: Vec<(I, At<'t>)>, over: Vec<(I, At<'t>)>) -> Vec<(I, Self)> {
        let own: BTreeSet<I> = base.iter().map(|(id, _)| id.clone()).collect();
        let by_id: BTreeMap<I, At<'t>> = over.iter().rev().cloned().collect();
        let mut merged: Vec<(I, Self)> = Vec::new();
        for (id, at) in base {
            let layered = Self::merged(Some(at), by_id.get(&id).copied());
            merged.extend(layered.map(|layered| (id, layered)));
        }
        let added = over.into_iter().filter(|(id, _)| !own.contains(id));
        merged.extend(added.map(|(id, at)| (id, Self { base: None, over: Some(at) })));
        merged
    }

    /// Elements of a list that an override replaces as a whole.
    pub(super) fn whole(self) -> Vec<Node<'t>> {
        self.node().into_iter().flat_map(Node::items).collect()
    }

    /// Both layers, the override first.
    pub(super) fn layers(self) -> impl Iterator<Item = At<'t>> {
        [self.over, self.base].into_iter().flatten()
    }
}
