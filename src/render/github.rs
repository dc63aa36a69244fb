//! Annotations of GitHub Actions: workflow commands, one line each, which the runner takes out of the log.

use super::{Left, WORKFLOW_LINE_END, in_lines, lines, ordered, workflow_message, workflow_property};
use crate::diagnostic::Severity;
use crate::report::{FilePlace, Outside, PlacedFinding};
use crate::text::Extent;
use std::fmt::Write as _;

/// Annotations of one kind that GitHub shows for a step; what comes after them is dropped in silence.
const SHOWN_MAX: usize = 10;

/// Characters of a line of a message; GitHub takes 64 KiB of a message, and nobody reads as many.
const CHARACTERS_MAX: usize = 4_000;

/// The most severe findings as annotations, and a last one that counts the others.
#[must_use]
pub fn github(findings: &[PlacedFinding], outside: &Outside) -> String {
    let mut out = String::new();
    let mut left = Left::default();
    let is_cut = counts(findings).iter().any(|count| *count > SHOWN_MAX);
    let mut shown = [0; 3];
    for finding in ordered(findings) {
        // The last annotation is a notice, too, and must be among those that are shown.
        let last = usize::from(is_cut && finding.severity == Severity::Note);
        let count = shown.get_mut(kind(finding.severity).0);
        match count.filter(|count| **count + last < SHOWN_MAX) {
            Some(count) => {
                *count += 1;
                annotation(&mut out, finding, outside);
            }
            None => left.add(finding.severity),
        }
    }
    if left.count() > 0 {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            out,
            "::notice title=gallerist::{} more: GitHub shows {SHOWN_MAX} annotations of each kind for a step. \
             `--output markdown=FILE` and `--output sarif=FILE` have all of them.",
            left.words()
        );
    }
    out
}

/// How many findings there are of each kind.
fn counts(findings: &[PlacedFinding]) -> [usize; 3] {
    let mut counts = [0; 3];
    for finding in findings {
        if let Some(count) = counts.get_mut(kind(finding.severity).0) {
            *count += 1;
        }
    }
    counts
}

/// The number of a kind of annotation, and its command.
fn kind(severity: Severity) -> (usize, &'static str) {
    match severity {
        Severity::Error => (0, "error"),
        Severity::Warning => (1, "warning"),
        Severity::Note => (2, "notice"),
    }
}

fn annotation(out: &mut String, finding: &PlacedFinding, outside: &Outside) {
    let _ = write!(out, "::{} ", kind(finding.severity).1);
    if let Some(FilePlace { path, extent }) = &finding.place {
        let _ = write!(out, "file={},", workflow_property(&outside.path(path)));
        if let Some(extent) = extent {
            place(out, *extent);
        }
    }
    let cut = |line: &String| workflow_message(&line.chars().take(CHARACTERS_MAX).collect::<String>());
    let message: Vec<String> = in_lines(finding).iter().map(cut).collect();
    let _ = writeln!(out, "title={}::{}", workflow_property(finding.rule), message.join(WORKFLOW_LINE_END));
}

/// Columns are for annotations of one line; GitHub refuses others.
fn place(out: &mut String, extent: Extent) {
    let (first, last) = lines(extent);
    let _ = write!(out, "line={first},endLine={last},");
    let Extent { start, end } = extent;
    if start.line == end.line && start.column <= end.column {
        let _ = write!(out, "col={},endColumn={},", start.column.0, end.column.0);
    }
}
