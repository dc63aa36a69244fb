//! A raw observation: what a driver read, by the marketplace's own ids.

use crate::model::{
    Attribute, BillingFactor, BillingMode, Cell, DeliveryMethod, Fields, Key, Package, Price, ProductField,
    SkuKey, SpecificationField, Template,
};
use crate::submission::{ApplicationId, Revision, SubmissionId, SubmissionKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How much an observation covers. Absence is a fact only in what was covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// The whole catalog of the account.
    Whole,
    /// Only products with these ids.
    Products(BTreeSet<String>),
}

impl Coverage {
    /// Whether a product with this id would have been seen.
    #[must_use]
    pub fn covers(&self, product_id: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Products(ids) => ids.contains(product_id),
        }
    }
}

/// A product's state on the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProductStatus {
    /// Sold, listed or hidden.
    OnSale,
    /// Trading frozen and hidden by the operator (R125).
    Frozen,
    /// Off the catalog for ever (R49, R50).
    Discontinued,
}

/// A SKU with the ids the marketplace gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedSku {
    /// The marketplace's skuCode.
    pub sku_code: String,
    /// Values of the enumeration attributes; empty for the simple template.
    pub sku: SkuKey,
    /// Whether it is off the catalog.
    pub discontinued: bool,
    /// The productId of each period offering.
    pub offerings: BTreeMap<BillingMode, String>,
}

/// A specification as the marketplace shows it. Missing groups are unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedSpecification {
    /// Whether it is off the catalog.
    pub discontinued: bool,
    /// Single values.
    pub fields: Fields<SpecificationField>,
    /// Pricing template.
    pub template: Option<Template>,
    /// Billing modes on offer.
    pub modes: Option<BTreeSet<BillingMode>>,
    /// Attributes by code.
    pub attributes: Option<BTreeMap<Key, Attribute>>,
    /// Price table.
    pub prices: Option<BTreeMap<Cell, Price>>,
    /// Billing factors.
    pub factors: Option<BTreeMap<Key, BillingFactor>>,
    /// Packages.
    pub packages: Option<BTreeMap<Key, Package>>,
    /// SKUs; exactly one for the simple template.
    pub skus: Vec<ObservedSku>,
}

/// An upgrade rule by skuCodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedUpgradeRule {
    /// skuCode buyers have.
    pub from_sku_code: String,
    /// skuCode buyers may move to.
    pub to_sku_code: String,
    /// Expansion factor.
    pub expansion: Option<u64>,
}

/// A product as the marketplace shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedProduct {
    /// The marketplace's product ID.
    pub product_id: String,
    /// State.
    pub status: ProductStatus,
    /// Revision of the released content.
    pub revision: Revision,
    /// Address of the product's page (R33); unknown on some marketplaces.
    pub url: Option<String>,
    /// When a person recorded it; `None` when the marketplace itself was asked.
    pub recorded_at: Option<Timestamp>,
    /// Delivery method.
    pub delivery: DeliveryMethod,
    /// Single values; missing ones are unknown.
    pub fields: Fields<ProductField>,
    /// Specifications, discontinued ones included (R58).
    pub specifications: Vec<ObservedSpecification>,
    /// Upgrade rules; `None` is unknown.
    pub upgrade_rules: Option<Vec<ObservedUpgradeRule>>,
}

/// State of an application in the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplicationState {
    /// Saved, not submitted.
    Draft,
    /// Waiting for the reviewer.
    Pending,
    /// Approved.
    Approved,
    /// Rejected, with the reason where it can be read.
    Rejected(Option<String>),
    /// Taken back.
    Withdrawn,
}

impl ApplicationState {
    /// Whether it holds the product's review slot: a draft is somebody's work, a pending one is under review (R70).
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Draft | Self::Pending)
    }
}

/// An application as the console lists it, ours or somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedApplication {
    /// The marketplace's id.
    pub application: ApplicationId,
    /// Our id, where the marketplace keeps it and we made the application.
    pub submission: Option<SubmissionId>,
    /// The product it is about; `None` for a first release.
    pub product_id: Option<String>,
    /// The product's name in the application.
    pub product_name: String,
    /// Which form.
    pub kind: SubmissionKind,
    /// State.
    pub state: ApplicationState,
    /// When it was submitted (drafts: saved).
    pub submitted_at: Timestamp,
}

/// What a driver read, and how much it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// When, by the marketplace's clock.
    pub taken_at: Timestamp,
    /// How much it covers.
    pub coverage: Coverage,
    /// Products, in the order of their ids.
    pub products: Vec<ObservedProduct>,
    /// Applications of the account that are open or were submitted lately, oldest first.
    pub applications: Vec<ObservedApplication>,
}

impl Observation {
    /// Products on sale with an application that is not decided, ours or somebody else's, by the marketplace's ids.
    #[must_use]
    pub fn applied_for(&self) -> BTreeSet<&str> {
        let open = self.applications.iter().filter(|found| found.state.is_open());
        open.filter_map(|found| found.product_id.as_deref()).collect()
    }
}
