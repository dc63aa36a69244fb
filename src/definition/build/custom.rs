//! The custom template: attributes, the SKUs they generate, and a price for every SKU and billing mode.

use super::Builder;
use super::price::Prices;
use super::specification::{few, repeated};
use crate::definition::layered::Layered;
use crate::model::{
    Attribute, AttributeKind, BillingMode, Cell, Key, Quantity, QuantityPricing, Retirement, SkuKey,
    Specification,
};
use crate::yaml::{Node, excerpt};
use std::collections::{BTreeMap, BTreeSet};

/// Most SKUs a specification may generate; the combinations of many attributes grow without bound.
const SKUS_MAX: usize = 5_000;

/// Most attributes of a specification; far above what a buyer could choose from.
const ATTRIBUTES_MAX: usize = 50;

/// Most missing SKUs that are named one by one.
const MISSING_SHOWN_MAX: usize = 20;

/// A SKU as its element of `skus` says it.
struct Row<'t> {
    sku: SkuKey,
    source: Layered<'t>,
    prices: Prices,
}

impl<'t> Builder<'_, 't> {
    /// Gives the SKUs that are to leave the catalog.
    pub(super) fn custom(
        &mut self,
        source: Layered<'t>,
        built: &mut Specification,
        complete: bool,
    ) -> BTreeMap<SkuKey, Retirement> {
        let mut retired = BTreeMap::new();
        let before = self.found.len();
        let attributes = source.get("attributes").map(|attributes| self.attributes(attributes));
        let too_many = attributes.as_ref().is_some_and(|all| all.len() > ATTRIBUTES_MAX);
        if let (true, Some(at)) = (too_many, source.get("attributes").map(Layered::node)) {
            let message = format!("a specification has at most {ATTRIBUTES_MAX} attributes");
            self.report(self.error_at_key("attributes-too-many", at, message).help("use fewer attributes"));
        }
        let attributes_sound = self.found.len() == before;
        if let Some(skus) = source.get("skus") {
            match &attributes {
                Some(attributes) if attributes_sound => {
                    retired = self.skus(skus, attributes, built, complete);
                }
                Some(_) => {}
                None => {
                    let message = "`skus` needs `attributes` that generate them";
                    let help = "add `attributes:` with the attributes the SKUs are made of";
                    self.report(self.error_at_key("attributes-missing", skus.node(), message).help(help));
                }
            }
        }
        built.attributes = attributes;
        retired
    }

    fn attributes(&mut self, attributes: Layered<'t>) -> BTreeMap<Key, Attribute> {
        let mut built = BTreeMap::new();
        for (code, attribute) in attributes.entries() {
            let Ok(code) = Key::new(code) else { continue };
            if let Some(attribute) = self.attribute(&code, attribute) {
                built.insert(code, attribute);
            }
        }
        built
    }

    /// An attribute; what is left out comes from the library.
    fn attribute(&mut self, code: &Key, source: Layered<'t>) -> Option<Attribute> {
        let at = source.node();
        let library = self.around.library.get(code);
        let said = source.get("name").and_then(Layered::text);
        let Some(name) = said.or(library.map(|entry| entry.name.as_str())) else {
            let message =
                format!("attribute `{code}` has no name, and the attribute library has none for it");
            let help = "add `name:`, or add the attribute to the library";
            self.report(self.error_at_key("attribute-name-missing", at, message).help(help));
            return None;
        };
        let (values, quantity) = (source.get("values"), source.get("quantity"));
        let kind = match (values, quantity) {
            (Some(values), None) => self.enumeration(values)?,
            (None, Some(quantity)) => self.quantity(quantity)?,
            (None, None) if library.is_some() => library?.kind.clone(),
            (Some(_), Some(_)) | (None, None) => {
                let message = format!("attribute `{code}` needs either `values` or `quantity`");
                let help = "`values: {basic: Basic}` for choices, `quantity: {min: 1, max: 100, step: 1}` for a number";
                self.report(self.error_at_key("attribute-kind-unclear", at, message).help(help));
                return None;
            }
        };
        Some(Attribute { name: super::normal(name), kind })
    }

    /// Codes of attributes that leave their name or values to the attribute library.
    pub(super) fn library_codes(source: Layered<'t>) -> BTreeSet<Key> {
        let attributes = source.get("attributes").into_iter().flat_map(Layered::entries);
        let follows = |attribute: Layered<'t>| {
            let kind = attribute.get("values").is_some() || attribute.get("quantity").is_some();
            attribute.get("name").is_none() || !kind
        };
        let named = attributes.filter(|(_, attribute)| follows(*attribute));
        few(named.filter_map(|(code, _)| Key::new(code).ok()))
    }

    fn enumeration(&mut self, values: Layered<'t>) -> Option<AttributeKind> {
        if values.is_without_entries() {
            let message = "an attribute needs at least one value";
            let diagnostic = self.error_at_key("attribute-values-empty", values.node(), message);
            self.report(diagnostic.help("add values as `key: Label`"));
            return None;
        }
        let labels = values
            .entries()
            .filter_map(|(key, label)| Some((Key::new(key).ok()?, super::normal(label.text()?))));
        Some(AttributeKind::Enumeration(labels.collect()))
    }

    fn quantity(&mut self, source: Layered<'t>) -> Option<AttributeKind> {
        let number = |name: &str| {
            let node = source.get(name)?.node();
            u64::try_from(node.whole()?).ok()
        };
        let (min, max, step) = (number("min")?, number("max")?, number("step")?);
        if min > max || step == 0 {
            let message = format!("a quantity from {min} to {max} in steps of {step} has no values");
            let help = "`min` is at most `max`, and `step` is at least 1";
            self.report(self.error_at_key("quantity-range-empty", source.node(), message).help(help));
            return None;
        }
        let tiered = source.get("pricing").and_then(Layered::text) == Some(QuantityPricing::Tiered.name());
        let pricing = if tiered { QuantityPricing::Tiered } else { QuantityPricing::Linear };
        Some(AttributeKind::Quantity(Quantity { min, max, step, pricing }))
    }

    fn skus(
        &mut self,
        list: Layered<'t>,
        attributes: &BTreeMap<Key, Attribute>,
        built: &mut Specification,
        complete: bool,
    ) -> BTreeMap<SkuKey, Retirement> {
        if let Some(at) = list.layers().find(|at| at.items().count() > SKUS_MAX) {
            let message = format!("there are more than {SKUS_MAX} SKUs");
            self.report(
                self.error_at_key("skus-too-many", at, message).help("use fewer attributes or values"),
            );
            return BTreeMap::new();
        }
        for layer in list.layers() {
            self.check_repeated_skus(layer);
        }
        let mut rows: Vec<Row<'t>> = Vec::new();
        let (mut retired, mut sound) = (BTreeMap::new(), true);
        for source in list.elements(sku_text) {
            let sku = source.get("values").and_then(|values| self.sku(values, attributes));
            let prices = source.get("prices").map(|prices| self.prices(prices)).unwrap_or_default();
            match sku {
                Some(sku) => {
                    retired.extend(self.retirement(source).map(|retirement| (sku.clone(), retirement)));
                    rows.push(Row { sku, source, prices });
                }
                None => sound = false,
            }
        }
        let modes: BTreeSet<BillingMode> = few(rows.iter().flat_map(|row| row.prices.modes.iter().copied()));
        if complete && sound {
            self.check_complete(list, attributes, &rows, &modes);
        }
        let cells = rows.into_iter().flat_map(|Row { sku, prices, .. }| {
            let cell = move |(mode, price)| (Cell { sku: sku.clone(), mode }, price);
            prices.by_mode.into_iter().map(cell)
        });
        built.prices = Some(few(cells));
        built.modes = Some(modes);
        retired
    }

    /// One value for every attribute with choices, and nothing else.
    pub(super) fn sku(
        &mut self,
        values: Layered<'t>,
        attributes: &BTreeMap<Key, Attribute>,
    ) -> Option<SkuKey> {
        let mut sku = BTreeMap::new();
        let before = self.found.len();
        for (code, value) in values.entries() {
            let at = value.node();
            let Some((key, attribute)) = attributes.get_key_value(code) else {
                let diagnostic = self.error_at_key(
                    "attribute-unknown",
                    at,
                    format!("there is no attribute `{}`", excerpt(code)),
                );
                self.report(Self::suggest(diagnostic, code, attributes.keys().map(Key::as_str)));
                continue;
            };
            let AttributeKind::Enumeration(labels) = &attribute.kind else {
                let message = format!("`{code}` is a quantity, which the buyer picks");
                let help = "SKUs are made of attributes with `values` only; leave it out";
                self.report(self.error_at_key("attribute-not-enumerated", at, message).help(help));
                continue;
            };
            let written = value.text().unwrap_or_default();
            match labels.get_key_value(written) {
                Some((label, _)) => {
                    sku.insert(key.clone(), label.clone());
                }
                None => {
                    let message = format!("attribute `{code}` has no value `{}`", excerpt(written));
                    let diagnostic = self.error("attribute-value-unknown", at, message);
                    let suggested = Self::suggest(diagnostic, written, labels.keys().map(Key::as_str));
                    self.report(suggested.replacing(at.span()));
                }
            }
        }
        for (code, attribute) in attributes {
            let missing = matches!(attribute.kind, AttributeKind::Enumeration(_))
                && values.get(code.as_str()).is_none();
            if missing {
                let message = format!("attribute `{code}` has no value here");
                let diagnostic = self.error_at_key("sku-value-missing", values.node(), message);
                self.report(diagnostic.help(format!("add `{code}:`")));
            }
        }
        (self.found.len() == before).then(|| SkuKey::new(sku))
    }

    fn check_repeated_skus(&mut self, list: Node<'t>) {
        for (first, item) in repeated(list, |item| pairs(item.get("values"))) {
            let message = format!("the SKU with {} stands here twice", shown(&sku_text(item)));
            let diagnostic = self.error("sku-repeated", item, message).label("again here");
            let first = self.location(first);
            self.report(diagnostic.also(first, "first here").help("keep one of them"));
        }
    }

    /// Every generated SKU has a price in every billing mode.
    fn check_complete(
        &mut self,
        list: Layered<'t>,
        attributes: &BTreeMap<Key, Attribute>,
        rows: &[Row<'t>],
        modes: &BTreeSet<BillingMode>,
    ) {
        let at = list.node();
        let Some(count) = combinations(attributes) else {
            let message = format!("these attributes generate more than {SKUS_MAX} SKUs");
            self.report(
                self.error_at_key("skus-too-many", at, message).help("use fewer attributes or values"),
            );
            return;
        };
        let listed: BTreeSet<&SkuKey> = few(rows.iter().map(|row| &row.sku));
        // Every SKU that is listed is a combination.
        let is_complete = listed.len() == count;
        let generated = if is_complete { Vec::new() } else { generated(attributes) };
        let missing: Vec<&SkuKey> = generated.iter().filter(|sku| !listed.contains(sku)).collect();
        for sku in missing.iter().take(MISSING_SHOWN_MAX) {
            let message = format!("the SKU with {} is missing", shown(&sku.to_string()));
            let why = "attributes generate every combination of their values, and each needs a price";
            let help = "add it, or take the value from the attribute";
            self.report(self.error_at_key("sku-missing", at, message).why(why).help(help));
        }
        if missing.len() > MISSING_SHOWN_MAX {
            let message = format!("{} more SKUs are missing", missing.len() - MISSING_SHOWN_MAX);
            self.report(self.error_at_key("sku-missing", at, message));
        }
        let lacks = |row: &&Row<'t>| row.prices.modes != *modes || modes.is_empty();
        for Row { sku, source, prices } in rows.iter().filter(lacks) {
            if source.get("retire").is_some() {
                continue;
            }
            let place = source.get("prices").or_else(|| source.get("values")).map(Layered::node);
            for mode in modes.difference(&prices.modes) {
                let Some(at) = place else { continue };
                let message = format!("the SKU with {} has no `{mode}` price", shown(&sku.to_string()));
                let why = "billing modes belong to the specification, so every SKU needs a price in each";
                self.report(
                    self.error_at_key("price-missing", at, message).why(why).help(format!("add `{mode}:`")),
                );
            }
            if let (true, Some(at)) = (modes.is_empty(), place) {
                let message = "this SKU has no price";
                self.report(self.error_at_key("price-missing", at, message).help("add `prices:`"));
            }
        }
    }
}

