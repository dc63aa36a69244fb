//! Findings at places of files. What is read back has lines and columns, and no bytes: the files are not at hand.

use super::finding::kept;
use super::{Severity, present};
use crate::diagnostic;
use crate::report::{FilePlace, PlacedFinding, PlacedFix};
use crate::rules;
use crate::text::{self, Extent, SourceFile};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A position in a file, both numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Position {
    /// Line, from 1.
    #[serde(deserialize_with = "from_one")]
    #[schemars(range(min = 1))]
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    #[serde(deserialize_with = "from_one")]
    #[schemars(range(min = 1))]
    pub column: u32,
}

/// Reads a number that people count from 1.
fn from_one<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        0 => Err(D::Error::custom("lines and columns are counted from 1")),
        number => Ok(number),
    }
}

impl From<text::Position> for Position {
    fn from(core: text::Position) -> Self {
        let text::Position { line, column } = core;
        Self { line: line.0, column: column.0 }
    }
}

impl From<Position> for text::Position {
    fn from(wire: Position) -> Self {
        let Position { line, column } = wire;
        Self { line: text::LineNumber(line), column: text::ColumnNumber(column) }
    }
}

/// A half-open range of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Span {
    /// First byte, from 0.
    pub start_byte: u32,
    /// One past the last byte.
    pub end_byte: u32,
    /// Where the range begins; left out when the file could not be read as text.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub start: Option<Position>,
    /// Where the range ends; the character there is not part of it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub end: Option<Position>,
}

impl Span {
    fn of(core: text::Span, file: Option<&SourceFile>) -> Self {
        Self {
            start_byte: core.start,
            end_byte: core.end,
            start: file.map(|file| file.position(core.start).into()),
            end: file.map(|file| file.position(core.end).into()),
        }
    }

    fn extent(&self) -> Option<Extent> {
        Some(Extent { start: self.start?.into(), end: self.end?.into() })
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Location {
    /// The file, from the catalog's folder, with `/`.
    pub path: String,
    /// Where in the file.
    pub span: Span,
}

impl Location {
    fn of(core: &diagnostic::Location, sources: &diagnostic::Sources) -> Self {
        let diagnostic::Location { path, span } = core;
        Self { path: path.to_string(), span: Span::of(*span, sources.get(path)) }
    }
}

impl From<Location> for FilePlace {
    fn from(wire: Location) -> Self {
        let Location { path, span } = wire;
        Self { extent: span.extent(), path: path.into() }
    }
}

/// A second place that helps to understand the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub text: String,
}

/// One replacement of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextEdit {
    /// What is replaced, in the file of the diagnostic's location; an empty range inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A change of text that would mend the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fix {
    /// What the fix does.
    pub title: String,
    /// The edits, none overlapping another.
    pub edits: Vec<TextEdit>,
    /// Whether it says what was meant beyond doubt; else it is a guess.
    pub certain: bool,
}

/// One finding with exactly one place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Diagnostic {
    /// The rule that found it; `gallerist explain` tells about it.
    pub rule: String,
    /// Where the rule is told about, from the root of Gallerist's repository.
    pub link: String,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub location: Location,
    /// Short text beside the underlined source; may be empty.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What the marketplace does about it; may be empty.
    pub why: String,
    /// What to do instead; may be empty.
    pub help: String,
    /// A mechanical fix; left out where there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

impl Diagnostic {
    fn of(core: &diagnostic::Diagnostic, sources: &diagnostic::Sources) -> Self {
        let diagnostic::Diagnostic { rule, severity, message, primary, label, labels, why, help, fix } = core;
        let further = |label: &diagnostic::Label| {
            let diagnostic::Label { location, text } = label;
            Label { location: Location::of(location, sources), text: text.clone() }
        };
        let file = sources.get(&primary.path);
        let mend = |fix: &diagnostic::Fix| {
            let diagnostic::Fix { title, edits, is_certain } = fix;
            let edit = |edit: &text::TextEdit| {
                let text::TextEdit { span, replacement } = edit;
                TextEdit { span: Span::of(*span, file), replacement: replacement.clone() }
            };
            Fix { title: title.clone(), edits: edits.iter().map(edit).collect(), certain: *is_certain }
        };
        Self {
            rule: (*rule).to_owned(),
            link: rules::link(rule),
            severity: (*severity).into(),
            message: message.clone(),
            location: Location::of(primary, sources),
            label: label.clone(),
            labels: labels.iter().map(further).collect(),
            why: why.clone(),
            help: help.clone(),
            fix: fix.as_ref().map(mend),
        }
    }
}

impl From<Diagnostic> for PlacedFinding {
    fn from(wire: Diagnostic) -> Self {
        let Diagnostic { rule, link: _, severity, message, location, label, labels, why, help, fix } = wire;
        Self {
            rule: kept(rule),
            severity: severity.into(),
            product: None,
            place: Some(location.into()),
            message,
            label,
            others: labels.into_iter().map(|label| (label.location.into(), label.text)).collect(),
            why,
            help,
            fix: fix.and_then(placed),
        }
    }
}

/// A fix in lines and columns; `None` in a file that could not be read as text.
fn placed(wire: Fix) -> Option<PlacedFix> {
    let Fix { title, edits, certain } = wire;
    let edits = edits.into_iter().map(|edit| Some((edit.span.extent()?, edit.replacement)));
    Some(PlacedFix { title, edits: edits.collect::<Option<_>>()?, is_certain: certain })
}

/// What was found in the definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Diagnostics {
    /// How many of the findings are errors.
    pub errors: usize,
    /// How many of the findings are warnings.
    pub warnings: usize,
    /// How many of the findings are notes.
    pub notes: usize,
    /// The findings, in the order they were given.
    pub list: Vec<Diagnostic>,
}

impl From<&diagnostic::Diagnostics> for Diagnostics {
    fn from(core: &diagnostic::Diagnostics) -> Self {
        let diagnostic::Diagnostics { list, sources } = core;
        Self {
            errors: core.count(diagnostic::Severity::Error),
            warnings: core.count(diagnostic::Severity::Warning),
            notes: core.count(diagnostic::Severity::Note),
            list: list.iter().map(|one| Diagnostic::of(one, sources)).collect(),
        }
    }
}
