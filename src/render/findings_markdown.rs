//! What checking found, in Markdown: the verdict first, then file by file.

use super::{Bounds, Left, markdown, markdown_code, within, written_place};
use crate::diagnostic::Severity;
use crate::report::{Outside, PlacedFinding};
use std::fmt::Write as _;

/// All findings that fit; the most severe have the first choice.
#[must_use]
pub fn findings_markdown(findings: &[PlacedFinding], outside: &Outside, bounds: &Bounds) -> String {
    let mut out = format!("{}\n", verdict(findings, outside));
    // Headings and the last sentence need room, too.
    let room = bounds.bytes_max.saturating_sub(out.len() + ROOM_FOR_REST + rest(bounds).len());
    let bytes = |finding: &&PlacedFinding| heading(finding, outside).len() + item(finding, outside).len();
    let (shown, left) = within(findings.iter().collect(), bytes, usize::MAX, room);
    let mut above = String::new();
    for finding in shown {
        let heading = heading(finding, outside);
        if heading != above {
            out.push_str(&heading);
            above = heading;
        }
        out.push_str(&item(finding, outside));
    }
    if left.count() > 0 {
        // Writing to a string cannot fail, here and below.
        let _ = write!(out, "\nLeft out for length: {}.{}\n", left.words(), rest(bounds));
    }
    out
}

/// Bytes of the sentence about what is left out, without where the rest is.
const ROOM_FOR_REST: usize = 120;

fn rest(bounds: &Bounds) -> String {
    bounds.rest.as_ref().map(|rest| format!(" {rest}")).unwrap_or_default()
}

fn verdict(findings: &[PlacedFinding], outside: &Outside) -> String {
    if findings.is_empty() {
        return match outside.subjects.len() {
            0 => "**There are no products yet.**".to_owned(),
            1 => "**1 product is fine.**".to_owned(),
            count => format!("**{count} products are fine.**"),
        };
    }
    let counted = Left::all(findings).words();
    match findings.iter().any(|finding| finding.severity == Severity::Error) {
        true => format!("**Not valid: {counted}.**"),
        false => format!("**Valid, with {counted}.**"),
    }
}

fn heading(finding: &PlacedFinding, outside: &Outside) -> String {
    let file = finding.place.as_ref().map(|place| markdown_code(&outside.path(&place.path)));
    format!("\n### {}\n\n", file.unwrap_or_else(|| "In no file".to_owned()))
}

fn item(finding: &PlacedFinding, outside: &Outside) -> String {
    let PlacedFinding { rule, severity, message, why, help, .. } = finding;
    let place = written_place(finding, outside);
    let place = if place.is_empty() { String::new() } else { format!(" {}", markdown_code(&place)) };
    let mut out =
        format!("- **{}**{place} {}: {}\n", severity.word(), markdown_code(rule), markdown(message));
    for (name, text) in [("Why", why), ("Instead", help)] {
        if !text.is_empty() {
            let _ = writeln!(out, "  - {name}: {}", markdown(text));
        }
    }
    out
}
