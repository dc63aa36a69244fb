//! What a submission is made of, with the words by which somebody may name each part.

use super::fold;
use crate::model::{
    Amount, Asset, BillingFactor, BillingMode, Cell, Entry, FieldInfo, Fields, Item, Key, Package, Price,
    Product, ProductField, SkuKey, Specification, SpecificationField, Value,
};
use crate::submission::{Operation, Submission};
use std::collections::BTreeMap;

/// More parts than a catalog's largest product has; what lies beyond is not looked for.
const PARTS: usize = 5_000;

/// A part of a submission.
pub(super) struct Part {
    pub(super) item: Item,
    /// Its names, folded.
    pub(super) words: Vec<String>,
    /// Names of its files, folded.
    pub(super) files: Vec<String>,
    /// Its texts, folded.
    pub(super) texts: Vec<String>,
    /// Its amounts of money.
    pub(super) amounts: Vec<Amount>,
    /// The billing mode it has a price in.
    pub(super) mode: Option<BillingMode>,
    /// Whether it is an operation of its own, not only something within one.
    pub(super) is_whole: bool,
}

/// How the console and sellers call a billing mode, folded.
pub(super) fn mode_words(mode: BillingMode) -> &'static [&'static str] {
    match mode {
        BillingMode::Yearly => &["yearly", "annual", "包年"],
        BillingMode::Monthly => &["monthly", "包月"],
        BillingMode::Daily => &["daily", "包日"],
        BillingMode::OneTime => &["one-time", "one time", "按次"],
        BillingMode::PayPerUse => &["pay-per-use", "按需"],
        BillingMode::Quantity => &["by quantity", "按数量"],
    }
}

/// The parts of a submission, in the order of its operations.
pub(super) fn parts(submission: &Submission) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for operation in &submission.operations {
        if parts.len() >= PARTS {
            break;
        }
        let Operation { item, from, to, .. } = operation;
        let mut whole = Part::of(item.clone(), to.as_ref().or(from.as_ref()));
        whole.is_whole = true;
        parts.push(whole);
        match to {
            Some(Value::Product(product)) => of_product(product, &mut parts),
            Some(Value::Specification(specification)) => of_specification(specification, &mut parts),
            _ => {}
        }
    }
    parts.truncate(PARTS);
    parts
}

fn of_product(product: &Product, parts: &mut Vec<Part>) {
    let field = |(field, value): (ProductField, &Option<Value>)| {
        Some(Part::of(Item::Field(field), Some(value.as_ref()?)))
    };
    parts.extend(product.fields.iter().filter_map(field));
    for (key, specification) in &product.specifications {
        let mut whole = Part::of(Item::Specification(key.clone()), None);
        whole.is_whole = true;
        parts.push(whole);
        of_specification(specification, parts);
    }
}

fn of_specification(specification: &Specification, parts: &mut Vec<Part>) {
    let Specification { key, fields, template: _, modes: _, attributes, prices, factors, packages } =
        specification;
    let fields: &Fields<SpecificationField> = fields;
    let field = |(field, value): (SpecificationField, &Option<Value>)| {
        Some(Part::of(Item::SpecificationField(key.clone(), field), Some(value.as_ref()?)))
    };
    parts.extend(fields.iter().filter_map(field));
    for (code, attribute) in attributes.iter().flatten() {
        let value = Value::Attribute(attribute.clone());
        parts.push(Part::of(Item::Attribute(key.clone(), code.clone()), Some(&value)));
    }
    let mut skus: BTreeMap<&SkuKey, ()> = BTreeMap::new();
    for (cell, price) in prices.iter().flatten() {
        if !cell.sku.values().is_empty() && skus.insert(&cell.sku, ()).is_none() {
            parts.push(Part::of(Item::Sku(key.clone(), cell.sku.clone()), None));
        }
        parts.push(Part::of(Item::Price(key.clone(), cell.clone()), Some(&Value::Price(price.clone()))));
    }
    for (code, factor) in factors.iter().flatten() {
        let value = Value::Factor(factor.clone());
        parts.push(Part::of(Item::Factor(key.clone(), code.clone()), Some(&value)));
    }
    for (code, package) in packages.iter().flatten() {
        let value = Value::Package(package.clone());
        parts.push(Part::of(Item::Package(key.clone(), code.clone()), Some(&value)));
    }
}

