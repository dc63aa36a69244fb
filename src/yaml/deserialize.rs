//! Reading typed values out of the tree with serde; an error knows the node it is about.

use super::{Kind, Node, NodeId, Scalar};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The name of a newtype that takes numbers as well as texts and keeps their spelling: prices.
pub const NUMBER_OR_TEXT: &str = "gallerist number or text";

/// Why a value could not be read. One word, because every value that can be read is handed on beside it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Error(Box<Problem>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    message: String,
    node: Option<NodeId>,
}

impl de::Error for Error {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(Box::new(Problem { message: message.to_string(), node: None }))
    }
}

impl Error {
    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where, once known.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        self.0.node
    }

    fn at(mut self, node: Node<'_>) -> Self {
        self.0.node.get_or_insert(node.id());
        self
    }
}

/// Reads a typed value.
///
/// # Errors
/// When the node does not have the type's form; the first problem only.
pub fn from_node<T: DeserializeOwned>(node: Node<'_>) -> Result<T, Error> {
    T::deserialize(Reader { node, spelling: false, order: None })
}

/// The order in which a form names the fields of mappings; a mapping whose keys a user chooses has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order(BTreeMap<NodeId, &'static [&'static str]>);

impl Order {
    /// The order that a type gives to the mappings of a node: the fields of each as the type declares them.
    ///
    /// # Errors
    /// When the node does not have the type's form.
    pub fn of<T: DeserializeOwned>(node: Node<'_>) -> Result<Self, Error> {
        let order = RefCell::default();
        T::deserialize(Reader { node, spelling: false, order: Some(&order) })?;
        Ok(Self(order.into_inner()))
    }

    /// The same with the fields of one more mapping, which the type reads in a way of its own.
    #[must_use]
    pub fn with(mut self, mapping: NodeId, fields: &'static [&'static str]) -> Self {
        self.0.insert(mapping, fields);
        self
    }

    /// The fields that a mapping may have, in order; `None` when its keys are a user's own.
    #[must_use]
    pub fn fields(&self, mapping: NodeId) -> Option<&'static [&'static str]> {
        self.0.get(&mapping).copied()
    }

    /// Where a key stands among the keys of a mapping; keys that the form does not name come last.
    pub(super) fn rank(&self, mapping: NodeId, key: &str) -> usize {
        self.fields(mapping)
            .map_or(0, |fields| fields.iter().position(|field| *field == key).unwrap_or(fields.len()))
    }
}

/// Where the fields of each mapping are noted.
type Noted = RefCell<BTreeMap<NodeId, &'static [&'static str]>>;

#[derive(Clone, Copy)]
struct Reader<'t> {
    node: Node<'t>,
    /// Numbers are given as the text that spells them.
    spelling: bool,
    order: Option<&'t Noted>,
}

impl<'t> Reader<'t> {
    fn wrong(self, wanted: &str) -> Error {
        let found = match self.node.scalar() {
            None if self.node.is_mapping() => "a mapping".to_owned(),
            None => "a list".to_owned(),
            Some(Scalar::Null) => "nothing".to_owned(),
            Some(Scalar::Flag(flag)) => format!("`{flag}`"),
            Some(Scalar::Number(number)) => format!("the number `{number}`"),
            Some(Scalar::Text(_)) => "a text".to_owned(),
        };
        <Error as de::Error>::custom(format_args!("{wanted} is needed here, not {found}")).at(self.node)
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.scalar() {
            Some(Scalar::Text(text)) => visitor.visit_str(text).map_err(|error: Error| error.at(self.node)),
            Some(Scalar::Number(text)) if self.spelling => {
                visitor.visit_str(text).map_err(|error: Error| error.at(self.node))
            }
            _ => Err(self.wrong("a text")),
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = self.node.whole().ok_or_else(|| self.wrong("a whole number"))?;
        visitor.visit_i64(number).map_err(|error: Error| error.at(self.node))
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.kind() != Kind::Sequence {
            return Err(self.wrong("a list"));
        }
        let access = ListAccess { items: self.node.items(), order: self.order };
        visitor.visit_seq(access).map_err(|error: Error| error.at(self.node))
    }

    fn mapping<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.kind() != Kind::Mapping {
            return Err(self.wrong("a mapping"));
        }
        let access = MappingAccess {
            entries: self.node.entries(),
            value: None,
            order: self.order,
            seen: self.node.has_repeated_keys().then(BTreeSet::new),
        };
        visitor.visit_map(access).map_err(|error: Error| error.at(self.node))
    }
}

