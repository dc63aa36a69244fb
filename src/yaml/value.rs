//! The tree as a JSON value, for the schema validator; only made when something is wrong.

use super::{Kind, Node, Scalar};
use serde_json::{Map, Number, Value};

/// The node as JSON. The first of two equal keys counts; depth is bounded by the reader.
#[must_use]
pub fn to_value(node: Node<'_>) -> Value {
    match node.kind() {
        Kind::Scalar(_) => scalar(node.scalar().unwrap_or(Scalar::Null)),
        Kind::Sequence => Value::Array(node.items().map(to_value).collect()),
        Kind::Mapping => {
            let mut object = Map::new();
            for (key, value) in node.entries() {
                object.entry(key.text().unwrap_or_default()).or_insert_with(|| to_value(value));
            }
            Value::Object(object)
        }
    }
}

fn scalar(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Flag(flag) => Value::Bool(flag),
        Scalar::Text(text) => Value::String(text.to_owned()),
        Scalar::Number(number) => super::scalar::whole(number)
            .map(Number::from)
            .or_else(|| number.parse().ok().and_then(Number::from_f64))
            .map_or_else(|| Value::String(number.to_owned()), Value::Number),
    }
}
