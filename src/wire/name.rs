//! Core types that are written as one text, and the two collections that refuse duplicates.

use crate::model::{
    Amount, BillingMode, Currency, DeliveryMethod, Digest, Key, PriceMode, ProductField, QuantityPricing,
    SpecificationField, Template,
};
use crate::submission::{ApplicationId, OperationId, OperationKind, Revision, SubmissionId, SubmissionKind};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
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
    "a billing mode" BillingMode = BillingMode::ALL, name;
    "a delivery method" DeliveryMethod = DeliveryMethod::ALL, name;
    "a kind of operation" OperationKind = OperationKind::ALL, name;
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
    /// Without the zero people like to see after `9.9`: that form can have one digit more than can be read back.
    fn spell(&self) -> String {
        self.decimal().to_string()
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
        Self::from_hex(text).ok_or_else(|| format!("`{text}` is not a digest"))
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

/// An object from names to values. Reading refuses a name that stands twice, instead of keeping the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<K, V>(pub BTreeMap<Name<K>, V>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Named + Ord + Clone, V> Map<K, V> {
    /// From core values, each converted.
    pub fn of<'a, C: 'a>(core: &'a BTreeMap<K, C>, convert: impl Fn(&'a C) -> V) -> Self
    where
        K: 'a,
    {
        Self(core.iter().map(|(key, value)| (Name(key.clone()), convert(value))).collect())
    }

    /// To core values, each converted.
    pub fn into_core<C>(self, convert: impl Fn(V) -> C) -> BTreeMap<K, C> {
        self.0.into_iter().map(|(key, value)| (key.0, convert(value))).collect()
    }
}

impl<K: Named + Ord, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(&self.0)
    }
}

impl<'de, K: Named + Ord, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Named + Ord, V: Deserialize<'de>> Visitor<'de> for Reader<K, V> {
            type Value = Map<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
                let mut map = BTreeMap::new();
                while let Some(key) = from.next_key::<Name<K>>()? {
                    let spelling = key.0.spell();
                    if map.insert(key, from.next_value()?).is_some() {
                        return Err(A::Error::custom(format!("`{spelling}` stands twice")));
                    }
                }
                Ok(Map(map))
            }
        }
        from.deserialize_map(Reader(PhantomData))
    }
}

impl<K: Named, V: JsonSchema> JsonSchema for Map<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", V::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": K::schema(),
            "additionalProperties": generator.subschema_for::<V>(),
        })
    }
}

/// A list in ascending order without duplicates; reading refuses duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T>(pub BTreeSet<T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<T: Ord + Clone> Set<Name<T>> {
    /// From core values.
    pub fn of(core: &BTreeSet<T>) -> Self {
        Self(core.iter().cloned().map(Name).collect())
    }

    /// To core values.
    pub fn into_core(self) -> BTreeSet<T> {
        self.0.into_iter().map(|name| name.0).collect()
    }
}

impl<T: Serialize> Serialize for Set<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(&self.0)
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Ord> Visitor<'de> for Reader<T> {
            type Value = Set<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
                let mut set = BTreeSet::new();
                while let Some(element) = from.next_element()? {
                    if !set.insert(element) {
                        return Err(A::Error::custom(format!("element {} stands twice", set.len())));
                    }
                }
                Ok(Set(set))
            }
        }
        from.deserialize_seq(Reader(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Set<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("SetOf{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": generator.subschema_for::<T>(),
            "uniqueItems": true,
        })
    }
}

/// Reads a key that may be left out but not be `null`: `null` always says "known to be empty".
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
