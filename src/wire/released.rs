//! Observations.

use super::{
    Attribute, BillingFactor, Fields, Map, Name, Package, Prices, Set, SkuKey, present, sku, sku_into,
};
use crate::model::{BillingMode, DeliveryMethod, Key, ProductField, SpecificationField, Template};
use crate::released;
use crate::submission::{ApplicationId, Revision, SubmissionId, SubmissionKind};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much an observation covers. Absence is a fact only in what was covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Coverage {
    /// The whole catalog of the account.
    Whole,
    /// Only products with these ids.
    Products(Set<String>),
}

impl From<&released::Coverage> for Coverage {
    fn from(core: &released::Coverage) -> Self {
        match core {
            released::Coverage::Whole => Self::Whole,
            released::Coverage::Products(ids) => Self::Products(Set(ids.clone())),
        }
    }
}

impl From<Coverage> for released::Coverage {
    fn from(wire: Coverage) -> Self {
        match wire {
            Coverage::Whole => Self::Whole,
            Coverage::Products(ids) => Self::Products(ids.0),
        }
    }
}

/// A product's state on the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProductStatus {
    /// Sold, listed or hidden.
    OnSale,
    /// Trading frozen and hidden by the operator.
    Frozen,
    /// Off the catalog for ever.
    Discontinued,
}

impl From<released::ProductStatus> for ProductStatus {
    fn from(core: released::ProductStatus) -> Self {
        match core {
            released::ProductStatus::OnSale => Self::OnSale,
            released::ProductStatus::Frozen => Self::Frozen,
            released::ProductStatus::Discontinued => Self::Discontinued,
        }
    }
}

impl From<ProductStatus> for released::ProductStatus {
    fn from(wire: ProductStatus) -> Self {
        match wire {
            ProductStatus::OnSale => Self::OnSale,
            ProductStatus::Frozen => Self::Frozen,
            ProductStatus::Discontinued => Self::Discontinued,
        }
    }
}

/// A SKU with the ids the marketplace gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedSku {
    /// The marketplace's skuCode.
    pub sku_code: String,
    /// Values of the enumeration attributes; empty for the simple template.
    pub sku: SkuKey,
    /// Whether it is off the catalog.
    pub discontinued: bool,
    /// The productId of each period offering.
    pub offerings: Map<BillingMode, String>,
}

impl From<&released::ObservedSku> for ObservedSku {
    fn from(core: &released::ObservedSku) -> Self {
        let released::ObservedSku { sku_code, sku: key, discontinued, offerings } = core;
        Self {
            sku_code: sku_code.clone(),
            sku: sku(key),
            discontinued: *discontinued,
            offerings: Map::of(offerings, Clone::clone),
        }
    }
}

impl From<ObservedSku> for released::ObservedSku {
    fn from(wire: ObservedSku) -> Self {
        Self {
            sku_code: wire.sku_code,
            sku: sku_into(wire.sku),
            discontinued: wire.discontinued,
            offerings: wire.offerings.into_core(|id| id),
        }
    }
}

/// A specification as the marketplace shows it. Groups that are left out are unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedSpecification {
    /// Whether it is off the catalog.
    pub discontinued: bool,
    /// Single values: left out is unknown, `null` is known to be empty.
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
    /// Price table.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    /// Billing factors.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub factors: Option<Map<Key, BillingFactor>>,
    /// Packages.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub packages: Option<Map<Key, Package>>,
    /// SKUs; exactly one for the simple template.
    pub skus: Vec<ObservedSku>,
}

