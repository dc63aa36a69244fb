//! Reading site profiles: embedded ones, and a catalog's own that extends one of them.

use super::sane::{range, some_at_least, zone};
use super::{DocumentLimits, PictureLimits, SiteProfile, WordLists};
use crate::model::{BillingMode, Currency, DeliveryMethod, Edit, FileKind, ProductField, SpecificationField};
use crate::text::WordList;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No embedded profile has this name.
    #[error("unknown site `{0}`; there are {names}", names = SiteProfile::NAMES.join(", "))]
    UnknownSite(String),
    /// The profile's text does not fit.
    #[error("{0}")]
    Form(String),
}

/// Limits of a picture as the data file says them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PictureForm {
    formats: Vec<String>,
    width: [u32; 2],
    height: [u32; 2],
    bytes_max: u64,
}

/// Limits of a document as the data file says them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DocumentForm {
    formats: Vec<String>,
    bytes_max: u64,
}

/// The data file's form; every key is optional in an extension.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Document {
    currency: Option<String>,
    time_zone: Option<String>,
    delivery_methods: Option<Vec<String>>,
    review_working_days: Option<u32>,
    submissions_per_day_max: Option<u32>,
    one_in_flight: Option<bool>,
    removal_needs_approval: Option<bool>,
    withdrawable: Option<Vec<String>>,
    show_resets_specifications: Option<bool>,
    billing_modes: Option<BTreeMap<String, Vec<String>>>,
    billing_modes_joint: Option<BTreeMap<String, Vec<String>>>,
    addable_billing_modes: Option<BTreeMap<String, Vec<String>>>,
    trial_days: Option<[i64; 2]>,
    trial_methods: Option<Vec<String>>,
    specification_name_max: Option<usize>,
    extension_parameters_max: Option<usize>,
    upgrade_expansion_max: Option<u64>,
    image_regions: Option<BTreeSet<String>>,
    reserved_attributes: Option<BTreeSet<String>>,
    logo: Option<PictureForm>,
    main_picture: Option<PictureForm>,
    description_picture: Option<PictureForm>,
    description_pictures_max: Option<usize>,
    description_characters_min: Option<usize>,
    certificate: Option<DocumentForm>,
    user_guide: Option<DocumentForm>,
    request_template: Option<DocumentForm>,
    delivery_days: Option<[i64; 2]>,
    certified_tags: Option<BTreeSet<String>>,
    other_clouds: Option<BTreeSet<String>>,
    platform_hosts: Option<BTreeSet<String>>,
    scan_passed: Option<BTreeSet<String>>,
    interface_versions: Option<BTreeSet<String>>,
    standard_sharing: Option<BTreeSet<String>>,
    superlatives: Option<BTreeSet<String>>,
    platform_names: Option<BTreeSet<String>>,
    invitations: Option<BTreeSet<String>>,
    contract_clauses: Option<BTreeSet<String>>,
    misspellings: Option<BTreeMap<String, String>>,
    edits: BTreeMap<String, String>,
    allow_delivery_method_change: Option<bool>,
    allow_quantity_range_shrink: Option<bool>,
}

