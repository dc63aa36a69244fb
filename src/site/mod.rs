//! Site profiles: what one marketplace site allows. Limits and allowed sets are data (`src/site/*.yaml`), never
//! constants in rules; a catalog can extend a profile in `gallerist.yaml`.

use crate::model::{BillingMode, Currency, DeliveryMethod, Edit, ProductField, SpecificationField};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

mod profile;

pub use profile::ProfileError;

/// Limits of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PictureLimits {
    /// Allowed formats: `png`, `jpeg`, `gif`.
    pub formats: Vec<String>,
    /// Exact or smallest width in pixels.
    pub width: [u32; 2],
    /// Exact or smallest height in pixels.
    pub height: [u32; 2],
    /// Largest size in bytes.
    pub bytes_max: u64,
}

/// What a site allows, with its review habits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteProfile {
    /// `intl`, `eu`, `cn`, or the name given in `gallerist.yaml`.
    pub name: String,
    /// The currency of prices (reference table 1.2: USD on intl).
    pub currency: Currency,
    /// IANA time zone of the calendar day that the daily cap counts (R61).
    pub time_zone: String,
    /// Delivery methods a seller can choose (DESC, DESC-EU).
    pub delivery_methods: BTreeSet<DeliveryMethod>,
    /// Working days of a review by default (R60).
    pub review_working_days: u32,
    /// Most submissions a day before reviews slow down (R61).
    pub submissions_per_day_max: u32,
    /// Whether a product has one application in flight at most (R70).
    pub one_in_flight: bool,
    /// Whether a removal waits for the marketplace's approval (R54).
    pub removal_needs_approval: bool,
    /// Delivery methods whose applications can be withdrawn (R64).
    pub withdrawable: BTreeSet<DeliveryMethod>,
    /// Whether hidden → public makes every specification public (R35).
    pub show_resets_specifications: bool,
    /// Billing modes by delivery method (reference table 2.3), common product.
    pub billing_modes: BTreeMap<DeliveryMethod, BTreeSet<BillingMode>>,
    /// Further billing modes of joint-operations products (R102).
    pub billing_modes_joint: BTreeMap<DeliveryMethod, BTreeSet<BillingMode>>,
    /// What may be added to a released specification: has any of the left → may get the right (R15, R16, R17).
    pub addable_billing_modes: BTreeMap<BillingMode, BTreeSet<BillingMode>>,
    /// Smallest and largest number of trial days (R99).
    pub trial_days: [i64; 2],
    /// Delivery methods that may have trials (R97).
    pub trial_methods: BTreeSet<DeliveryMethod>,
    /// Longest specification name in characters (R109).
    pub specification_name_max: usize,
    /// Most extension parameters (R128).
    pub extension_parameters_max: usize,
    /// Largest expansion factor of an upgrade rule (R114).
    pub upgrade_expansion_max: u64,
    /// Regions an image can be published in (R78).
    pub image_regions: BTreeSet<String>,
    /// Attribute names nobody may use (R94, R95).
    pub reserved_attributes: BTreeSet<String>,
    /// Logo limits.
    pub logo: PictureLimits,
    /// Fewest characters of a description; 0 when not documented.
    pub description_characters_min: usize,
    /// Edit classes that differ from the field table, by field name; `specification.` before a specification's.
    pub edits: BTreeMap<String, Edit>,
    /// Whether a released product's delivery method may change (R10).
    pub allow_delivery_method_change: bool,
    /// Whether a quantity range may shrink (R133: only grow).
    pub allow_quantity_range_shrink: bool,
}

impl SiteProfile {
    /// Names of the embedded profiles.
    pub const NAMES: &'static [&'static str] = &["cn", "eu", "intl"];

    /// Whether and how a released product field can be changed at this site.
    #[must_use]
    pub fn edit(&self, field: ProductField) -> Edit {
        let info = field.info();
        self.edits.get(&info.name()).copied().unwrap_or(info.edit)
    }

    /// Whether and how a released specification field can be changed at this site.
    #[must_use]
    pub fn edit_specification(&self, field: SpecificationField) -> Edit {
        let info = field.info();
        self.edits.get(&format!("specification.{}", info.name())).copied().unwrap_or(info.edit)
    }
}
