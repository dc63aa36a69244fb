//! Specifications: identity, single values, template and what hangs on it.

use super::Builder;
use super::price::Prices;
use crate::definition::layered::Layered;
use crate::model::{
    Cell, Key, Product, SkuKey, Specification, SpecificationField, SpecificationIntent, Template,
};
use crate::yaml::Node;
use std::collections::BTreeMap;

impl<'t> Builder<'_, 't> {
    pub(super) fn specifications(
        &mut self,
        list: Layered<'t>,
        product: &mut Product,
        intents: &mut BTreeMap<Key, SpecificationIntent>,
    ) {
        for layer in list.layers() {
            self.check_repeated(layer, "specification-key-repeated", "specifications");
        }
        let items = list.items(key_text);
        for (name, specification) in &items {
            let Ok(key) = Key::new(name) else { continue };
            let mut intent = self.intent(*specification, &key);
            let exceptions = self.exceptions(*specification, Some(&key));
            self.specification_exceptions.extend(exceptions);
            let built = self.specification(*specification, key.clone(), &mut intent);
            if intent.is_stated() {
                intents.entry(key.clone()).or_insert(intent);
            }
            product.specifications.entry(key).or_insert(built);
        }
        self.check_former_keys(&items, product);
    }

    /// Two elements of one list with one key; both places are shown.
    pub(super) fn check_repeated(&mut self, list: Node<'t>, rule: &'static str, what: &str) {
        for (first, item) in repeated(list, key_text) {
            let message = format!("two {what} have the key `{}`", key_text(item));
            let diagnostic = self.error(rule, key_node(item), message).label("again here");
            let first = self.location(key_node(first));
            self.report(diagnostic.also(first, "first here").help("give one of them another key"));
        }
    }

    /// A key that one specification gave up cannot be another's.
    fn check_former_keys(&mut self, items: &[(&str, Layered<'t>)], product: &Product) {
        for (name, specification) in items {
            for node in specification.get("formerly").into_iter().flat_map(Layered::whole) {
                let former = node.text().unwrap_or_default();
                if former != *name && product.specifications.contains_key(former) {
                    let message =
                        format!("`{former}` is said to be renamed to `{name}`, and still stands here");
                    let help = "remove one of them: a renamed key is gone";
                    self.report(self.error("former-key-in-use", node, message).help(help));
                }
            }
        }
    }

    fn specification(
        &mut self,
        source: Layered<'t>,
        key: Key,
        intent: &mut SpecificationIntent,
    ) -> Specification {
        let mut built = Specification::new(key);
        for field in SpecificationField::ALL {
            self.specification_field(source, *field, &mut built.fields);
        }
        let Some(template) = self.template(source) else { return built };
        built.template = Some(template);
        match template {
            Template::Simple => self.simple(source, &mut built),
            Template::Custom => {
                let complete = intent.retire.is_none() && !self.retired;
                intent.retire_skus = self.custom(source, &mut built, complete);
                intent.from_library = Self::library_codes(source);
            }
            Template::PayPerUse => self.metered(source, &mut built),
        }
        built
    }

    /// The template as said, or as it follows from what stands there; `None` when nothing says it.
    fn template(&mut self, source: Layered<'t>) -> Option<Template> {
        const TELLING: [(&str, Template); 5] = [
            ("attributes", Template::Custom),
            ("skus", Template::Custom),
            ("factors", Template::PayPerUse),
            ("packages", Template::PayPerUse),
            ("prices", Template::Simple),
        ];
        let said = source.get("template").and_then(Layered::text).and_then(Template::from_name);
        let mut follows = TELLING.iter().filter(|(name, _)| source.get(name).is_some());
        let template = said.or_else(|| follows.next().map(|(_, template)| *template))?;
        for (name, other) in TELLING.iter().filter(|(_, other)| *other != template) {
            let Some(at) = source.get(name).map(Layered::node) else { continue };
            let message =
                format!("`{name}` belongs to the template `{}`, not `{}`", other.name(), template.name());
            let help = match template {
                Template::Custom => "under the custom template, prices stand in each element of `skus`",
                Template::Simple => "the simple template has `prices` only (R91)",
                Template::PayPerUse => "the pay-per-use template has `factors` and `packages` only",
            };
            self.report(self.error_at_key("template-mismatch", at, message).help(help));
        }
        Some(template)
    }

    fn simple(&mut self, source: Layered<'t>, built: &mut Specification) {
        let Some(prices) = source.get("prices") else { return };
        if prices.is_without_entries() {
            let message = "`prices` names no billing mode";
            let help = "add one, as in `yearly: {USD: \"99.00\"}`, or leave `prices` out";
            self.report(self.error_at_key("price-missing", prices.node(), message).help(help));
            return;
        }
        let Prices { by_mode, modes } = self.prices(prices);
        let cells = by_mode.into_iter().map(|(mode, price)| (Cell { sku: SkuKey::simple(), mode }, price));
        built.prices = Some(few(cells));
        built.modes = Some(modes);
    }
}

/// A map or set of a few things, each put in its place: one that is collected sorts them somewhere else first, which for few
/// costs twice as much.
pub(super) fn few<T, C: Default + Extend<T>>(things: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(things);
    all
}

/// The elements of a list that are the same as one before them, each with the first such.
pub(super) fn repeated<'t, I: Ord>(
    list: Node<'t>,
    identity: impl Fn(Node<'t>) -> I,
) -> Vec<(Node<'t>, Node<'t>)> {
    let mut items: Vec<(I, Node<'t>)> = list.items().map(|item| (identity(item), item)).collect();
    // Elements that are the same stay in the order written.
    items.sort_by(|(a, _), (b, _)| a.cmp(b));
    let are_alike = |pair: &[(I, Node<'t>)]| matches!(pair, [(a, _), (b, _)] if a == b);
    if !items.windows(2).any(are_alike) {
        return Vec::new();
    }
    let alike = items.chunk_by(|(a, _), (b, _)| a == b).filter(|alike| alike.len() > 1);
    let pairs = alike.flat_map(|alike| {
        let first = alike.iter().take(1).map(|(_, first)| *first).cycle();
        first.zip(alike.iter().skip(1).map(|(_, item)| *item))
    });
    let mut pairs: Vec<(Node<'t>, Node<'t>)> = pairs.collect();
    pairs.sort_by_key(|(_, item)| item.id());
    pairs
}

/// The text of an element's `key`.
pub(super) fn key_text(item: Node<'_>) -> &str {
    item.get("key").and_then(Node::text).unwrap_or_default()
}

/// The value of an element's `key`, or the element.
fn key_node(item: Node<'_>) -> Node<'_> {
    item.get("key").unwrap_or(item)
}
