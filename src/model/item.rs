//! What a change or an operation is about.

use super::{BillingMode, Cell, Key, ProductField, SkuKey, SpecificationField, UpgradeRule};
use crate::diagnostic::Route;

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

    /// Where a definition says it. Whoever looks a billing mode of a custom template up in a file is shown the first SKU.
    #[must_use]
    pub fn route(&self) -> Route {
        let path = |route: Route, path: &[&str]| path.iter().fold(route, |route, step| route.key(*step));
        let specification = |key: &Key| Route::specification(key.as_str());
        let attribute = |key: &Key, code: &Key| specification(key).key("attributes").key(code.as_str());
        let sku = |key: &Key, sku: &SkuKey| match sku.values().is_empty() {
            true => specification(key),
            false => specification(key).key("skus").item(sku.to_string()),
        };
        match self {
            Self::Product => Route::root().key("key"),
            Self::Delivery => Route::root().key("delivery"),
            Self::Field(field) => path(Route::root(), field.info().path),
            Self::UpgradeRule(rule) => Route::root().key("upgradeRules").item(rule.to_string()),
            Self::Specification(key) => specification(key).key("key"),
            Self::SpecificationField(key, field) => path(specification(key), field.info().path),
            Self::Template(key) => specification(key).key("template"),
            Self::BillingMode(key, mode) => specification(key).key("prices").key(mode.name()),
            Self::Attribute(key, code) => attribute(key, code),
            Self::AttributeValue(key, code, value) => attribute(key, code).key("values").key(value.as_str()),
            Self::Quantity(key, code) => attribute(key, code).key("quantity"),
            Self::Sku(key, values) => sku(key, values),
            Self::Price(key, cell) => sku(key, &cell.sku).key("prices").key(cell.mode.name()).currency(),
            Self::Factor(key, factor) => specification(key).key("factors").item(factor.as_str()),
            Self::Package(key, package) => specification(key).key("packages").item(package.as_str()),
        }
    }

    /// What people call it, for sentences: `price of starter (yearly)`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Product => "the product".to_owned(),
            Self::Delivery => "delivery method".to_owned(),
            Self::Field(field) => field.info().console.to_owned(),
            Self::UpgradeRule(rule) => {
                let of = format!("upgrade rule of {}", rule.specification);
                if rule.from == rule.to { of } else { format!("{of} from {} to {}", rule.from, rule.to) }
            }
            Self::Specification(key) => format!("specification {key}"),
            Self::SpecificationField(key, field) => format!("{} of {key}", field.info().console),
            Self::Template(key) => format!("pricing template of {key}"),
            Self::BillingMode(key, mode) => format!("{mode} billing of {key}"),
            Self::Attribute(key, code) => format!("attribute {code} of {key}"),
            Self::AttributeValue(key, code, value) => format!("value {value} of attribute {code} of {key}"),
            Self::Quantity(key, code) => format!("quantity {code} of {key}"),
            Self::Sku(key, sku) => format!("SKU {sku} of {key}"),
            Self::Price(key, cell) => format!("price of {key} ({cell})"),
            Self::Factor(key, factor) => format!("billing factor {factor} of {key}"),
            Self::Package(key, package) => format!("package {package} of {key}"),
        }
    }
}