impl SiteProfile {
    /// Names of the settings a catalog can replace.
    pub const SETTINGS: &'static [&'static str] = &[
        "currency",
        "timeZone",
        "deliveryMethods",
        "reviewWorkingDays",
        "submissionsPerDayMax",
        "oneInFlight",
        "removalNeedsApproval",
        "withdrawable",
        "showResetsSpecifications",
        "billingModes",
        "billingModesJoint",
        "addableBillingModes",
        "trialDays",
        "trialMethods",
        "specificationNameMax",
        "extensionParametersMax",
        "upgradeExpansionMax",
        "imageRegions",
        "reservedAttributes",
        "logo",
        "mainPicture",
        "descriptionPicture",
        "descriptionPicturesMax",
        "descriptionCharactersMin",
        "certificate",
        "userGuide",
        "requestTemplate",
        "deliveryDays",
        "certifiedTags",
        "otherClouds",
        "platformHosts",
        "scanPassed",
        "interfaceVersions",
        "standardSharing",
        "superlatives",
        "platformNames",
        "invitations",
        "contractClauses",
        "misspellings",
        "edits",
        "allowDeliveryMethodChange",
        "allowQuantityRangeShrink",
    ];

    /// The embedded profile with this name.
    ///
    /// # Errors
    /// When there is none, or its data does not fit (a test holds that it does).
    pub fn embedded(name: &str) -> Result<Self, ProfileError> {
        let base = document(include_str!("intl.yaml"))?;
        let text = match name {
            "intl" => "{}",
            "eu" => include_str!("eu.yaml"),
            "cn" => include_str!("cn.yaml"),
            _ => return Err(ProfileError::UnknownSite(name.to_owned())),
        };
        build(name, base.overlay(document(text)?))
    }

    /// Names of the settings that are lists a catalog can add to.
    pub const LISTS: &'static [&'static str] = &[
        "certifiedTags",
        "contractClauses",
        "imageRegions",
        "interfaceVersions",
        "invitations",
        "misspellings",
        "otherClouds",
        "platformHosts",
        "platformNames",
        "reservedAttributes",
        "scanPassed",
        "standardSharing",
        "superlatives",
    ];

    /// An embedded profile with some settings replaced and some lists added to; `set` and `add` are YAML mappings
    /// with a profile's keys, `add` with those of [`SiteProfile::LISTS`] only.
    ///
    /// # Errors
    /// When the base is unknown or a setting does not fit.
    pub fn extended(base: &str, set: &str, add: &str) -> Result<Self, ProfileError> {
        let intl = document(include_str!("intl.yaml"))?;
        let site = match base {
            "intl" => Document::default(),
            "eu" => document(include_str!("eu.yaml"))?,
            "cn" => document(include_str!("cn.yaml"))?,
            _ => return Err(ProfileError::UnknownSite(base.to_owned())),
        };
        build(base, intl.overlay(site).overlay(document(set)?).widen(document(add)?))
    }
}

fn document(text: &str) -> Result<Document, ProfileError> {
    serde_yaml::from_str(text).map_err(|error| ProfileError::Form(error.to_string()))
}

impl Document {
    /// Adds to lists instead of replacing them.
    fn widen(mut self, more: Self) -> Self {
        macro_rules! join {
            ($($field:ident),*) => {
                $(if let Some(added) = more.$field {
                    self.$field.get_or_insert_default().extend(added);
                })*
            };
        }
        join!(
            image_regions,
            reserved_attributes,
            certified_tags,
            other_clouds,
            platform_hosts,
            scan_passed,
            interface_versions,
            standard_sharing,
            superlatives,
            platform_names,
            invitations,
            contract_clauses,
            misspellings
        );
        self
    }

    fn overlay(mut self, over: Self) -> Self {
        macro_rules! take {
            ($($field:ident),*) => {
                let Document { $($field,)* edits } = over;
                $(if $field.is_some() { self.$field = $field; })*
                self.edits.extend(edits);
            };
        }
        take!(
            currency,
            time_zone,
            delivery_methods,
            review_working_days,
            submissions_per_day_max,
            one_in_flight,
            removal_needs_approval,
            withdrawable,
            show_resets_specifications,
            billing_modes,
            billing_modes_joint,
            addable_billing_modes,
            trial_days,
            trial_methods,
            specification_name_max,
            extension_parameters_max,
            upgrade_expansion_max,
            image_regions,
            reserved_attributes,
            logo,
            main_picture,
            description_picture,
            description_pictures_max,
            description_characters_min,
            certificate,
            user_guide,
            request_template,
            delivery_days,
            certified_tags,
            other_clouds,
            platform_hosts,
            scan_passed,
            interface_versions,
            standard_sharing,
            superlatives,
            platform_names,
            invitations,
            contract_clauses,
            misspellings,
            allow_delivery_method_change,
            allow_quantity_range_shrink
        );
        self
    }
}

