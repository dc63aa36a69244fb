//! JSON Schemas of the documents, draft 2020-12.

use super::{Diagnostics, Document, Plan, ReleasedSnapshot};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Every document of this module with the text of its schema; the file is `schemas/<name>.schema.json`.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![schema_of::<Diagnostics>(), schema_of::<Plan>(), schema_of::<ReleasedSnapshot>()]
}

/// A document's name and the text of its schema: pretty, a line end last.
#[must_use]
pub fn schema_of<D: Document + JsonSchema>() -> (&'static str, String) {
    let settings = SchemaSettings::draft2020_12().with_transform(LeftOutIsNotNull);
    let mut schema = settings.into_generator().into_root_schema_for::<D>();
    let marks = [("document", Value::from(D::NAME)), ("format", Value::from(D::FORMAT))];
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (key, value) in marks {
            if let Some(property) = properties.get_mut(key).and_then(Value::as_object_mut) {
                property.retain(|word, _| word == "description");
                property.insert("const".into(), value);
            }
        }
    }
    (D::NAME, format!("{:#}\n", schema.to_value()))
}

/// What may be left out is not `null`: schemars admits `null` wherever Rust has an `Option`. Statements about
/// fields, where `null` says empty, write their alternatives with `oneOf` and are not touched.
#[derive(Debug, Clone)]
struct LeftOutIsNotNull;

impl Transform for LeftOutIsNotNull {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.values_mut().filter_map(Value::as_object_mut).for_each(without_null);
        }
        transform_subschemas(self, schema);
    }
}

fn without_null(schema: &mut serde_json::Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            schema.extend(only);
        }
    }
}