impl Part {
    fn of(item: Item, value: Option<&Value>) -> Self {
        let mode = match &item {
            Item::Price(_, Cell { mode, .. }) | Item::BillingMode(_, mode) => Some(*mode),
            _ => None,
        };
        let words = words(&item);
        let mut part = Self {
            item,
            words,
            files: Vec::new(),
            texts: Vec::new(),
            amounts: Vec::new(),
            mode,
            is_whole: false,
        };
        part.take(value);
        part
    }

    fn take(&mut self, value: Option<&Value>) {
        let mut text = |text: &str| self.texts.push(fold(text));
        match value {
            Some(Value::Text(found)) => text(found),
            Some(Value::Texts(found)) => found.iter().for_each(|found| text(found)),
            Some(Value::Entries(found)) => found.iter().for_each(|Entry { title, text: body }| {
                text(title);
                text(body);
            }),
            Some(Value::Attribute(found)) => text(&found.name),
            Some(Value::Asset(found)) => self.files.push(file(found)),
            Some(Value::Assets(found)) => self.files.extend(found.iter().map(file)),
            Some(Value::Price(found)) => self.amounts.extend(amounts(found)),
            Some(Value::Prices(found)) => self.amounts.extend(found.values().flat_map(amounts)),
            Some(Value::Factor(BillingFactor { items, .. })) => {
                for (name, price) in items.values() {
                    self.texts.push(fold(name));
                    self.amounts.extend(amounts(price));
                }
            }
            Some(Value::Package(package)) => self.amounts.extend(package_amounts(package)),
            // What a whole holds is parts of their own.
            Some(
                Value::Flag(_)
                | Value::Integer(_)
                | Value::Delivery(_)
                | Value::Template(_)
                | Value::Quantity(_)
                | Value::UpgradeRule(_)
                | Value::Specification(_)
                | Value::Product(_),
            )
            | None => {}
        }
    }
}

fn file(asset: &Asset) -> String {
    fold(&asset.name)
}

fn amounts(price: &Price) -> Vec<Amount> {
    match price {
        Price::Flat(amount) => vec![*amount],
        Price::Tiered(tiers) => tiers.iter().map(|tier| tier.price).collect(),
    }
}

fn package_amounts(package: &Package) -> Vec<Amount> {
    vec![package.price]
}

/// How the console calls a thing, in both languages, and how definitions do; folded.
fn words(item: &Item) -> Vec<String> {
    let field = |info: &FieldInfo| {
        let last = info.path.last().copied().unwrap_or_default();
        let own = [info.console, info.console_cn, last];
        // `name`, `text` and the like are words of every day.
        let own = own
            .into_iter()
            .filter(|word| word.chars().count() > 4 || !word.is_ascii() || *word == info.console);
        own.map(fold).filter(|word| !word.is_empty()).collect()
    };
    let named = |words: &[&str], key: &Key| words.iter().copied().chain([key.as_str()]).map(fold).collect();
    match item {
        Item::Product | Item::Specification(_) | Item::Price(..) => Vec::new(),
        Item::Delivery => ["delivery method", "交付方式"].map(fold).into(),
        Item::Field(found) => field(found.info()),
        Item::SpecificationField(_, found) => field(found.info()),
        Item::UpgradeRule(_) => ["upgrade rule", "升级规则"].map(fold).into(),
        Item::Template(_) => ["pricing template", "定价模板"].map(fold).into(),
        Item::BillingMode(_, mode) => mode_words(*mode).iter().map(|word| fold(word)).collect(),
        Item::Attribute(_, code) | Item::AttributeValue(_, code, _) => named(&["商品属性"], code),
        Item::Quantity(_, code) => named(&["quantity"], code),
        Item::Sku(_, sku) => vec![fold(&sku.to_string())],
        Item::Factor(_, code) => named(&["billing factor", "计费因子"], code),
        Item::Package(_, code) => named(&["按需套餐包"], code),
    }
}
