//! What formatting did, or would do.

use super::Content;
use crate::wire::Diagnostics;
use schemars::JsonSchema;
use serde::Serialize;

/// What `gallerist fmt` did to the definitions, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Formatted {
    /// How many files were looked at.
    pub files: usize,
    /// Paths of the files that were rewritten, or would be.
    pub rewritten: Vec<String>,
    /// Whether files were only looked at and left as they are.
    pub only_looked: bool,
    /// Why other files were left alone.
    pub diagnostics: Diagnostics,
}

impl Content for Formatted {
    const NAME: &'static str = "format-report";
    const FORMAT: u32 = 1;
}
