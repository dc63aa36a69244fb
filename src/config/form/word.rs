//! The small vocabulary of documents: tri-state fields, keys, amounts, words, and texts kept in files.
//!
//! They say which form a value has and hold no value: what was written is taken from the tree, where it has its place.

use crate::model::{
    Amount, BillingMode, DeliveryMethod, Key, PriceMode, QuantityPricing, SalesType, Template,
};
use crate::yaml::NUMBER_OR_TEXT;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// What a document says about a field: nothing (it is unmanaged), empty (`null` clears it), or a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// The field is left out: the released value stays.
    #[default]
    LeftOut,
    /// `null`: the field is cleared.
    Null,
    /// A value.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: JsonSchema> JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Field_{}", T::schema_name()).into()
    }

    /// The value's own schema that also takes `null`, without a union: a union hides which branch was meant.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let object = schema.ensure_object();
        match object.get_mut("type") {
            Some(Value::Array(types)) if !types.contains(&json!("null")) => types.push(json!("null")),
            Some(Value::String(name)) => {
                let types = json!([name, "null"]);
                object.insert("type".to_owned(), types);
            }
            Some(_) | None => {}
        }
        if let Some(Value::Array(words)) = object.get_mut("enum") {
            words.push(Value::Null);
        }
        schema
    }
}

/// A list; its elements are looked at one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List<T>(PhantomData<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = ();
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
                while list.next_element::<T>()?.is_some() {}
                Ok(())
            }
        }
        deserializer.deserialize_seq(Elements::<T>(PhantomData)).map(|()| Self::default())
    }
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

/// A mapping with keys of one form; its entries are looked at one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Map<K, V>(PhantomData<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = ();
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
                while map.next_entry::<K, V>()?.is_some() {}
                Ok(())
            }
        }
        deserializer.deserialize_map(Entries::<K, V>(PhantomData)).map(|()| Self::default())
    }
}

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Map<K, V> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        BTreeMap::<K, V>::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<K, V>::json_schema(generator)
    }
}

macro_rules! text_visitor {
    ($wanted:literal, $read:expr) => {{
        struct Text;
        impl Visitor<'_> for Text {
            type Value = ();
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($wanted)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
                let read: fn(&str) -> Result<(), String> = $read;
                read(text).map_err(E::custom)
            }
        }
        Text
    }};
}

/// A text that must have a form; `$schema` says the same to editors.
macro_rules! formed_text {
    ($(#[$doc:meta])* $name:ident, $wanted:literal, $read:expr, $schema:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name;

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(text_visitor!($wanted, $read)).map(|()| Self)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

formed_text!(
    /// A text of any form.
    Text,
    "a text",
    |_| Ok(()),
    json_schema!({ "type": "string" })
);

formed_text!(
    /// A stable key ([`Key`]).
    KeyText,
    "a key",
    |text| Key::check(text).map_err(|error| error.to_string()),
    json_schema!({ "type": "string", "pattern": Key::PATTERN })
);

formed_text!(
    /// A currency code.
    CurrencyText,
    "a currency code",
    |text| match crate::model::Currency::new(text) {
        Some(_) => Ok(()),
        None => Err("a currency code has three capital letters, as in USD".to_owned()),
    },
    json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" })
);

formed_text!(
    /// A text that says something.
    Said,
    "a text",
    |text| if text.trim().is_empty() { Err("something must be said here".to_owned()) } else { Ok(()) },
    json_schema!({ "type": "string", "pattern": r"\S" })
);

formed_text!(
    /// The name of an operation in a plan.
    OperationText,
    "an operation's name",
    |text| match text.strip_prefix("o-") {
        Some(rest) if rest.len() == 16 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => Ok(()),
        _ => Err("an operation's name is `o-` and 16 hexadecimal digits, as the plan shows it".to_owned()),
    },
    json_schema!({ "type": "string", "pattern": "^o-[0-9a-f]{16}$" })
);

/// A word out of a closed list; `$names` are the words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident = $names:expr;) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;

        impl $name {
            fn all() -> &'static [&'static str] {
                static ALL: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| $names);
                &ALL
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Word;
                impl serde::de::Visitor<'_> for Word {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(f, "one of {}", $name::all().join(", "))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        let known = $name::all().contains(&text);
                        known.then_some($name).ok_or_else(|| E::custom(format!("one of {} is needed", $name::all().join(", "))))
                    }
                }
                deserializer.deserialize_str(Word)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": $name::all() })
            }
        }
    };
}

pub(crate) use words;

/// Value of `apiVersion` in every document.
pub const API_VERSION: &str = "gallerist/v1";

