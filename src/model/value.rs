//! Values that a field, item or operation can hold.

use super::{
    Asset, Attribute, BillingFactor, Cell, DeliveryMethod, Package, Price, Product, Quantity, Specification,
};
use super::{Template, UpgradeRule};
use std::collections::BTreeMap;

/// A titled paragraph (a customer case).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Heading.
    pub title: String,
    /// Body.
    pub text: String,
}

/// What a field or item holds. Empty texts and lists are never stored: they are `None` where a value may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text; line ends are `\n`.
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
    Delivery(DeliveryMethod),
    /// A pricing template.
    Template(Template),
    /// One cell's price.
    Price(Price),
    /// Prices of several cells (a new SKU or billing mode).
    Prices(BTreeMap<Cell, Price>),
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

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The flag, if it is one.
    #[must_use]
    pub fn as_flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }
}

impl std::fmt::Display for Value {
    /// Short and on one line, for sentences: long texts are cut, wholes are named.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{}", excerpt(text)),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Texts(texts) => write!(f, "{}", excerpt(&texts.join(", "))),
            Self::Entries(entries) => write!(f, "{} entries", entries.len()),
            Self::Asset(asset) => {
                write!(
                    f,
                    "{} ({} bytes, {})",
                    asset.name,
                    asset.size_bytes,
                    asset.digest.get(..8).unwrap_or("")
                )
            }
            Self::Assets(assets) => {
                let names: Vec<&str> = assets.iter().map(|asset| asset.name.as_str()).collect();
                write!(f, "{}", names.join(", "))
            }
            Self::Delivery(method) => write!(f, "{method}"),
            Self::Template(template) => f.write_str(template.name()),
            Self::Price(price) => write!(f, "{price}"),
            Self::Prices(prices) => {
                for (position, (cell, price)) in prices.iter().enumerate() {
                    let comma = if position > 0 { "; " } else { "" };
                    write!(f, "{comma}{cell} {price}")?;
                }
                Ok(())
            }
            Self::Attribute(attribute) => write!(f, "{}", attribute.name),
            Self::Quantity(range) => {
                write!(f, "{} to {}, step {}, {}", range.min, range.max, range.step, range.pricing.name())
            }
            Self::Factor(factor) => write!(f, "{factor}"),
            Self::Package(package) => write!(f, "{package}"),
            Self::UpgradeRule(rule) => write!(f, "from {} to {}", rule.from, rule.to),
            Self::Specification(specification) => write!(f, "specification {}", specification.key),
            Self::Product(product) => write!(f, "product {}", product.key),
        }
    }
}

fn excerpt(text: &str) -> String {
    const LIMIT: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LIMIT {
        return format!("\"{line}\"");
    }
    let cut: String = line.chars().take(LIMIT).collect();
    format!("\"{}…\" ({} characters)", cut.trim_end(), text.chars().count())
}
