//! The forms of the attribute library and of approvals.

use crate::config::form::word::{
    ApiVersion, ApprovalKind, AttributesKind, Field, KeyText, Map, OperationText, Said, Text, Whole,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The attribute library (Product Attributes in the console). Editing it never touches released products, which hold
/// a copy (R40, R41).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributesDocument {
    /// Version of the document's form.
    pub api_version: ApiVersion,
    /// Kind of document.
    pub kind: AttributesKind,
    /// Attributes by code.
    #[serde(default)]
    pub attributes: Map<KeyText, LibraryAttributeDocument>,
}

/// An attribute of the library: choices or a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LibraryAttributeDocument {
    /// The name buyers see; not a preset name (R94).
    pub name: Said,
    /// What it means.
    #[serde(default)]
    pub description: Field<Text>,
    /// Choices: stable value key to the label buyers see.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "std::collections::BTreeMap<KeyText, Said>")]
    pub values: Option<Map<KeyText, Said>>,
    /// A number a buyer picks.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "RangeDocument")]
    pub quantity: Option<RangeDocument>,
}

/// The range of a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RangeDocument {
    /// Smallest quantity.
    pub min: Whole,
    /// Largest quantity.
    pub max: Whole,
    /// Increment.
    pub step: Whole,
}

/// Lets one guarded operation of a plan pass. Merging it into the target's branch is the second pair of eyes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApprovalDocument {
    /// Version of the document's form.
    pub api_version: ApiVersion,
    /// Kind of document.
    pub kind: ApprovalKind,
    /// The target.
    pub target: KeyText,
    /// The product's key.
    pub product: KeyText,
    /// The operation, as the plan names it. Another released or desired value makes another operation.
    pub operation: OperationText,
    /// Who approves.
    pub by: Said,
    /// Why.
    pub reason: Said,
    /// From when the approval no longer counts, as in `2026-12-31T00:00:00Z`; it stays when left out.
    #[serde(default)]
    pub expires: Field<Said>,
}