impl From<&released::ObservedSpecification> for ObservedSpecification {
    fn from(core: &released::ObservedSpecification) -> Self {
        let released::ObservedSpecification {
            discontinued,
            fields,
            template,
            modes,
            attributes,
            prices,
            factors,
            packages,
            skus,
        } = core;
        Self {
            discontinued: *discontinued,
            fields: Fields(fields.clone()),
            template: template.map(Name),
            modes: modes.as_ref().map(Set::of),
            attributes: attributes.as_ref().map(|all| Map::of(all, Into::into)),
            prices: prices.as_ref().map(Into::into),
            factors: factors.as_ref().map(|all| Map::of(all, Into::into)),
            packages: packages.as_ref().map(|all| Map::of(all, Into::into)),
            skus: skus.iter().map(Into::into).collect(),
        }
    }
}

impl From<ObservedSpecification> for released::ObservedSpecification {
    fn from(wire: ObservedSpecification) -> Self {
        Self {
            discontinued: wire.discontinued,
            fields: wire.fields.0,
            template: wire.template.map(|template| template.0),
            modes: wire.modes.map(Set::into_core),
            attributes: wire.attributes.map(|all| all.into_core(Into::into)),
            prices: wire.prices.map(Into::into),
            factors: wire.factors.map(|all| all.into_core(Into::into)),
            packages: wire.packages.map(|all| all.into_core(Into::into)),
            skus: wire.skus.into_iter().map(Into::into).collect(),
        }
    }
}

/// An upgrade rule by skuCodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedUpgradeRule {
    /// skuCode buyers have.
    pub from_sku_code: String,
    /// skuCode buyers may move to.
    pub to_sku_code: String,
    /// Expansion factor.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expansion: Option<u64>,
}

/// A product as the marketplace shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedProduct {
    /// The marketplace's product ID.
    pub product_id: String,
    /// State.
    pub status: ProductStatus,
    /// Revision of the released content.
    pub revision: Name<Revision>,
    /// Address of the product's page, where known.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When a person recorded it; left out when the marketplace itself was asked.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Name<Timestamp>>,
    /// Delivery method.
    pub delivery: Name<DeliveryMethod>,
    /// Single values: left out is unknown, `null` is known to be empty.
    pub fields: Fields<ProductField>,
    /// Specifications, discontinued ones included.
    pub specifications: Vec<ObservedSpecification>,
    /// Upgrade rules; left out is unknown.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub upgrade_rules: Option<Vec<ObservedUpgradeRule>>,
}

impl From<&released::ObservedProduct> for ObservedProduct {
    fn from(core: &released::ObservedProduct) -> Self {
        let released::ObservedProduct {
            product_id,
            status,
            revision,
            url,
            recorded_at,
            delivery,
            fields,
            specifications,
            upgrade_rules,
        } = core;
        let rule = |rule: &released::ObservedUpgradeRule| {
            let released::ObservedUpgradeRule { from_sku_code, to_sku_code, expansion } = rule;
            ObservedUpgradeRule {
                from_sku_code: from_sku_code.clone(),
                to_sku_code: to_sku_code.clone(),
                expansion: *expansion,
            }
        };
        Self {
            product_id: product_id.clone(),
            status: (*status).into(),
            revision: Name(revision.clone()),
            url: url.clone(),
            recorded_at: recorded_at.map(Name),
            delivery: Name(*delivery),
            fields: Fields(fields.clone()),
            specifications: specifications.iter().map(Into::into).collect(),
            upgrade_rules: upgrade_rules.as_ref().map(|rules| rules.iter().map(rule).collect()),
        }
    }
}

impl From<ObservedProduct> for released::ObservedProduct {
    fn from(wire: ObservedProduct) -> Self {
        let rule = |rule: ObservedUpgradeRule| {
            let ObservedUpgradeRule { from_sku_code, to_sku_code, expansion } = rule;
            released::ObservedUpgradeRule { from_sku_code, to_sku_code, expansion }
        };
        Self {
            product_id: wire.product_id,
            status: wire.status.into(),
            revision: wire.revision.0,
            url: wire.url,
            recorded_at: wire.recorded_at.map(|at| at.0),
            delivery: wire.delivery.0,
            fields: wire.fields.0,
            specifications: wire.specifications.into_iter().map(Into::into).collect(),
            upgrade_rules: wire.upgrade_rules.map(|rules| rules.into_iter().map(rule).collect()),
        }
    }
}

