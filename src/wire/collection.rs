//! The two collections that refuse duplicates.

use super::{Name, Named};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

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
