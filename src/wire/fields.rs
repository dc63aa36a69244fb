//! Statements about fields: an object from field name to value. A missing key makes no statement, `null` says empty.

use super::value::{Asset, Entry, asset, asset_into, entry, entry_into};
use super::{Name, Named};
use crate::model::{self, FieldInfo, ProductField, SpecificationField, Value, ValueKind};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A field with a row in the field table.
pub trait Field: Named + Ord + Copy + 'static {
    /// All fields of its kind.
    const ALL: &'static [Self];

    /// Its row.
    fn row(self) -> &'static FieldInfo;
}

impl Field for ProductField {
    const ALL: &'static [Self] = Self::ALL;

    fn row(self) -> &'static FieldInfo {
        self.info()
    }
}

impl Field for SpecificationField {
    const ALL: &'static [Self] = Self::ALL;

    fn row(self) -> &'static FieldInfo {
        self.info()
    }
}

/// Statements about fields; what a value may be follows from the field's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields<F>(pub model::Fields<F>);

impl<F> Default for Fields<F> {
    fn default() -> Self {
        Self(model::Fields::default())
    }
}

/// A field's value without a mark of its kind: the field tells it.
struct Bare<'a>(&'a Value);

impl Serialize for Bare<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => to.serialize_str(text),
            Value::Flag(flag) => to.serialize_bool(*flag),
            Value::Integer(number) => to.serialize_i64(*number),
            Value::Texts(texts) => to.collect_seq(texts),
            Value::Entries(entries) => to.collect_seq(entries.iter().map(entry)),
            Value::Asset(file) => asset(file).serialize(to),
            Value::Assets(files) => to.collect_seq(files.iter().map(asset)),
            // No field's row admits these, so nothing that passed a reader holds one here.
            Value::Delivery(_)
            | Value::Template(_)
            | Value::Price(_)
            | Value::Prices(_)
            | Value::Attribute(_)
            | Value::Quantity(_)
            | Value::Factor(_)
            | Value::Package(_)
            | Value::UpgradeRule(_)
            | Value::Specification(_)
            | Value::Product(_) => Err(serde::ser::Error::custom("a field cannot hold this kind of value")),
        }
    }
}

impl<F: Field> Serialize for Fields<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(field, value)| (field.spell(), value.as_ref().map(Bare))))
    }
}

impl<'de> DeserializeSeed<'de> for Name<ValueKind> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Value>, D::Error> {
        Ok(match self.0 {
            ValueKind::Text => Option::<String>::deserialize(from)?.map(Value::Text),
            ValueKind::Flag => Option::<bool>::deserialize(from)?.map(Value::Flag),
            ValueKind::Integer => Option::<i64>::deserialize(from)?.map(Value::Integer),
            ValueKind::Texts => Option::<Vec<String>>::deserialize(from)?.map(Value::Texts),
            ValueKind::Entries => Option::<Vec<Entry>>::deserialize(from)?
                .map(|entries| Value::Entries(entries.into_iter().map(entry_into).collect())),
            ValueKind::Asset => {
                Option::<Asset>::deserialize(from)?.map(|file| Value::Asset(asset_into(file)))
            }
            ValueKind::Assets => Option::<Vec<Asset>>::deserialize(from)?
                .map(|files| Value::Assets(files.into_iter().map(asset_into).collect())),
        })
    }
}

impl<'de, F: Field> Deserialize<'de> for Fields<F> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<F>(PhantomData<F>);
        impl<'de, F: Field> Visitor<'de> for Reader<F> {
            type Value = Fields<F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
                let mut fields = model::Fields::default();
                while let Some(Name(field)) = from.next_key::<Name<F>>()? {
                    if fields.statement(field).is_some() {
                        return Err(A::Error::custom(format!("`{}` stands twice", field.spell())));
                    }
                    fields.set(field, from.next_value_seed(Name(field.row().kind))?);
                }
                Ok(Fields(fields))
            }
        }
        from.deserialize_map(Reader(PhantomData))
    }
}

impl<F: Field> JsonSchema for Fields<F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Fields".into()
    }

    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = serde_json::Map::new();
        for field in <F as Field>::ALL {
            let row = field.row();
            let value = match row.kind {
                ValueKind::Text => generator.subschema_for::<String>(),
                ValueKind::Flag => generator.subschema_for::<bool>(),
                ValueKind::Integer => generator.subschema_for::<i64>(),
                ValueKind::Texts => generator.subschema_for::<Vec<String>>(),
                ValueKind::Entries => generator.subschema_for::<Vec<Entry>>(),
                ValueKind::Asset => generator.subschema_for::<Asset>(),
                ValueKind::Assets => generator.subschema_for::<Vec<Asset>>(),
            };
            let schema = json_schema!({
                "description": format!("{} in the Seller Console", row.console),
                "oneOf": [value, { "type": "null" }],
            });
            properties.insert(row.name(), schema.into());
        }
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
