//! Findings: what is wrong, where, why the marketplace minds, and what to do instead.
//!
//! A rule reports a [`Finding`] at a [`Route`] (symbolic, cheap); it becomes a [`Diagnostic`] with a byte span
//! while the file's tree is at hand. Rendering only ever sees diagnostics.

mod route;
mod sink;

pub use route::{Route, Step};
pub use sink::{Diagnostics, Sources};

use crate::text::{Extent, Span, TextEdit};
use camino::Utf8PathBuf;

/// A rule's name: kebab-case, naming the bad pattern (`service-supervision-changed`).
pub type RuleId = &'static str;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The definitions cannot be used, or a plan for this product is blocked.
    Error,
    /// Worth a look; nothing is blocked.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word printed for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a rule found, at a symbolic place inside one product's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleId,
    /// How much it matters.
    pub severity: Severity,
    /// Where in the definition.
    pub route: Route,
    /// The same in lines and columns, once somebody looked it up in the file.
    pub extent: Option<Extent>,
    /// What is wrong, one lower-case sentence without a full stop.
    pub message: String,
    /// Short text beside the underlined source ("released: true").
    pub label: String,
    /// What the marketplace does about it.
    pub why: String,
    /// What to do instead.
    pub help: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file's path as shown to people.
    pub path: Utf8PathBuf,
    /// Bytes in that file.
    pub span: Span,
}

/// A second place that helps to understand the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What is to be seen there.
    pub text: String,
}

/// A change of text that would mend the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, as an order ("write `yearly`").
    pub title: String,
    /// The edits, all in the file of the primary location.
    pub edits: Vec<TextEdit>,
    /// Whether it says what was meant beyond doubt; else it is a guess, for a person to accept.
    pub is_certain: bool,
}

/// One finding with exactly one primary place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: RuleId,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, one lower-case sentence without a full stop.
    pub message: String,
    /// Where.
    pub primary: Location,
    /// Short text beside the underlined source; may be empty.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What the marketplace does about it; may be empty.
    pub why: String,
    /// What to do instead; may be empty.
    pub help: String,
    /// A mechanical fix, where there is one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at a place; the builder methods add the rest.
    #[must_use]
    pub fn error(rule: RuleId, path: impl Into<Utf8PathBuf>, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            primary: Location { path: path.into(), span },
            label: String::new(),
            labels: Vec::new(),
            why: String::new(),
            help: String::new(),
            fix: None,
        }
    }

    /// The same finding as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Adds the short text beside the underlined source.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds what the marketplace does about it.
    #[must_use]
    pub fn why(mut self, text: impl Into<String>) -> Self {
        self.why = text.into();
        self
    }

    /// Adds what to do instead.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, location: Location, text: impl Into<String>) -> Self {
        self.labels.push(Label { location, text: text.into() });
        self
    }

    /// Adds a mechanical fix that is a guess: replace the primary span.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, replacement: impl Into<String>) -> Self {
        let edit = TextEdit { span: self.primary.span, replacement: replacement.into() };
        self.fix = Some(Fix { title: title.into(), edits: vec![edit], is_certain: false });
        self
    }

    /// Adds the fix that writes one of the program's own words in place of what was written. It is certain when the two
    /// differ only in capitals, hyphens, underscores and spaces, because no two of our words do. Names that a user chose
    /// may: for those a guess is all there is ([`Diagnostic::fix`]).
    #[must_use]
    pub fn spelling(self, written: &str, word: &str) -> Self {
        let letters = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
        let is_certain = letters(written) == letters(word);
        let mut found = self.fix(format!("write `{word}`"), word);
        found.fix = found.fix.map(|fix| Fix { is_certain, ..fix });
        found
    }

    /// The same with the fix in place of all of a value, of which only the key or the first line is shown where it is long.
    #[must_use]
    pub fn replacing(mut self, value: Span) -> Self {
        for edit in self.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = value;
        }
        self
    }

    /// Resolves a finding whose place is known.
    #[must_use]
    pub fn from_finding(finding: Finding, location: Location) -> Self {
        let Finding { rule, severity, route: _, extent: _, message, label, why, help } = finding;
        Self { rule, severity, message, primary: location, label, labels: Vec::new(), why, help, fix: None }
    }
}