/// Attributes with choices, each with its values.
fn choices(attributes: &BTreeMap<Key, Attribute>) -> impl Iterator<Item = (&Key, &BTreeMap<Key, String>)> {
    attributes.iter().filter_map(|(code, attribute)| match &attribute.kind {
        AttributeKind::Enumeration(labels) => Some((code, labels)),
        AttributeKind::Quantity(_) => None,
    })
}

/// How many combinations of the values of attributes with choices there are; `None` when there are too many.
fn combinations(attributes: &BTreeMap<Key, Attribute>) -> Option<usize> {
    choices(attributes).try_fold(1_usize, |count, (_, labels)| {
        count.checked_mul(labels.len()).filter(|count| *count <= SKUS_MAX)
    })
}

/// Every combination of the values of attributes with choices.
fn generated(attributes: &BTreeMap<Key, Attribute>) -> Vec<SkuKey> {
    let mut skus = vec![BTreeMap::new()];
    for (code, labels) in choices(attributes) {
        let with = |sku: &BTreeMap<Key, Key>, value: &Key| {
            let mut sku = sku.clone();
            sku.insert(code.clone(), value.clone());
            sku
        };
        skus = skus.iter().flat_map(|sku| labels.keys().map(move |value| with(sku, value))).collect();
    }
    skus.into_iter().map(SkuKey::new).collect()
}

fn shown(sku: &str) -> String {
    if sku.is_empty() { "no choices".to_owned() } else { format!("`{}`", excerpt(sku)) }
}

/// A SKU's identity as text, in the order of attribute codes, as [`SkuKey`] shows it.
pub(in crate::definition) fn sku_text(item: Node<'_>) -> String {
    sku_values(item.get("values"))
}

/// What a mapping of attribute codes to values says, in the order of codes.
fn pairs<'t>(values: Option<Node<'t>>) -> Vec<(&'t str, &'t str)> {
    let text = |node: Node<'t>| node.text().unwrap_or_default();
    let entries = values.into_iter().flat_map(Node::entries);
    let mut pairs: Vec<(&str, &str)> = entries.map(|(code, value)| (text(code), text(value))).collect();
    pairs.sort_unstable();
    pairs
}

/// The text of a mapping of attribute codes to values.
pub(in crate::definition) fn sku_values(values: Option<Node<'_>>) -> String {
    let mut whole = String::new();
    for (code, value) in pairs(values) {
        let before = if whole.is_empty() { "" } else { ", " };
        whole.extend([before, code, "=", value]);
    }
    whole
}
