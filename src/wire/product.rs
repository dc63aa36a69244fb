//! Products and specifications.

use super::{Attribute, BillingFactor, Fields, Map, Name, Package, Prices, Set, UpgradeRule, present};
use crate::model::{self, BillingMode, DeliveryMethod, Key, ProductField, SpecificationField, Template};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A specification. A group that is left out makes no statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Specification {
    /// Stable key.
    pub key: Name<Key>,
    /// Single values: a field left out makes no statement, `null` says empty.
    #[serde(default)]
    pub fields: Fields<SpecificationField>,
    /// Pricing template.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub template: Option<Name<Template>>,
    /// Billing modes on offer.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub modes: Option<Set<Name<BillingMode>>>,
    /// Attributes by code.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Map<Key, Attribute>>,
    /// The price table.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    /// Billing factors.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub factors: Option<Map<Key, BillingFactor>>,
    /// Packages.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub packages: Option<Map<Key, Package>>,
}

impl From<&model::Specification> for Specification {
    fn from(core: &model::Specification) -> Self {
        let model::Specification { key, fields, template, modes, attributes, prices, factors, packages } =
            core;
        Self {
            key: Name(key.clone()),
            fields: Fields(fields.clone()),
            template: template.map(Name),
            modes: modes.as_ref().map(Set::of),
            attributes: attributes.as_ref().map(|all| Map::of(all, Into::into)),
            prices: prices.as_ref().map(Into::into),
            factors: factors.as_ref().map(|all| Map::of(all, Into::into)),
            packages: packages.as_ref().map(|all| Map::of(all, Into::into)),
        }
    }
}

impl From<Specification> for model::Specification {
    fn from(wire: Specification) -> Self {
        Self {
            key: wire.key.0,
            fields: wire.fields.0,
            template: wire.template.map(|template| template.0),
            modes: wire.modes.map(Set::into_core),
            attributes: wire.attributes.map(|all| all.into_core(Into::into)),
            prices: wire.prices.map(Into::into),
            factors: wire.factors.map(|all| all.into_core(Into::into)),
            packages: wire.packages.map(|all| all.into_core(Into::into)),
        }
    }
}

/// A product: everything that is stated about it at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// Stable key.
    pub key: Name<Key>,
    /// How it is delivered.
    pub delivery: Name<DeliveryMethod>,
    /// Single values: a field left out makes no statement, `null` says empty.
    #[serde(default)]
    pub fields: Fields<ProductField>,
    /// Specifications.
    #[serde(default)]
    pub specifications: Specifications,
    /// Upgrade rules; left out makes no statement.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub upgrade_rules: Option<Vec<UpgradeRule>>,
}

/// Specifications in the order of their keys, no key twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Specification>", into = "Vec<Specification>")]
#[schemars(inline)]
pub struct Specifications(Vec<Specification>);

impl TryFrom<Vec<Specification>> for Specifications {
    type Error = String;

    fn try_from(list: Vec<Specification>) -> Result<Self, String> {
        let mut seen = std::collections::BTreeSet::new();
        match list.iter().find(|specification| !seen.insert(&specification.key.0)) {
            Some(twice) => Err(format!("specification `{}` stands twice", twice.key.0)),
            None => Ok(Self(list)),
        }
    }
}

impl From<Specifications> for Vec<Specification> {
    fn from(specifications: Specifications) -> Self {
        specifications.0
    }
}

impl From<&model::Product> for Product {
    fn from(core: &model::Product) -> Self {
        let model::Product { key, delivery, fields, specifications, upgrade_rules } = core;
        Self {
            key: Name(key.clone()),
            delivery: Name(*delivery),
            fields: Fields(fields.clone()),
            specifications: Specifications(specifications.values().map(Into::into).collect()),
            upgrade_rules: upgrade_rules.as_ref().map(|rules| rules.iter().map(Into::into).collect()),
        }
    }
}

impl From<Product> for model::Product {
    fn from(wire: Product) -> Self {
        let specifications = wire.specifications.0.into_iter().map(model::Specification::from);
        Self {
            key: wire.key.0,
            delivery: wire.delivery.0,
            fields: wire.fields.0,
            specifications: specifications.map(|whole| (whole.key.clone(), whole)).collect(),
            upgrade_rules: wire.upgrade_rules.map(|rules| rules.into_iter().map(Into::into).collect()),
        }
    }
}
