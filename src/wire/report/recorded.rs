//! What was recorded or changed.

use super::Content;
use schemars::JsonSchema;
use serde::Serialize;

/// Something that a command recorded or changed, told in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// What happened, a whole sentence; where several things did, each on a line of its own.
    pub sentence: String,
    /// The file that was written; left out where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The command to run next; left out where none helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Content for Recorded {
    const NAME: &'static str = "recorded-report";
    const FORMAT: u32 = 1;
}
