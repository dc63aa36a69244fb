//! Billing modes, price templates, attributes, SKUs, prices, billing factors and packages.

use super::{Amount, Key};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A billing mode of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillingMode {
    /// Paid by the year (包年).
    Yearly,
    /// Paid by the month (包月).
    Monthly,
    /// Paid by the day; only named in trial and interface texts.
    Daily,
    /// Paid once (按次).
    OneTime,
    /// Metered (按需).
    PayPerUse,
    /// Hardware: paid by the piece.
    Quantity,
}

impl BillingMode {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Yearly, Self::Monthly, Self::Daily, Self::OneTime, Self::PayPerUse, Self::Quantity];

    /// The name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yearly => "yearly",
            Self::Monthly => "monthly",
            Self::Daily => "daily",
            Self::OneTime => "one-time",
            Self::PayPerUse => "pay-per-use",
            Self::Quantity => "quantity",
        }
    }

    /// The mode with this name in definitions.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.name() == name)
    }

    /// Whether it is a period that runs out and is renewed (yearly/monthly; R98, R112).
    #[must_use]
    pub fn is_period(self) -> bool {
        matches!(self, Self::Yearly | Self::Monthly | Self::Daily)
    }
}

impl std::fmt::Display for BillingMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The pricing template of a specification (Releasing Licenses, Releasing Professional Services, PPU).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// One fixed price per billing mode.
    Simple,
    /// A price per SKU, SKUs generated from attributes.
    Custom,
    /// Billing factors with metered items.
    PayPerUse,
}

impl Template {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Simple, Self::Custom, Self::PayPerUse];

    /// The name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Custom => "custom",
            Self::PayPerUse => "pay-per-use",
        }
    }

    /// The template with this name in definitions.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|template| template.name() == name)
    }
}

/// How a quantity attribute is priced (R92).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuantityPricing {
    /// Unit price times quantity.
    Linear,
    /// Each range of quantities has its own unit price.
    Tiered,
}

impl QuantityPricing {
    /// The name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Tiered => "tiered",
        }
    }
}

/// A quantity attribute's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    /// Smallest quantity a buyer can take.
    pub min: u64,
    /// Largest quantity a buyer can take.
    pub max: u64,
    /// Increment; frozen after release (R23).
    pub step: u64,
    /// How the quantity is priced.
    pub pricing: QuantityPricing,
}

/// What kind of attribute it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeKind {
    /// Choices: stable value key to the label buyers see.
    Enumeration(BTreeMap<Key, String>),
    /// A number.
    Quantity(Quantity),
}

/// An attribute of a custom-template specification (Managing Product Attributes).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attribute {
    /// The name buyers see.
    pub name: String,
    /// Its kind and values.
    pub kind: AttributeKind,
}

/// Identity of a SKU: one value per enumeration attribute; empty for the simple template. Every cell of a price table has
/// one, so copies share their values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SkuKey(Option<Arc<BTreeMap<Key, Key>>>);

impl SkuKey {
    /// The SKU with these values, by attribute code.
    #[must_use]
    pub fn new(values: BTreeMap<Key, Key>) -> Self {
        Self((!values.is_empty()).then(|| Arc::new(values)))
    }

    /// Its values, by attribute code.
    #[must_use]
    pub fn values(&self) -> &BTreeMap<Key, Key> {
        static NONE: BTreeMap<Key, Key> = BTreeMap::new();
        self.0.as_deref().unwrap_or(&NONE)
    }

    /// The only SKU of a simple specification.
    #[must_use]
    pub fn simple() -> Self {
        Self::default()
    }
}

impl Ord for SkuKey {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Some(own), Some(others)) if Arc::ptr_eq(own, others) => Ordering::Equal,
            (own, others) => own.cmp(others),
        }
    }
}

impl PartialOrd for SkuKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for SkuKey {
    /// `edition=pro, region=eu`; empty for the simple template.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, (code, value)) in self.values().iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{code}={value}")?;
        }
        Ok(())
    }
}

/// A cell of a specification's price table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Which SKU.
    pub sku: SkuKey,
    /// Which billing mode.
    pub mode: BillingMode,
}

impl std::fmt::Display for Cell {
    /// `yearly` or `edition=pro, yearly`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.sku.values().is_empty() {
            write!(f, "{}, ", self.sku)?;
        }
        write!(f, "{}", self.mode)
    }
}

/// One range of a tiered price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tier {
    /// First quantity of the range; the range ends where the next begins.
    pub from: u64,
    /// Unit price in the range.
    pub price: Amount,
}

/// The price in one cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Price {
    /// One price (a unit price when the SKU has a linear quantity).
    Flat(Amount),
    /// Ranges in ascending order of `from`.
    Tiered(Vec<Tier>),
}

impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flat(amount) => write!(f, "{amount}"),
            Self::Tiered(tiers) => {
                for (position, tier) in tiers.iter().enumerate() {
                    let comma = if position > 0 { ", " } else { "" };
                    write!(f, "{comma}{} from {}", tier.price, tier.from)?;
                }
                Ok(())
            }
        }
    }
}

/// How a billing factor turns usage into money (Pay-per-Use Specifications).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PriceMode {
    /// Usage times unit price.
    Fixed,
    /// Accumulated usage, each tier at its own price.
    Tiered,
    /// Each record wholly at the price of the range it falls in.
    Volume,
}

impl PriceMode {
    /// The name in definitions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Tiered => "tiered",
            Self::Volume => "volume",
        }
    }
}

/// A billing factor of a pay-per-use specification.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingFactor {
    /// How usage is priced.
    pub price_mode: PriceMode,
    /// Billing cycle as the console names it (`hourly`, `daily`, `monthly`).
    pub billing_cycle: String,
    /// Accumulation cycle; needed when tiered (R104).
    pub accumulation_cycle: Option<String>,
    /// Billing items: stable key to name and price; at least one (R103).
    pub items: BTreeMap<Key, (String, Price)>,
}

impl std::fmt::Display for BillingFactor {
    /// `fixed, billed hourly: Calls 0.01; Storage 0.20`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, billed {}", self.price_mode.name(), self.billing_cycle)?;
        if let Some(cycle) = &self.accumulation_cycle {
            write!(f, ", accumulated {cycle}")?;
        }
        for (position, (name, price)) in self.items.values().enumerate() {
            let sign = if position > 0 { ";" } else { ":" };
            write!(f, "{sign} {name} {price}")?;
        }
        Ok(())
    }
}

/// A pay-per-use package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package {
    /// The name buyers see; frozen after release (R22).
    pub name: String,
    /// Whether service stops when the quota is used up.
    pub stop_before_excess: bool,
    /// Months the package is valid; frozen after release (R21).
    pub validity_months: u64,
    /// `none`, `monthly` or `yearly`; frozen after release (R21).
    pub reset: String,
    /// Billing item to quantity; one item is recommended (R106).
    pub quota: BTreeMap<Key, u64>,
    /// Price of the package.
    pub price: Amount,
}

impl std::fmt::Display for Package {
    /// `10k calls at 9.00 with calls 10000, valid for 12 months, reset monthly`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.name, self.price)?;
        for (position, (item, quantity)) in self.quota.iter().enumerate() {
            let sign = if position > 0 { "," } else { " with" };
            write!(f, "{sign} {item} {quantity}")?;
        }
        write!(f, ", valid for {} months", self.validity_months)?;
        if self.reset != "none" {
            write!(f, ", reset {}", self.reset)?;
        }
        f.write_str(if self.stop_before_excess { ", stops when used up" } else { "" })
    }
}