/// State of an application in the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ApplicationState {
    /// Saved, not submitted.
    Draft,
    /// Waiting for the reviewer.
    Pending,
    /// Approved.
    Approved,
    /// Rejected.
    Rejected {
        /// The reviewer's text; left out where it is unknown.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Taken back.
    Withdrawn,
}

/// An application as the console lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservedApplication {
    /// The marketplace's id.
    pub application: Name<ApplicationId>,
    /// Our id, where we made the application and the marketplace keeps it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub submission: Option<Name<SubmissionId>>,
    /// The product it is about; left out for a first release.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The product's name in the application.
    pub product_name: String,
    /// Which form.
    pub kind: Name<SubmissionKind>,
    /// State.
    pub state: ApplicationState,
    /// When it was submitted (drafts: saved).
    pub submitted_at: Name<Timestamp>,
}

impl From<&released::ObservedApplication> for ObservedApplication {
    fn from(core: &released::ObservedApplication) -> Self {
        let released::ObservedApplication {
            application,
            submission,
            product_id,
            product_name,
            kind,
            state,
            submitted_at,
        } = core;
        let state = match state {
            released::ApplicationState::Draft => ApplicationState::Draft,
            released::ApplicationState::Pending => ApplicationState::Pending,
            released::ApplicationState::Approved => ApplicationState::Approved,
            released::ApplicationState::Rejected(reason) => {
                ApplicationState::Rejected { reason: reason.clone() }
            }
            released::ApplicationState::Withdrawn => ApplicationState::Withdrawn,
        };
        Self {
            application: Name(application.clone()),
            submission: submission.clone().map(Name),
            product_id: product_id.clone(),
            product_name: product_name.clone(),
            kind: Name(*kind),
            state,
            submitted_at: Name(*submitted_at),
        }
    }
}

impl From<ObservedApplication> for released::ObservedApplication {
    fn from(wire: ObservedApplication) -> Self {
        let state = match wire.state {
            ApplicationState::Draft => released::ApplicationState::Draft,
            ApplicationState::Pending => released::ApplicationState::Pending,
            ApplicationState::Approved => released::ApplicationState::Approved,
            ApplicationState::Rejected { reason } => released::ApplicationState::Rejected(reason),
            ApplicationState::Withdrawn => released::ApplicationState::Withdrawn,
        };
        Self {
            application: wire.application.0,
            submission: wire.submission.map(|id| id.0),
            product_id: wire.product_id,
            product_name: wire.product_name,
            kind: wire.kind.0,
            state,
            submitted_at: wire.submitted_at.0,
        }
    }
}

/// What a driver read, and how much it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Observation {
    /// When, by the marketplace's clock.
    pub taken_at: Name<Timestamp>,
    /// How much it covers.
    pub coverage: Coverage,
    /// Products, in the order of their ids.
    pub products: Vec<ObservedProduct>,
    /// Applications of the account that are open or were submitted lately, oldest first.
    pub applications: Vec<ObservedApplication>,
}

impl From<&released::Observation> for Observation {
    fn from(core: &released::Observation) -> Self {
        let released::Observation { taken_at, coverage, products, applications } = core;
        Self {
            taken_at: Name(*taken_at),
            coverage: coverage.into(),
            products: products.iter().map(Into::into).collect(),
            applications: applications.iter().map(Into::into).collect(),
        }
    }
}

impl From<Observation> for released::Observation {
    fn from(wire: Observation) -> Self {
        Self {
            taken_at: wire.taken_at.0,
            coverage: wire.coverage.into(),
            products: wire.products.into_iter().map(Into::into).collect(),
            applications: wire.applications.into_iter().map(Into::into).collect(),
        }
    }
}
