//! JSON Schemas of the documents, draft 2020-12.

use super::report::{
    Adoption, Checked, Checkup, Content, Formatted, Imported, LedgerAudit, LedgerLog, Pending, Planned,
    Preflight, Ran, Recorded, Report, Rules, Status, SubmissionDetail, Submissions,
};
use super::{
    Document, Notice, Plan, RecordedProduct, ReleasedSnapshot, SettledProducts, SnapshotDigests,
    SnapshotIndex, SnapshotProduct,
};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Every document of this module with the text of its schema; the file is `schemas/<name>.schema.json`.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    fn report<C: Content>() -> (&'static str, String) {
        schema_of::<Report<C>>()
    }
    vec![
        report::<Adoption>(),
        report::<Checked>(),
        report::<Checkup>(),
        report::<Formatted>(),
        report::<Imported>(),
        report::<LedgerAudit>(),
        report::<LedgerLog>(),
        schema_of::<Notice>(),
        report::<Pending>(),
        schema_of::<Plan>(),
        report::<Planned>(),
        report::<Preflight>(),
        report::<Recorded>(),
        report::<Rules>(),
        report::<Ran>(),
        schema_of::<RecordedProduct>(),
        schema_of::<ReleasedSnapshot>(),
        schema_of::<SnapshotDigests>(),
        schema_of::<SnapshotIndex>(),
        schema_of::<SnapshotProduct>(),
        schema_of::<SettledProducts>(),
        report::<Status>(),
        report::<SubmissionDetail>(),
        report::<Submissions>(),
    ]
}

/// A document's name and the text of its schema: pretty, a line end last.
#[must_use]
pub fn schema_of<D: Document + JsonSchema>() -> (&'static str, String) {
    let settings = SchemaSettings::draft2020_12().with_transform(LeftOutIsNotNull);
    let mut schema = settings.into_generator().into_root_schema_for::<D>();
    schema.insert("$id".into(), format!("urn:gallerist:schema:{}:v{}", D::NAME, D::FORMAT).into());
    schema.insert("title".into(), format!("Gallerist {}", D::NAME.replace('-', " ")).into());
    // A report may have a plan in it, which is a document of its own.
    if let Some(plan) = schema.pointer_mut("/$defs/Plan/properties") {
        mark::<Plan>(plan);
    }
    if let Some(properties) = schema.get_mut("properties") {
        mark::<D>(properties);
    }
    (D::NAME, format!("{:#}\n", schema.to_value()))
}

/// Writes down what `document` and `format` are in a document of this kind.
fn mark<D: Document>(properties: &mut Value) {
    for (key, value) in [("document", Value::from(D::NAME)), ("format", Value::from(D::FORMAT))] {
        if let Some(property) = properties.get_mut(key).and_then(Value::as_object_mut) {
            property.retain(|word, _| word == "description");
            property.insert("const".into(), value);
        }
    }
}

/// What may be left out is not `null`: schemars admits `null` wherever Rust has an `Option`. Statements about
/// fields, where `null` says empty, write their alternatives with `oneOf` and are not touched.
#[derive(Debug, Clone)]
pub(super) struct LeftOutIsNotNull;

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
