//! Site profiles: what one marketplace site allows. Limits and allowed sets are data (`src/site/*.yaml`), never
//! constants in rules; a catalog can extend a profile in `gallerist.yaml`.

use crate::model::{BillingMode, Currency, DeliveryMethod, Edit, FileKind, ProductField, SpecificationField};
use crate::text::WordList;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

mod profile;
mod sane;

pub use profile::ProfileError;

/// Limits of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureLimits {
    /// Allowed kinds of file.
    pub formats: BTreeSet<FileKind>,
    /// Smallest and largest width in pixels; both are the same where the size is exact.
    pub width: [u32; 2],
    /// Smallest and largest height in pixels.
    pub height: [u32; 2],
    /// Largest size in bytes.
    pub bytes_max: u64,
}

/// Limits of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Allowed kinds of file.
    pub formats: BTreeSet<FileKind>,
    /// Largest size in bytes.
    pub bytes_max: u64,
}

/// Words that content is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordLists {
    /// Advertising-law superlatives (F-WORDS) and exaggerations (DESC).
    pub superlatives: WordList,
    /// Names of the platform that products must not borrow (DESC, F-SPEC2).
    pub platform_names: WordList,
    /// Invitations to ask for a price or to call, in names and guides (F-SPEC2, F-GUIDE).
    pub invitations: WordList,
    /// Clauses of paper contracts: seals, places of signing (F-AGR).
    pub contract_clauses: WordList,
    /// Common slips (DESC).
    pub misspelled: WordList,
    /// What is meant by each of them.
    pub misspellings: BTreeMap<String, String>,
}

/// What a site allows, with its review habits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteProfile {
    /// `intl`, `eu`, `cn`, or the name given in `gallerist.yaml`.
    pub name: String,
    /// The currency of prices (reference table 1.2: USD on intl).
    pub currency: Currency,
    /// IANA time zone of the calendar day that the daily cap counts (R61).
    pub time_zone: TimeZone,
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
    /// Logo limits (DESC).
    pub logo: PictureLimits,
    /// Limits of the main picture (F-DESC).
    pub main_picture: PictureLimits,
    /// Limits of a picture in the description (F-DESC).
    pub description_picture: PictureLimits,
    /// Most pictures in a description (F-DESC).
    pub description_pictures_max: usize,
    /// Fewest characters of a description without pictures; 0 when not documented (F-DESC).
    pub description_characters_min: usize,
    /// Limits of the software copyright certificate (F-DOC, F-SCC).
    pub certificate: DocumentLimits,
    /// Limits of the user guide (F-DOC).
    pub user_guide: DocumentLimits,
    /// Limits of a request template (PS).
    pub request_template: DocumentLimits,
    /// Fewest and most calendar days of a delivery before it looks like filler (LIC, PS).
    pub delivery_days: [i64; 2],
    /// Tags that need a certificate of their own (F-PUB, F-SPEC).
    pub certified_tags: BTreeSet<String>,
    /// Endings of host names that belong to other clouds (R80).
    pub other_clouds: BTreeSet<String>,
    /// Ends of host names that are on the platform; user guides lead to no others (F-GUIDE).
    pub platform_hosts: BTreeSet<String>,
    /// What a passed vulnerability scan is called (R82).
    pub scan_passed: BTreeSet<String>,
    /// Interface versions that new products may use (R83).
    pub interface_versions: BTreeSet<String>,
    /// Sharing rules of common products (R111).
    pub standard_sharing: BTreeSet<String>,
    /// Words that content is searched for.
    pub words: WordLists,
    /// Edit classes that differ from the field table, by field name; `specification.` before a specification's.
    pub edits: BTreeMap<String, Edit>,
    /// Whether a released product's delivery method may change (R10).
    pub allow_delivery_method_change: bool,
    /// Whether a quantity range may shrink (R133: only grow).
    pub allow_quantity_range_shrink: bool,
}

impl SiteProfile {
    /// The calendar day of a moment at this site.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.time_zone.clone()).date()
    }

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
