//! What a change or an operation is about.

use super::{BillingMode, Cell, Key, ProductField, SkuKey, SpecificationField, UpgradeRule};

/// The object of a change, inside one product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// The whole product.
    Product,
    /// The delivery method.
    Delivery,
    /// A single value of the product.
    Field(ProductField),
    /// An upgrade rule.
    UpgradeRule(UpgradeRule),
    /// A whole specification.
    Specification(Key),
    /// A single value of a specification.
    SpecificationField(Key, SpecificationField),
    /// A specification's pricing template.
    Template(Key),
    /// A billing mode of a specification; its value is the prices in that mode.
    BillingMode(Key, BillingMode),
    /// A whole attribute of a specification.
    Attribute(Key, Key),
    /// The label of an enumeration value: specification, attribute code, value key.
    AttributeValue(Key, Key, Key),
    /// The range, step and pricing of a quantity attribute.
    Quantity(Key, Key),
    /// A SKU; its value is its prices in all modes.
    Sku(Key, SkuKey),
    /// One cell of the price table.
    Price(Key, Cell),
    /// A billing factor.
    Factor(Key, Key),
    /// A package.
    Package(Key, Key),
}

impl Item {
    /// The specification the item belongs to, if it belongs to one.
    #[must_use]
    pub fn specification(&self) -> Option<&Key> {
        match self {
            Self::Product | Self::Delivery | Self::Field(_) => None,
            Self::UpgradeRule(rule) => Some(&rule.specification),
            Self::Specification(key)
            | Self::SpecificationField(key, _)
            | Self::Template(key)
            | Self::BillingMode(key, _)
            | Self::Attribute(key, _)
            | Self::AttributeValue(key, _, _)
            | Self::Quantity(key, _)
            | Self::Sku(key, _)
            | Self::Price(key, _)
            | Self::Factor(key, _)
            | Self::Package(key, _) => Some(key),
        }
    }
}
