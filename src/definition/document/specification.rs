//! The form of a specification inside a product's document.

use super::product::{ExceptionDocument, RetireDocument, UnmanageDocument};
use crate::config::form::word::{
    AmountText, CurrencyText, Field, KeyText, List, Map, PriceModeWord, PriceText, QuantityPricingWord,
    ResetWord, Said, TemplateWord, Text, Whole,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// An amount per currency.
pub(super) type AmountByCurrency = Map<CurrencyText, AmountText>;

/// A price per currency.
pub(super) type PriceByCurrency = Map<CurrencyText, PriceText>;

/// Prices by billing mode and currency. The target's currency is picked; which modes may be used depends on the
/// delivery method, the sales type and the site.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PricesDocument {
    /// Paid by the year.
    pub yearly: PriceByCurrency,
    /// Paid by the month.
    pub monthly: PriceByCurrency,
    /// Paid by the day.
    pub daily: PriceByCurrency,
    /// Paid once; not together with yearly or monthly (R90).
    pub one_time: PriceByCurrency,
    /// Metered.
    pub pay_per_use: PriceByCurrency,
    /// Hardware: paid by the piece.
    pub quantity: PriceByCurrency,
}

/// A quantity a buyer picks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuantityDocument {
    /// Smallest quantity.
    pub min: Whole,
    /// Largest quantity.
    pub max: Whole,
    /// Increment; frozen once released (R23).
    pub step: Whole,
    /// `linear` (unit price times quantity, the default) or `tiered` (ranges with unit prices) (R92).
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "QuantityPricingWord")]
    pub pricing: Option<QuantityPricingWord>,
}

/// An attribute of a custom template: choices or a quantity. What is left out comes from the attribute library.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AttributeDocument {
    /// The name buyers see; not a preset name (R94).
    #[serde(deserialize_with = "crate::config::form::given")]
    #[schemars(with = "Said")]
    pub name: Option<Said>,
    /// Choices: stable value key to the label buyers see.
    #[serde(deserialize_with = "crate::config::form::given")]
    #[schemars(with = "std::collections::BTreeMap<KeyText, Said>")]
    pub values: Option<Map<KeyText, Said>>,
    /// A number a buyer picks.
    #[serde(deserialize_with = "crate::config::form::given")]
    #[schemars(with = "QuantityDocument")]
    pub quantity: Option<QuantityDocument>,
}

/// One combination of attribute values with its prices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkuDocument {
    /// Attribute code to value key, one for every attribute with choices.
    pub values: Map<KeyText, KeyText>,
    /// Prices by billing mode and currency.
    #[serde(default)]
    pub prices: PricesDocument,
    /// Takes the SKU off the catalog; a retired SKU stays listed, and may do without prices.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "RetireDocument")]
    pub retire: Option<RetireDocument>,
}

/// A metered item with its unit price.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemDocument {
    /// Stable key.
    pub key: KeyText,
    /// The name buyers see.
    pub name: Said,
    /// Price by currency.
    pub price: PriceByCurrency,
}

/// A billing factor of the pay-per-use template (PPUC).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactorDocument {
    /// Stable key.
    pub key: KeyText,
    /// How usage is priced.
    pub price_mode: PriceModeWord,
    /// Billing cycle as the console names it: `hourly`, `daily`, `monthly`.
    pub billing_cycle: Said,
    /// Accumulation cycle; needed when tiered (R104).
    #[serde(default)]
    pub accumulation_cycle: Field<Said>,
    /// Metered items, at least one (R103).
    pub items: List<ItemDocument>,
}

/// A package of a pay-per-use specification (PKG).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackageDocument {
    /// Stable key.
    pub key: KeyText,
    /// The name buyers see; frozen once released (R22).
    pub name: Said,
    /// Whether service stops when the quota is used up.
    #[serde(default)]
    pub stop_before_excess: bool,
    /// Months the package is valid; frozen once released (R21).
    pub validity_months: Whole,
    /// When the quota starts anew: `none` (default), `monthly` or `yearly`; frozen once released (R21).
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "ResetWord")]
    pub reset: Option<ResetWord>,
    /// Metered item to quantity; one item is recommended (R106).
    pub quota: Map<KeyText, Whole>,
    /// Price by currency.
    pub price: AmountByCurrency,
}

/// A specification: a sellable edition of a product. A tombstone may be just `key` and `retire`, which therefore stand
/// together: `gallerist fmt` writes fields in the order declared here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpecificationDocument {
    /// Stable key.
    pub key: KeyText,
    /// Takes it off the catalog; irreversible (R47, R50).
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "RetireDocument")]
    pub retire: Option<RetireDocument>,
    /// Stops managing it; it stays on sale.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "UnmanageDocument")]
    pub unmanage: Option<UnmanageDocument>,
    /// The name buyers see (R109, R110).
    #[serde(default)]
    pub name: Field<Text>,
    /// `false` hides it; it sells by its link only (F-HIDE).
    #[serde(default)]
    pub public: Field<bool>,
    /// Days of free trial, `null` for none; SaaS by the year or month only, frozen once released (R97 to R99, R26).
    #[serde(default)]
    pub trial_days: Field<Whole>,
    /// Id of the approved asset (image, licence delivered as a package).
    #[serde(default)]
    pub asset: Field<Text>,
    /// How many one buyer may take; set after release.
    #[serde(default)]
    pub purchase_limit: Field<Whole>,
    /// Who may buy; set after release.
    #[serde(default)]
    pub whitelist: Field<List<Text>>,
    /// Who may try; set after the trial is approved (R101).
    #[serde(default)]
    pub trial_whitelist: Field<List<Text>>,
    /// Keys it had before.
    #[serde(default)]
    pub formerly: List<KeyText>,
    /// Specifications of this product it takes the place of (R24).
    #[serde(default)]
    pub replaces: List<KeyText>,
    /// Findings about it that are excused.
    #[serde(default)]
    pub exceptions: List<ExceptionDocument>,
    /// Pricing template; left out, it follows from `skus`, `factors` or `prices`.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "TemplateWord")]
    pub template: Option<TemplateWord>,
    /// Simple template: prices by billing mode and currency.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "PricesDocument")]
    pub prices: Option<PricesDocument>,
    /// Custom template: attributes by code.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "std::collections::BTreeMap<KeyText, AttributeDocument>")]
    pub attributes: Option<Map<KeyText, AttributeDocument>>,
    /// Custom template: every combination of attribute values.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "Vec<SkuDocument>")]
    pub skus: Option<List<SkuDocument>>,
    /// Pay-per-use template: billing factors (joint operations SaaS only, R102).
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "Vec<FactorDocument>")]
    pub factors: Option<List<FactorDocument>>,
    /// Pay-per-use template: packages.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "Vec<PackageDocument>")]
    pub packages: Option<List<PackageDocument>>,
}

/// A move from one SKU to another (R112).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpgradeRuleDocument {
    /// The specification both SKUs belong to.
    pub specification: KeyText,
    /// The SKU buyers have: attribute code to value key; empty for the simple template.
    #[serde(default)]
    pub from: Map<KeyText, KeyText>,
    /// The SKU buyers may move to.
    #[serde(default)]
    pub to: Map<KeyText, KeyText>,
    /// Expansion step as a multiple of the quantity's step (R114).
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "Whole")]
    pub expansion: Option<Whole>,
}