words! { /** The version of the document forms. */ ApiVersion = vec![API_VERSION]; }
words! { /** `kind` of a product. */ ProductKind = vec!["Product"]; }
words! { /** `kind` of the attribute library. */ AttributesKind = vec!["Attributes"]; }
words! { /** `kind` of an approval. */ ApprovalKind = vec!["Approval"]; }
words! { /** `kind` of `gallerist.yaml`. */ CatalogKind = vec!["Catalog"]; }
words! { /** A delivery method. */ DeliveryWord = DeliveryMethod::ALL.iter().map(|method| method.name()).collect(); }
words! { /** A sales type. */ SalesTypeWord = vec![SalesType::Common.name(), SalesType::JointOperations.name()]; }
words! { /** A pricing template. */ TemplateWord = Template::ALL.iter().map(|template| template.name()).collect(); }
words! { /** A billing mode. */ BillingModeWord = BillingMode::ALL.iter().map(|mode| mode.name()).collect(); }
words! { /** How a quantity is priced. */ QuantityPricingWord = vec![QuantityPricing::Linear.name(), QuantityPricing::Tiered.name()]; }
words! { /** How usage is priced. */ PriceModeWord = vec![PriceMode::Fixed.name(), PriceMode::Tiered.name(), PriceMode::Volume.name()]; }
words! { /** When a package's quota starts anew. */ ResetWord = vec!["none", "monthly", "yearly"]; }
words! { /** What to do when the definition changes during review. */ OnChangeWord = vec!["wait", "replace"]; }
words! { /** How much a rule matters. */ LevelWord = vec!["off", "note", "warning", "error"]; }

/// The largest whole number a document may hold; far above any limit the marketplace has.
pub const WHOLE_MAX: i64 = 1_000_000_000;

/// A whole number from 0 to [`WHOLE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole;

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        if (0..=WHOLE_MAX).contains(&number) {
            return Ok(Self);
        }
        Err(de::Error::custom(format!("a whole number from 0 to {WHOLE_MAX} is needed")))
    }
}

impl JsonSchema for Whole {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Whole".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": WHOLE_MAX })
    }
}

/// The form of an amount as editors check it: [`Amount::PATTERN`] with its number of digits.
const AMOUNT_PATTERN: &str = r"^(0|[1-9][0-9]{0,27})(\.[0-9]{1,27})?$";

fn amount(text: &str) -> Result<(), String> {
    Amount::parse(text).map(drop).map_err(|error| error.to_string())
}

/// An amount of money: a text or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountText;

impl<'de> Deserialize<'de> for AmountText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match PriceText::deserialize(deserializer)? {
            PriceText::Flat => Ok(Self),
            PriceText::Tiers => Err(de::Error::custom("one amount is needed here, not a list")),
        }
    }
}

impl JsonSchema for AmountText {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"], "pattern": AMOUNT_PATTERN, "maxLength": 29, "minimum": 0 })
    }
}

/// A price: one amount, or ranges of quantities with unit prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PriceText {
    /// One price.
    Flat,
    /// Ranges in ascending order.
    Tiers,
}

/// A range of a tiered price.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TierDocument {
    /// First quantity of the range; the range ends where the next one begins.
    pub from: Whole,
    /// Unit price in the range.
    pub price: AmountText,
}

impl<'de> Deserialize<'de> for PriceText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Price;
        impl<'de> Visitor<'de> for Price {
            type Value = PriceText;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an amount")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<PriceText, D::Error> {
                inner.deserialize_any(self)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<PriceText, E> {
                amount(text).map_err(E::custom)?;
                Ok(PriceText::Flat)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PriceText, A::Error> {
                if list.next_element::<TierDocument>()?.is_none() {
                    return Err(de::Error::custom("a price needs at least one range"));
                }
                while list.next_element::<TierDocument>()?.is_some() {}
                Ok(PriceText::Tiers)
            }
        }
        deserializer.deserialize_newtype_struct(NUMBER_OR_TEXT, Price)
    }
}

impl JsonSchema for PriceText {
    fn schema_name() -> Cow<'static, str> {
        "Price".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let tier = generator.subschema_for::<TierDocument>();
        json_schema!({
            "description": "An amount as digits with at most one point (\"9.90\"), or a list of ranges for a tiered quantity.",
            "type": ["string", "number", "array"],
            "pattern": AMOUNT_PATTERN,
            "maxLength": 29,
            "minimum": 0,
            "items": tier,
            "minItems": 1,
        })
    }
}

/// A text written here, or kept in a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextOrFile {
    /// The text.
    Text,
    /// `{file: path}`, relative to the product's file.
    File,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileDocument {
    #[serde(rename = "file")]
    _file: Said,
}

impl<'de> Deserialize<'de> for TextOrFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = TextOrFile;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, or a mapping with `file`")
            }
            fn visit_str<E: de::Error>(self, _text: &str) -> Result<TextOrFile, E> {
                Ok(TextOrFile::Text)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<TextOrFile, A::Error> {
                FileDocument::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(TextOrFile::File)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for TextOrFile {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "TextOrFile".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "object"],
            "properties": {
                "file": { "type": "string", "pattern": r"\S", "description": "Path of the file, relative to the product's file." }
            },
            "required": ["file"],
            "additionalProperties": false,
        })
    }
}
