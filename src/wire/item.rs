//! What a change or an operation is about.

use super::{Cell, Name, SkuKey, UpgradeRule, sku, sku_into};
use crate::model::{self, BillingMode, Key, ProductField, SpecificationField};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The object of a change, inside one product, under the name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Item {
    /// The whole product.
    Product,
    /// The delivery method.
    Delivery,
    /// A single value of the product.
    Field(Name<ProductField>),
    /// An upgrade rule.
    UpgradeRule(UpgradeRule),
    /// A whole specification.
    Specification(Name<Key>),
    /// A single value of a specification.
    SpecificationField {
        /// The specification.
        specification: Name<Key>,
        /// Which value.
        field: Name<SpecificationField>,
    },
    /// A specification's pricing template.
    Template(Name<Key>),
    /// A billing mode of a specification.
    BillingMode {
        /// The specification.
        specification: Name<Key>,
        /// Which mode.
        mode: Name<BillingMode>,
    },
    /// A whole attribute of a specification.
    Attribute {
        /// The specification.
        specification: Name<Key>,
        /// The attribute's code.
        attribute: Name<Key>,
    },
    /// The label of an enumeration value.
    AttributeValue {
        /// The specification.
        specification: Name<Key>,
        /// The attribute's code.
        attribute: Name<Key>,
        /// The value's key.
        value: Name<Key>,
    },
    /// The range, step and pricing of a quantity attribute.
    Quantity {
        /// The specification.
        specification: Name<Key>,
        /// The attribute's code.
        attribute: Name<Key>,
    },
    /// A SKU.
    Sku {
        /// The specification.
        specification: Name<Key>,
        /// Which SKU.
        sku: SkuKey,
    },
    /// One cell of the price table.
    Price {
        /// The specification.
        specification: Name<Key>,
        /// Which cell.
        cell: Cell,
    },
    /// A billing factor.
    Factor {
        /// The specification.
        specification: Name<Key>,
        /// The factor's key.
        factor: Name<Key>,
    },
    /// A package.
    Package {
        /// The specification.
        specification: Name<Key>,
        /// The package's key.
        package: Name<Key>,
    },
}

impl From<&model::Item> for Item {
    fn from(core: &model::Item) -> Self {
        let name = |key: &Key| Name(key.clone());
        match core {
            model::Item::Product => Self::Product,
            model::Item::Delivery => Self::Delivery,
            model::Item::Field(field) => Self::Field(Name(*field)),
            model::Item::UpgradeRule(rule) => Self::UpgradeRule(rule.into()),
            model::Item::Specification(key) => Self::Specification(name(key)),
            model::Item::SpecificationField(key, field) => {
                Self::SpecificationField { specification: name(key), field: Name(*field) }
            }
            model::Item::Template(key) => Self::Template(name(key)),
            model::Item::BillingMode(key, mode) => {
                Self::BillingMode { specification: name(key), mode: Name(*mode) }
            }
            model::Item::Attribute(key, code) => {
                Self::Attribute { specification: name(key), attribute: name(code) }
            }
            model::Item::AttributeValue(key, code, value) => {
                Self::AttributeValue { specification: name(key), attribute: name(code), value: name(value) }
            }
            model::Item::Quantity(key, code) => {
                Self::Quantity { specification: name(key), attribute: name(code) }
            }
            model::Item::Sku(key, of) => Self::Sku { specification: name(key), sku: sku(of) },
            model::Item::Price(key, cell) => Self::Price { specification: name(key), cell: cell.into() },
            model::Item::Factor(key, factor) => {
                Self::Factor { specification: name(key), factor: name(factor) }
            }
            model::Item::Package(key, package) => {
                Self::Package { specification: name(key), package: name(package) }
            }
        }
    }
}

impl From<Item> for model::Item {
    fn from(wire: Item) -> Self {
        match wire {
            Item::Product => Self::Product,
            Item::Delivery => Self::Delivery,
            Item::Field(field) => Self::Field(field.0),
            Item::UpgradeRule(rule) => Self::UpgradeRule(rule.into()),
            Item::Specification(key) => Self::Specification(key.0),
            Item::SpecificationField { specification, field } => {
                Self::SpecificationField(specification.0, field.0)
            }
            Item::Template(key) => Self::Template(key.0),
            Item::BillingMode { specification, mode } => Self::BillingMode(specification.0, mode.0),
            Item::Attribute { specification, attribute } => Self::Attribute(specification.0, attribute.0),
            Item::AttributeValue { specification, attribute, value } => {
                Self::AttributeValue(specification.0, attribute.0, value.0)
            }
            Item::Quantity { specification, attribute } => Self::Quantity(specification.0, attribute.0),
            Item::Sku { specification, sku } => Self::Sku(specification.0, sku_into(sku)),
            Item::Price { specification, cell } => Self::Price(specification.0, cell.into()),
            Item::Factor { specification, factor } => Self::Factor(specification.0, factor.0),
            Item::Package { specification, package } => Self::Package(specification.0, package.0),
        }
    }
}
