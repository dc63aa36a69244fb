//! From symbolic places to bytes: routes on a product's tree, seen at a target.

use super::build::sku_text;
use super::layered::{At, Layered};
use crate::diagnostic::{Route, Step};
use crate::model::{Item, SkuKey, UpgradeRule};
use crate::text::Span;
use crate::yaml::{Node, Tree};

/// Where an item stands in a product's document.
#[must_use]
pub fn route_of(item: &Item) -> Route {
    let fields = |route: Route, path: &[&str]| path.iter().fold(route, |route, name| route.key(*name));
    match item {
        Item::Product => Route::root(),
        Item::Delivery => Route::root().key("delivery"),
        Item::Field(field) => fields(Route::root(), field.info().path),
        Item::UpgradeRule(rule) => Route::root().key("upgradeRules").item(rule_text(rule)),
        Item::Specification(key) => Route::specification(key.as_str()),
        Item::SpecificationField(key, field) => fields(Route::specification(key.as_str()), field.info().path),
        Item::Template(key) => Route::specification(key.as_str()).key("template"),
        Item::BillingMode(key, mode) => Route::specification(key.as_str()).key("prices").key(mode.name()),
        Item::Attribute(key, code) => attribute(key.as_str(), code.as_str()),
        Item::AttributeValue(key, code, value) => {
            attribute(key.as_str(), code.as_str()).key("values").key(value.as_str())
        }
        Item::Quantity(key, code) => attribute(key.as_str(), code.as_str()).key("quantity"),
        Item::Sku(key, sku) => sku_route(key.as_str(), sku),
        Item::Price(key, cell) => sku_route(key.as_str(), &cell.sku).key("prices").key(cell.mode.name()),
        Item::Factor(key, factor) => Route::specification(key.as_str()).key("factors").item(factor.as_str()),
        Item::Package(key, package) => {
            Route::specification(key.as_str()).key("packages").item(package.as_str())
        }
    }
}

fn attribute(specification: &str, code: &str) -> Route {
    Route::specification(specification).key("attributes").key(code)
}

/// The element of `skus`, or the specification itself when it has the simple template.
fn sku_route(specification: &str, sku: &SkuKey) -> Route {
    let route = Route::specification(specification);
    if *sku == SkuKey::simple() { route } else { route.key("skus").item(sku.to_string()) }
}

fn rule_text(rule: &UpgradeRule) -> String {
    format!("{}: {} -> {}", rule.specification, rule.from, rule.to)
}

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
    format!("{specification}: {} -> {}", end("from"), end("to")) == wanted
}

/// The bytes a route means at a target: the override's value where it stands there, else the product's own, else the
/// deepest part of the route that is there. `currency` picks from a price map at the end.
pub(super) fn locate(tree: &Tree, route: &Route, target: &str, currency: &str) -> Span {
    let root = tree.root();
    let document = Layered::document(root, target);
    let own = walk(At::new(root), route);
    let over = document.layers().next().filter(|layer| layer.key.is_some()).map(|layer| walk(layer, route));
    let (depth, at) = match over {
        Some((depth, at)) if depth == route.0.len() && depth > 0 || depth > own.0 => (depth, at),
        _ => own,
    };
    if depth == 0 {
        let named = root.entry("key").or_else(|| root.entries().next());
        return named.map_or_else(
            || root.span(),
            |(key, value)| {
                if key.text() == Some("key") { value.span() } else { key.span() }
            },
        );
    }
    let priced = (depth == route.0.len()).then(|| at.value.entry(currency)).flatten();
    let at = priced.map_or(at, |(key, value)| At { key: Some(key), value });
    crate::config::form::place(tree, at.value, at.key)
}

/// Follows a route as far as it goes: the number of steps taken and where that leads.
fn walk<'t>(from: At<'t>, route: &Route) -> (usize, At<'t>) {
    let mut at = from;
    for (depth, step) in route.0.iter().enumerate() {
        let next = match step {
            Step::Key(name) => at.value.entry(name).map(|(key, value)| At { key: Some(key), value }),
            Step::Index(index) => at.value.items().nth(*index).map(At::new),
            Step::Item(name) => at.value.items().find(|item| names(*item, name)).map(At::new),
        };
        // An element of a list has no key of its own: what it lacks is shown at the element.
        let Some(next) = next else { return (depth, at) };
        at = next;
    }
    (route.0.len(), at)
}