macro_rules! forward {
    ($to:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> { self.$to(visitor) })*
    };
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = Error;

    forward!(text: deserialize_str deserialize_string deserialize_char deserialize_bytes deserialize_byte_buf deserialize_identifier);
    forward!(number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);
    forward!(list: deserialize_seq);
    forward!(mapping: deserialize_map);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.kind() {
            Kind::Mapping => self.mapping(visitor),
            Kind::Sequence => self.list(visitor),
            Kind::Scalar(_) => match self.node.scalar() {
                Some(Scalar::Text(_)) => self.text(visitor),
                Some(Scalar::Number(_)) if self.spelling => self.text(visitor),
                Some(Scalar::Number(_)) if self.node.whole().is_some() => self.number(visitor),
                Some(Scalar::Number(_)) => self.deserialize_f64(visitor),
                Some(Scalar::Flag(_)) => self.deserialize_bool(visitor),
                Some(Scalar::Null) | None => visitor.visit_unit().map_err(|error: Error| error.at(self.node)),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let flag = self.node.flag().ok_or_else(|| self.wrong("`true` or `false`"))?;
        visitor.visit_bool(flag).map_err(|error: Error| error.at(self.node))
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Some(Scalar::Number(number)) = self.node.scalar() else { return Err(self.wrong("a number")) };
        let number = number.parse().map_err(|_| self.wrong("a number"))?;
        visitor.visit_f64(number).map_err(|error: Error| error.at(self.node))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_unit() } else { Err(self.wrong("nothing")) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let spelling = name == NUMBER_OR_TEXT;
        visitor.visit_newtype_struct(Reader { spelling, ..self })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if let Some(order) = self.order {
            order.borrow_mut().insert(self.node.id(), fields);
        }
        self.mapping(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Some(Scalar::Text(text)) = self.node.scalar() else { return Err(self.wrong("a text")) };
        visitor.visit_enum(text.into_deserializer()).map_err(|error: Error| error.at(self.node))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct ListAccess<'t> {
    items: super::Items<'t>,
    order: Option<&'t Noted>,
}

impl<'de> de::SeqAccess<'de> for ListAccess<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(node) = self.items.next() else { return Ok(None) };
        seed.deserialize(Reader { node, spelling: false, order: self.order }).map(Some)
    }
}

struct MappingAccess<'t> {
    entries: super::Entries<'t>,
    value: Option<Node<'t>>,
    order: Option<&'t Noted>,
    /// Keys so far, kept only in a document that repeats some: that was reported, and the first one counts.
    seen: Option<BTreeSet<&'t str>>,
}

impl<'de, 't> de::MapAccess<'de> for MappingAccess<'t> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let seen = &mut self.seen;
        let mut fresh =
            |key: Node<'t>| seen.as_mut().is_none_or(|seen| seen.insert(key.text().unwrap_or_default()));
        let Some((key, value)) = self.entries.find(|(key, _)| fresh(*key)) else { return Ok(None) };
        self.value = Some(value);
        // A key is a name whatever it looks like: `true: x` has the key "true".
        let name = key.text().unwrap_or_default();
        seed.deserialize(de::value::StrDeserializer::new(name))
            .map(Some)
            .map_err(|error: Error| error.at(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let node = self.value.take().ok_or_else(|| <Error as de::Error>::custom("a value without a key"))?;
        seed.deserialize(Reader { node, spelling: false, order: self.order })
    }
}
