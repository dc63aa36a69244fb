//! The nouns of a catalog in normal form: products, specifications, SKUs, prices, and what a seller intends.
//!
//! Two conventions hold for everything here. A *missing* entry (or `None` group) makes **no statement**: on the
//! desired side the field is unmanaged, on the released side it is unknown; either way it never yields a change.
//! An entry that is present and `None` says **empty**: cleared by the seller, absent on the marketplace.

mod asset;
mod canonical;
mod cases;
mod delivery;
mod field;
mod intent;
mod item;
mod key;
mod money;
mod pricing;
mod product;
mod product_field;
mod specification_field;
mod value;

pub use asset::{Asset, FileKind};
pub use canonical::{Canonical, CanonicalWriter, Digest};
pub use cases::{
    Activity, BEING_DONE, CallSignature, Case, CaseField, Cases, DONE, InnerDigest, Offer, SignatureForm,
    TimestampUnit,
};
pub use delivery::{DeliveryMethod, SalesType};
pub use field::{Edit, FieldInfo, ValueKind};
pub use intent::{Desired, Exception, OnChange, Retirement, SpecificationIntent, Unmanage};
pub use item::Item;
pub use key::{Key, KeyError};
pub use money::{Amount, AmountError, Currency};
pub use pricing::{
    Attribute, AttributeKind, BillingFactor, BillingMode, Cell, Package, Price, PriceMode, Quantity,
    QuantityPricing, SkuKey, Template, Tier,
};
pub use product::{Fields, Product, Specification, UpgradeRule};
pub use product_field::ProductField;
pub use specification_field::SpecificationField;
pub use value::{Entry, Value};
