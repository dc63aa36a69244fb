//! Findings at places of files. Only written, never read.

use super::Severity;
use crate::diagnostic;
use crate::rules;
use crate::text::{self, SourceFile};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A position in a file, both numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Position {
    /// Line, from 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    #[schemars(range(min = 1))]
    pub column: u32,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// First byte, from 0.
    pub start_byte: u32,
    /// One past the last byte.
    pub end_byte: u32,
    /// Where the range begins; left out when the file could not be read as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Position>,
    /// Where the range ends; the character there is not part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
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
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
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

/// A second place that helps to understand the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub text: String,
}

/// One replacement of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// What is replaced, in the file of the diagnostic's location; an empty range inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A change of text that would mend the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What the fix does.
    pub title: String,
    /// The edits, none overlapping another.
    pub edits: Vec<TextEdit>,
    /// Whether it says what was meant beyond doubt; else it is a guess.
    pub certain: bool,
}

/// One finding with exactly one place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
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
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// What was found in the definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
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
