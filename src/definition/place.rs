//! From symbolic places to bytes: routes on a product's tree, seen at a target.

use super::build::sku_text;
use super::layered::Layered;
use crate::diagnostic::{Route, Step};
use crate::text::Span;
use crate::yaml::{Node, Tree};

/// How an element of a list is named: by `key`, a SKU by its values, an upgrade rule by its ends.
fn names(item: Node<'_>, wanted: &str) -> bool {
    if let Some(key) = item.get("key").and_then(Node::text) {
        return key == wanted;
    }
    if item.get("values").is_some() {
        return sku_text(item) == wanted;
    }
    let end = |name: &str| super::build::sku_values(item.get(name));
    let specification = item.get("specification").and_then(Node::text).unwrap_or_default();
    let expansion = item.get("expansion").and_then(Node::whole);
    let expansion = expansion.map_or_else(String::new, |factor| format!(" x{factor}"));
    // As the rule itself is displayed.
    format!("{specification}: {} -> {}{expansion}", end("from"), end("to")) == wanted
}

/// The bytes a route means at a target: the override's value where it stands there, else the product's own, else what
/// stands in for it, else the deepest part of the route that is there.
pub(super) fn locate(tree: &Tree, route: &Route, target: &str, currency: &str) -> Span {
    let root = tree.root();
    let document = Layered::document(root, target);
    let find = |route: &Route| {
        let own = walk(root, route, currency);
        let over = document
            .layers()
            .next()
            .filter(|layer| layer.key().is_some())
            .map(|layer| walk(layer, route, currency));
        match over {
            Some((depth, at)) if depth == route.0.len() && depth > 0 || depth > own.0 => (depth, at),
            _ => own,
        }
    };
    let mut found = find(route);
    let mut missing = route.0.len() - found.0;
    for other in if missing > 0 { substitutes(route) } else { Vec::new() } {
        let other_found = find(&other);
        if other.0.len() - other_found.0 < missing {
            (missing, found) = (other.0.len() - other_found.0, other_found);
        }
    }
    let (depth, at) = found;
    if depth == 0 {
        let named = root.entry("key").or_else(|| root.entries().next());
        return named.map_or_else(
            || root.span(),
            |(key, value)| {
                if key.text() == Some("key") { value.span() } else { key.span() }
            },
        );
    }
    crate::config::form::place(tree, at, at.key())
}

/// The mapping that says what a route means at a target, and the key it says it under: the override's where it stands
/// there, else the product's own. `None` where nothing says it.
pub(super) fn stated<'t>(
    tree: &'t Tree,
    route: &Route,
    target: &str,
    currency: &str,
) -> Option<(Node<'t>, String)> {
    let (last, before) = route.0.split_last()?;
    let key = match last {
        Step::Key(key) => key.as_str(),
        Step::Currency => currency,
        Step::Index(_) | Step::Item(_) => return None,
    };
    let owner = Route(before.to_vec());
    let root = tree.root();
    let document = Layered::document(root, target);
    let over = document.layers().next().filter(|layer| layer.key().is_some());
    let mut layers = over.into_iter().chain([root]);
    layers.find_map(|layer| {
        let (depth, at) = walk(layer, &owner, currency);
        (depth == owner.0.len() && at.get(key).is_some()).then(|| (at, key.to_owned()))
    })
}

/// Where else to look for what a specification need not say in so many words: its template follows from what it is made
/// of, and the billing modes of a custom template stand in its SKUs, of which the first is shown.
fn substitutes(route: &Route) -> Vec<Route> {
    let [list @ Step::Key(name), owner @ Step::Item(_), Step::Key(part), rest @ ..] = route.0.as_slice()
    else {
        return Vec::new();
    };
    let of = |steps: &[Step]| {
        let steps = [list, owner].into_iter().chain(steps).chain(rest);
        Route(steps.cloned().collect())
    };
    let key = |name: &str| Step::Key(name.to_owned());
    match (name.as_str(), part.as_str()) {
        ("specifications", "template") => ["factors", "skus", "prices"].map(|part| of(&[key(part)])).into(),
        ("specifications", "prices") => vec![of(&[key("skus"), Step::Index(0), key("prices")])],
        _ => Vec::new(),
    }
}

/// Follows a route as far as it goes: the number of steps taken and where that leads.
fn walk<'t>(from: Node<'t>, route: &Route, currency: &str) -> (usize, Node<'t>) {
    let mut at = from;
    for (depth, step) in route.0.iter().enumerate() {
        let next = match step {
            Step::Key(name) => at.get(name),
            Step::Currency => at.get(currency),
            Step::Index(index) => at.items().nth(*index),
            Step::Item(name) => at.items().find(|item| names(*item, name)),
        };
        // An element of a list has no key of its own: what it lacks is shown at the element.
        let Some(next) = next else { return (depth, at) };
        at = next;
    }
    (route.0.len(), at)
}