fn build(name: &str, document: Document) -> Result<SiteProfile, ProfileError> {
    let missing = |key: &str| ProfileError::Form(format!("`{key}` is missing"));
    macro_rules! need {
        ($field:ident, $key:literal) => {
            document.$field.ok_or_else(|| missing($key))?
        };
    }
    let currency = need!(currency, "currency");
    let misspellings = need!(misspellings, "misspellings");
    let mut edits = BTreeMap::new();
    for (field, class) in document.edits {
        edits.insert(known_field(field)?, edit(&class)?);
    }
    Ok(SiteProfile {
        name: name.to_owned(),
        currency: Currency::new(&currency)
            .ok_or_else(|| ProfileError::Form(format!("`{currency}` is not a currency code")))?,
        time_zone: zone(&need!(time_zone, "timeZone"))?,
        delivery_methods: methods(&need!(delivery_methods, "deliveryMethods"))?,
        review_working_days: need!(review_working_days, "reviewWorkingDays"),
        submissions_per_day_max: some_at_least(need!(submissions_per_day_max, "submissionsPerDayMax"))?,
        one_in_flight: need!(one_in_flight, "oneInFlight"),
        removal_needs_approval: need!(removal_needs_approval, "removalNeedsApproval"),
        withdrawable: methods(&need!(withdrawable, "withdrawable"))?,
        show_resets_specifications: need!(show_resets_specifications, "showResetsSpecifications"),
        billing_modes: modes_by_method(need!(billing_modes, "billingModes"))?,
        billing_modes_joint: modes_by_method(need!(billing_modes_joint, "billingModesJoint"))?,
        addable_billing_modes: need!(addable_billing_modes, "addableBillingModes")
            .into_iter()
            .map(|(has, may)| Ok((mode(&has)?, modes(&may)?)))
            .collect::<Result<_, ProfileError>>()?,
        trial_days: range("trialDays", need!(trial_days, "trialDays"))?,
        trial_methods: methods(&need!(trial_methods, "trialMethods"))?,
        specification_name_max: need!(specification_name_max, "specificationNameMax"),
        extension_parameters_max: need!(extension_parameters_max, "extensionParametersMax"),
        upgrade_expansion_max: need!(upgrade_expansion_max, "upgradeExpansionMax"),
        image_regions: need!(image_regions, "imageRegions"),
        reserved_attributes: need!(reserved_attributes, "reservedAttributes"),
        logo: picture(&need!(logo, "logo"))?,
        main_picture: picture(&need!(main_picture, "mainPicture"))?,
        description_picture: picture(&need!(description_picture, "descriptionPicture"))?,
        description_pictures_max: need!(description_pictures_max, "descriptionPicturesMax"),
        description_characters_min: need!(description_characters_min, "descriptionCharactersMin"),
        certificate: paper(&need!(certificate, "certificate"))?,
        user_guide: paper(&need!(user_guide, "userGuide"))?,
        request_template: paper(&need!(request_template, "requestTemplate"))?,
        delivery_days: range("deliveryDays", need!(delivery_days, "deliveryDays"))?,
        certified_tags: need!(certified_tags, "certifiedTags"),
        other_clouds: need!(other_clouds, "otherClouds"),
        platform_hosts: need!(platform_hosts, "platformHosts"),
        scan_passed: need!(scan_passed, "scanPassed"),
        interface_versions: need!(interface_versions, "interfaceVersions"),
        standard_sharing: need!(standard_sharing, "standardSharing"),
        words: WordLists {
            superlatives: words("superlatives", need!(superlatives, "superlatives"))?,
            platform_names: words("platformNames", need!(platform_names, "platformNames"))?,
            invitations: words("invitations", need!(invitations, "invitations"))?,
            contract_clauses: words("contractClauses", need!(contract_clauses, "contractClauses"))?,
            misspelled: words("misspellings", misspellings.keys().cloned())?,
            misspellings,
        },
        edits,
        allow_delivery_method_change: need!(allow_delivery_method_change, "allowDeliveryMethodChange"),
        allow_quantity_range_shrink: need!(allow_quantity_range_shrink, "allowQuantityRangeShrink"),
    })
}

fn words(key: &str, words: impl IntoIterator<Item = String>) -> Result<WordList, ProfileError> {
    WordList::new(words).map_err(|error| ProfileError::Form(format!("`{key}`: {error}")))
}

fn known_field(name: String) -> Result<String, ProfileError> {
    let known = match name.strip_prefix("specification.") {
        Some(field) => SpecificationField::from_name(field).is_some(),
        None => ProductField::from_name(&name).is_some(),
    };
    if known { Ok(name) } else { Err(ProfileError::Form(format!("`edits` names an unknown field `{name}`"))) }
}

fn edit(class: &str) -> Result<Edit, ProfileError> {
    Ok(match class {
        "reviewed" => Edit::Reviewed,
        "frozen" => Edit::Frozen,
        "separate" => Edit::Separate,
        "asset" => Edit::Asset,
        "undocumented" => Edit::Undocumented,
        "doubtful" => Edit::Doubtful,
        _ => return Err(ProfileError::Form(format!("unknown edit class `{class}`"))),
    })
}

fn mode(name: &str) -> Result<BillingMode, ProfileError> {
    BillingMode::from_name(name).ok_or_else(|| ProfileError::Form(format!("unknown billing mode `{name}`")))
}

fn modes(names: &[String]) -> Result<BTreeSet<BillingMode>, ProfileError> {
    names.iter().map(|name| mode(name)).collect()
}

fn method(name: &str) -> Result<DeliveryMethod, ProfileError> {
    DeliveryMethod::from_name(name)
        .ok_or_else(|| ProfileError::Form(format!("unknown delivery method `{name}`")))
}

