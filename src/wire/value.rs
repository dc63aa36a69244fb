//! Values with a mark of their kind, for changes and operations, whose object does not tell it.

use super::{
    Attribute, BillingFactor, Name, Package, Price, Prices, Product, Quantity, Specification, UpgradeRule,
    present,
};
use crate::model::{self, DeliveryMethod, FileKind, Template};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file that belongs to a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Asset {
    /// File name without folders.
    pub name: String,
    /// BLAKE3 digest of the content, hexadecimal.
    pub digest: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// What the content is, by the usual ending of such files' names; left out where it is none of the known kinds.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Name<FileKind>>,
    /// Width and height of a picture in pixels.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub pixels: Option<[u32; 2]>,
}

pub(super) fn asset(core: &model::Asset) -> Asset {
    let model::Asset { name, digest, size_bytes, kind, pixels, text: _ } = core;
    let (name, digest) = (name.clone(), digest.clone());
    Asset { name, digest, size_bytes: *size_bytes, kind: kind.map(Name), pixels: *pixels }
}

pub(super) fn asset_into(wire: Asset) -> model::Asset {
    let Asset { name, digest, size_bytes, kind, pixels } = wire;
    model::Asset { name, digest, size_bytes, kind: kind.map(|kind| kind.0), pixels, text: None }
}

/// A titled paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Heading.
    pub title: String,
    /// Body.
    pub text: String,
}

pub(super) fn entry(core: &model::Entry) -> Entry {
    let model::Entry { title, text } = core;
    Entry { title: title.clone(), text: text.clone() }
}

pub(super) fn entry_into(wire: Entry) -> model::Entry {
    let Entry { title, text } = wire;
    model::Entry { title, text }
}

/// What a field or item holds, under the name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Value {
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Texts in the seller's order.
    Texts(Vec<String>),
    /// Titled paragraphs in the seller's order.
    Entries(Vec<Entry>),
    /// One file.
    Asset(Asset),
    /// Files in the seller's order.
    Assets(Vec<Asset>),
    /// The delivery method.
    Delivery(Name<DeliveryMethod>),
    /// A pricing template.
    Template(Name<Template>),
    /// One cell's price.
    Price(Price),
    /// Prices of several cells.
    Prices(Prices),
    /// An attribute.
    Attribute(Attribute),
    /// A quantity attribute's range.
    Quantity(Quantity),
    /// A billing factor.
    Factor(BillingFactor),
    /// A package.
    Package(Package),
    /// An upgrade rule.
    UpgradeRule(UpgradeRule),
    /// A whole specification.
    Specification(Box<Specification>),
    /// A whole product.
    Product(Box<Product>),
}

impl From<&model::Value> for Value {
    fn from(core: &model::Value) -> Self {
        match core {
            model::Value::Text(text) => Self::Text(text.clone()),
            model::Value::Flag(flag) => Self::Flag(*flag),
            model::Value::Integer(number) => Self::Integer(*number),
            model::Value::Texts(texts) => Self::Texts(texts.clone()),
            model::Value::Entries(entries) => Self::Entries(entries.iter().map(entry).collect()),
            model::Value::Asset(file) => Self::Asset(asset(file)),
            model::Value::Assets(files) => Self::Assets(files.iter().map(asset).collect()),
            model::Value::Delivery(method) => Self::Delivery(Name(*method)),
            model::Value::Template(template) => Self::Template(Name(*template)),
            model::Value::Price(price) => Self::Price(price.into()),
            model::Value::Prices(prices) => Self::Prices(prices.into()),
            model::Value::Attribute(attribute) => Self::Attribute(attribute.into()),
            model::Value::Quantity(range) => Self::Quantity(range.into()),
            model::Value::Factor(factor) => Self::Factor(factor.into()),
            model::Value::Package(package) => Self::Package(package.into()),
            model::Value::UpgradeRule(rule) => Self::UpgradeRule(rule.into()),
            model::Value::Specification(whole) => Self::Specification(Box::new(whole.as_ref().into())),
            model::Value::Product(whole) => Self::Product(Box::new(whole.as_ref().into())),
        }
    }
}

impl From<Value> for model::Value {
    fn from(wire: Value) -> Self {
        match wire {
            Value::Text(text) => Self::Text(text),
            Value::Flag(flag) => Self::Flag(flag),
            Value::Integer(number) => Self::Integer(number),
            Value::Texts(texts) => Self::Texts(texts),
            Value::Entries(entries) => Self::Entries(entries.into_iter().map(entry_into).collect()),
            Value::Asset(file) => Self::Asset(asset_into(file)),
            Value::Assets(files) => Self::Assets(files.into_iter().map(asset_into).collect()),
            Value::Delivery(method) => Self::Delivery(method.0),
            Value::Template(template) => Self::Template(template.0),
            Value::Price(price) => Self::Price(price.into()),
            Value::Prices(prices) => Self::Prices(prices.into()),
            Value::Attribute(attribute) => Self::Attribute(attribute.into()),
            Value::Quantity(range) => Self::Quantity(range.into()),
            Value::Factor(factor) => Self::Factor(factor.into()),
            Value::Package(package) => Self::Package(package.into()),
            Value::UpgradeRule(rule) => Self::UpgradeRule(rule.into()),
            Value::Specification(whole) => Self::Specification(Box::new((*whole).into())),
            Value::Product(whole) => Self::Product(Box::new((*whole).into())),
        }
    }
}
