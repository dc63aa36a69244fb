//! Core types that are written as one text.

use crate::config::Occasion;
use crate::model::{
    Activity, Amount, BillingMode, Currency, DeliveryMethod, Digest, FileKind, Key, PriceMode, ProductField,
    QuantityPricing, SpecificationField, Template,
};
use crate::report::{CallKind, CallVerdict, Outcome, PreflightCheck, PreflightStanding};
use crate::submission::{ApplicationId, OperationId, OperationKind, Revision, SubmissionId, SubmissionKind};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A core type with exactly one spelling.
pub trait Named: Sized {
    /// The spelling.
    fn spell(&self) -> String;

    /// What a spelling means.
    ///
    /// # Errors
    /// A lower-case fragment that says what the text is not.
    fn read(text: &str) -> Result<Self, String>;

    /// The JSON Schema of the spelling.
    fn schema() -> Schema;
}

/// A core type where it stands in a document, as a text or as the key of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<T>(pub T);

impl<T: Named> Serialize for Name<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.spell())
    }
}

impl<'de, T: Named> Deserialize<'de> for Name<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<T: Named> Visitor<'_> for Reader<T> {
            type Value = Name<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::read(text).map(Name).map_err(E::custom)
            }
        }
        from.deserialize_str(Reader(PhantomData))
    }
}

impl<T: Named> JsonSchema for Name<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::schema()
    }
}

macro_rules! choices {
    ($($what:literal $type:ty = $all:expr, $name:ident;)*) => {$(
        impl Named for $type {
            fn spell(&self) -> String {
                self.$name().into()
            }

            fn read(text: &str) -> Result<Self, String> {
                $all.iter()
                    .copied()
                    .find(|choice| choice.$name() == text)
                    .ok_or_else(|| format!("`{text}` is not {}", $what))
            }

            fn schema() -> Schema {
                let names: Vec<&str> = $all.iter().map(|choice| choice.$name()).collect();
                json_schema!({ "enum": names })
            }
        }
    )*};
}

choices! {
    "an activity" Activity = Activity::ALL, name;
    "a call" CallKind = CallKind::ALL, name;
    "a verdict" CallVerdict = CallVerdict::ALL, name;
    "a check" PreflightCheck = PreflightCheck::ALL, name;
    "a standing" PreflightStanding = PreflightStanding::ALL, name;
    "a billing mode" BillingMode = BillingMode::ALL, name;
    "a delivery method" DeliveryMethod = DeliveryMethod::ALL, name;
    "a kind of file" FileKind = FileKind::ALL, name;
    "a kind of operation" OperationKind = OperationKind::ALL, name;
    "an occasion" Occasion = Occasion::ALL, name;
    "an outcome" Outcome = Outcome::ALL, name;
    "a pricing template" Template = Template::ALL, name;
    "a price mode" PriceMode = [PriceMode::Fixed, PriceMode::Tiered, PriceMode::Volume], name;
    "a quantity pricing" QuantityPricing = [QuantityPricing::Linear, QuantityPricing::Tiered], name;
    "a kind of submission" SubmissionKind =
        [SubmissionKind::Release, SubmissionKind::Modify, SubmissionKind::Remove], name;
}

macro_rules! fields {
    ($($what:literal $type:ty;)*) => {$(
        impl Named for $type {
            fn spell(&self) -> String {
                self.info().name()
            }

            fn read(text: &str) -> Result<Self, String> {
                Self::from_name(text).ok_or_else(|| format!("`{text}` is not {}", $what))
            }

            fn schema() -> Schema {
                let names: Vec<String> = Self::ALL.iter().map(|field| field.info().name()).collect();
                json_schema!({ "enum": names })
            }
        }
    )*};
}

fields! {
    "a field of a product" ProductField;
    "a field of a specification" SpecificationField;
}

macro_rules! ids {
    ($($type:ident)*) => {$(
        impl Named for $type {
            fn spell(&self) -> String {
                self.0.clone()
            }

            fn read(text: &str) -> Result<Self, String> {
                Ok(Self(text.to_owned()))
            }

            fn schema() -> Schema {
                json_schema!({ "type": "string" })
            }
        }
    )*};
}

ids!(ApplicationId OperationId Revision SubmissionId);

impl Named for Key {
    fn spell(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<Self, String> {
        Self::new(text).map_err(|error| format!("`{text}` is not a key: {error}"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": Self::PATTERN })
    }
}

impl Named for Amount {
    fn spell(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| format!("`{text}` is not an amount: {error}"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": Self::PATTERN })
    }
}

impl Named for Currency {
    fn spell(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<Self, String> {
        Self::new(text).ok_or_else(|| format!("`{text}` is not a currency code"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" })
    }
}

impl Named for Digest {
    fn spell(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<Self, String> {
        // The reader of digits takes capitals, too.
        let is_small = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let digest = Self::from_hex(text).filter(|_| is_small);
        digest.ok_or_else(|| format!("`{text}` is not a digest"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

impl Named for Timestamp {
    fn spell(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not a time as in 2026-01-31T08:00:00Z"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl Named for Date {
    fn spell(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is not a date as in 2026-01-31"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// Reads a key that may be left out but not be `null`: `null` always says "known to be empty".
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