fn methods(names: &[String]) -> Result<BTreeSet<DeliveryMethod>, ProfileError> {
    names.iter().map(|name| method(name)).collect()
}

fn formats(names: &[String]) -> Result<BTreeSet<FileKind>, ProfileError> {
    let kinds = || FileKind::ALL.iter().copied().filter(|kind| *kind != FileKind::Other);
    let known = || kinds().map(FileKind::name).collect::<Vec<_>>().join(", ");
    let format = |name: &String| {
        kinds().find(|kind| kind.name() == name).ok_or_else(|| {
            ProfileError::Form(format!("unknown kind of file `{name}`; there are {}", known()))
        })
    };
    names.iter().map(format).collect()
}

fn picture(form: &PictureForm) -> Result<PictureLimits, ProfileError> {
    let PictureForm { formats: names, width, height, bytes_max } = form;
    let (width, height) = (range("width", *width)?, range("height", *height)?);
    Ok(PictureLimits { formats: formats(names)?, width, height, bytes_max: *bytes_max })
}

fn paper(form: &DocumentForm) -> Result<DocumentLimits, ProfileError> {
    let DocumentForm { formats: names, bytes_max } = form;
    Ok(DocumentLimits { formats: formats(names)?, bytes_max: *bytes_max })
}

fn modes_by_method(
    table: BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<DeliveryMethod, BTreeSet<BillingMode>>, ProfileError> {
    table.into_iter().map(|(name, allowed)| Ok((method(&name)?, modes(&allowed)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_profile_can_be_read() {
        for name in SiteProfile::NAMES {
            let profile = SiteProfile::embedded(name).unwrap();
            assert_eq!(profile.name, *name);
        }
        assert_eq!(SiteProfile::embedded("mars"), Err(ProfileError::UnknownSite("mars".into())));
    }

    #[test]
    fn settings_are_the_keys_of_the_data_file() {
        let error = document("{ colour: red }").unwrap_err().to_string();
        let listed: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, SiteProfile::SETTINGS);
    }

    #[test]
    fn a_catalog_can_extend_a_profile() {
        let profile =
            SiteProfile::extended("intl", "{ trialDays: [7, 30], edits: { salesType: frozen } }", "{}")
                .unwrap();
        assert_eq!(profile.trial_days, [7, 30]);
        assert_eq!(profile.edit(ProductField::SalesType), Edit::Frozen);
        assert!(SiteProfile::extended("intl", "{ trialDay: [7, 30] }", "{}").is_err());
        assert!(SiteProfile::extended("intl", "{ edits: { salesTyp: frozen } }", "{}").is_err());
    }

    #[test]
    fn settings_that_allow_nothing_are_refused() {
        for (set, said) in [
            ("{ trialDays: [30, 3] }", "`trialDays` allows nothing: 30 is more than 3"),
            ("{ deliveryDays: [2, 1] }", "`deliveryDays` allows nothing"),
            (
                "{ logo: { formats: [png], width: [9, 8], height: [1, 1], bytesMax: 1 } }",
                "`width` allows nothing",
            ),
            ("{ timeZone: Mars/Olympus }", "there is no time zone `Mars/Olympus`"),
            ("{ submissionsPerDayMax: 0 }", "at least 1"),
            ("{ superlatives: [best, ' '] }", "`superlatives`: a word is empty"),
            ("{ misspellings: { '': x } }", "`misspellings`: a word is empty"),
        ] {
            let error = SiteProfile::extended("intl", set, "{}").unwrap_err().to_string();
            assert!(error.contains(said), "{set}: {error}");
        }
    }

    #[test]
    fn a_catalog_can_add_to_a_list() {
        let own = SiteProfile::extended(
            "intl",
            "{}",
            "{ superlatives: [unbeatable], misspellings: { saas: SaaS } }",
        );
        let (own, embedded) = (own.unwrap().words, SiteProfile::embedded("intl").unwrap().words);
        assert!(
            own.superlatives.words().contains("unbeatable")
                && own.superlatives.words().is_superset(embedded.superlatives.words())
        );
        assert_eq!(own.misspellings.len(), embedded.misspellings.len() + 1);
        for list in SiteProfile::LISTS {
            let empty = if *list == "misspellings" { "{ zzz: yyy }" } else { "[zzz]" };
            let widened = SiteProfile::extended("intl", "{}", &format!("{{ {list}: {empty} }}")).unwrap();
            assert_ne!(widened, SiteProfile::embedded("intl").unwrap(), "{list} is not added to");
        }
    }
}
