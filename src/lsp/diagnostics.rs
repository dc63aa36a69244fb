//! Our findings as the editor shows them.

use super::position::{Encoding, Lines};
use super::uri::uri_of;
use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::render::escape::terminal;
use crate::text::Span;
use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::{
    DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, TextEdit, Uri,
};
use std::collections::BTreeMap;

/// A change of text that would mend a finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fix {
    pub(super) title: String,
    pub(super) edits: Vec<TextEdit>,
    pub(super) is_certain: bool,
}

/// A finding in a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) shown: lsp_types::Diagnostic,
    pub(super) fix: Option<Fix>,
}

/// How paths of findings become documents of the editor.
pub(super) struct Shown<'a> {
    /// The folder that paths begin at.
    pub(super) root: &'a Utf8Path,
    /// URIs of open documents by their files.
    pub(super) open: &'a BTreeMap<Utf8PathBuf, String>,
    pub(super) encoding: Encoding,
    /// Whether the editor shows second places.
    pub(super) with_related: bool,
}

impl Shown<'_> {
    /// The URI of a path: the one the editor uses where it has the file open.
    pub(super) fn uri(&self, path: &Utf8Path) -> String {
        let path = self.root.join(path);
        self.open.get(&path).cloned().unwrap_or_else(|| uri_of(&path))
    }

    /// The lines of each text, found once for all of its findings.
    pub(super) fn lines<'t>(&self, path: &Utf8Path, sources: &'t Sources) -> Lines<'t> {
        let text = sources.get(path).map_or("", |file| file.text());
        if self.open.contains_key(&self.root.join(path)) {
            Lines::of_document(text, self.encoding)
        } else {
            Lines::of_file(text, self.encoding)
        }
    }

    /// A finding as it is shown, in the lines of its file.
    pub(super) fn found(&self, found: &Diagnostic, lines: &Lines<'_>, sources: &Sources) -> Found {
        let related = || found.labels.iter().filter_map(|label| self.related(label, sources)).collect();
        let shown = lsp_types::Diagnostic {
            range: range(found.primary.span, lines),
            severity: Some(severity(found.severity)),
            code: Some(NumberOrString::String(found.rule.to_owned())),
            source: Some("gallerist".to_owned()),
            message: message(found),
            related_information: (self.with_related && !found.labels.is_empty()).then(related),
            ..lsp_types::Diagnostic::default()
        };
        let fix = found.fix.as_ref().map(|fix| {
            let edit = |edit: &crate::text::TextEdit| TextEdit {
                range: lines.range(edit.span),
                new_text: edit.replacement.clone(),
            };
            let title = terminal(&fix.title).into_owned();
            Fix { title, edits: fix.edits.iter().map(edit).collect(), is_certain: fix.is_certain }
        });
        Found { shown, fix }
    }

    fn related(
        &self,
        label: &crate::diagnostic::Label,
        sources: &Sources,
    ) -> Option<DiagnosticRelatedInformation> {
        let path = &label.location.path;
        let uri: Uri = self.uri(path).parse().ok()?;
        let range = range(label.location.span, &self.lines(path, sources));
        Some(DiagnosticRelatedInformation {
            location: Location { uri, range },
            message: terminal(&label.text).into_owned(),
        })
    }
}

fn range(span: Span, lines: &Lines<'_>) -> Range {
    lines.range(span)
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    }
}

/// What is wrong, what is to be seen there, and what to do instead, a line each.
fn message(found: &Diagnostic) -> String {
    let mut message = terminal(&found.message).into_owned();
    if !found.label.is_empty() {
        message.push('\n');
        message.push_str(&terminal(&found.label));
    }
    if !found.help.is_empty() {
        message.push_str("\nhelp: ");
        message.push_str(&terminal(&found.help));
    }
    message
}
