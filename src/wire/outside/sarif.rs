//! SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS: what code scanning of GitHub and others reads.

use serde::Serialize;
use std::collections::BTreeMap;

/// Where the form is laid down.
pub const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// The version of the form.
pub const VERSION: &str = "2.1.0";

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// [`SCHEMA`].
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    /// [`VERSION`].
    pub version: &'static str,
    /// Exactly one run.
    pub runs: [Run; 1],
}

/// One run of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Which tool.
    pub tool: Tool,
    /// How it went; left out when there is nothing to say about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invocations: Vec<Invocation>,
    /// What columns count.
    pub column_kind: &'static str,
    /// What paths begin at, by the name that locations use.
    pub original_uri_base_ids: BTreeMap<&'static str, Described>,
    /// The findings.
    pub results: Vec<Result>,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// The part of it that found something.
    pub driver: Driver,
}

/// Name and rules of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Where it is told about; left out where nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub information_uri: Option<&'static str>,
    /// The rules that results name, in the order of their ids.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// What it is about, in a sentence.
    pub short_description: Text,
    /// What it is about.
    pub full_description: Text,
    /// Why, and what to do instead.
    pub help: Help,
    /// How much its findings matter by default; left out where nothing is laid down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_configuration: Option<Configuration>,
}

/// Plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// The text.
    pub text: String,
}

/// Text in two forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Help {
    /// Plain.
    pub text: String,
    /// The same in Markdown.
    pub markdown: String,
}

/// How a rule is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Configuration {
    /// How much its findings matter.
    pub level: Level,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the words are those of the form")]
pub enum Level {
    Error,
    Warning,
    Note,
}

/// How a run went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// Whether the work was done, whatever was found.
    pub execution_successful: bool,
    /// What is to be said about the run itself.
    pub tool_execution_notifications: Vec<Notification>,
}

/// Something about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// How much it matters.
    pub level: Level,
    /// What it is.
    pub message: Text,
}

/// Something that has a description only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Described {
    /// The description.
    pub description: Text,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Result {
    /// The rule that found it.
    pub rule_id: String,
    /// Where the rule stands in the driver's list, from 0.
    pub rule_index: usize,
    /// How much it matters.
    pub level: Level,
    /// What is wrong, why, and what to do instead.
    pub message: Text,
    /// Where; empty for what stands in no file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// Further places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location>,
    /// Names that stay when lines move.
    pub partial_fingerprints: BTreeMap<&'static str, String>,
    /// What would mend it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
}

/// A place, and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The place.
    pub physical_location: PhysicalLocation,
    /// What is to be seen there; left out where nothing is to be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    /// Which file.
    pub artifact_location: ArtifactLocation,
    /// Which part; left out for all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    /// Its path, percent-encoded.
    pub uri: String,
    /// What the path begins at.
    pub uri_base_id: &'static str,
}

/// A part of a text file; all numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    /// Line of the first character.
    pub start_line: u32,
    /// Column of the first character.
    pub start_column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the first character that is no part of it.
    pub end_column: u32,
}

/// A change that would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What it does.
    pub description: Text,
    /// The files it changes.
    pub artifact_changes: Vec<ArtifactChange>,
}

/// Changes of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactChange {
    /// Which file.
    pub artifact_location: ArtifactLocation,
    /// The changes.
    pub replacements: Vec<Replacement>,
}

/// Text in place of other text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replacement {
    /// What is taken away; empty where only something is put in.
    pub deleted_region: Region,
    /// What is put there.
    pub inserted_content: Text,
}
