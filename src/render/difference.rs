//! Long texts before and after, as a difference: few lines, the rest counted.

use super::{Page, Paint, Paragraph, terminal};
use similar::{ChangeTag, TextDiff};

/// Most changed lines shown; the rest is counted.
const SHOWN_MAX: usize = 8;

/// Whether a text is too long to stand in a sentence.
pub(super) fn is_long(text: &str) -> bool {
    text.contains('\n') || text.chars().count() > 40
}

/// Writes how a text changed, sentence by sentence.
pub(super) fn difference_of_texts(page: &mut Page, indent: usize, from: &str, to: &str) {
    difference_of_lists(page, indent, &sentences(from), &sentences(to));
}

/// Writes how a list of texts changed.
pub(super) fn difference_of_lists<T: AsRef<str>>(page: &mut Page, indent: usize, from: &[T], to: &[T]) {
    let from: Vec<&str> = from.iter().map(AsRef::as_ref).collect();
    let to: Vec<&str> = to.iter().map(AsRef::as_ref).collect();
    let difference = TextDiff::from_slices(&from, &to);
    let (mut shown, mut hidden, mut kept) = (0, 0, 0);
    for change in difference.iter_all_changes() {
        let (mark, paint) = match change.tag() {
            ChangeTag::Equal => {
                kept += 1;
                continue;
            }
            ChangeTag::Delete => ("- ", Paint::Bad),
            ChangeTag::Insert => ("+ ", Paint::Good),
        };
        if shown == SHOWN_MAX {
            hidden += 1;
            continue;
        }
        shown += 1;
        page.wrap(indent, indent + 2, &Paragraph::default().paint(paint, mark).paint(paint, change.value()));
    }
    if hidden > 0 {
        page.wrap(
            indent,
            indent,
            &Paragraph::default().paint(Paint::Quiet, &format!("... {hidden} more changed lines")),
        );
    }
    if kept > 0 {
        let lines = if kept == 1 { "line" } else { "lines" };
        page.wrap(
            indent,
            indent,
            &Paragraph::default().paint(Paint::Quiet, &format!("({kept} {lines} unchanged)")),
        );
    }
}

/// The lines of a unified difference, each with its sign; unchanged ones far from a change are left out.
pub(super) fn difference_lines<T: AsRef<str>>(from: &[T], to: &[T]) -> Vec<String> {
    let from: Vec<&str> = from.iter().map(AsRef::as_ref).collect();
    let to: Vec<&str> = to.iter().map(AsRef::as_ref).collect();
    let difference = TextDiff::from_slices(&from, &to);
    let mut lines = Vec::new();
    for (position, group) in difference.grouped_ops(1).iter().enumerate() {
        if position > 0 {
            lines.push("@@ … @@".to_owned());
        }
        for change in group.iter().flat_map(|op| difference.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            lines.push(format!("{sign} {}", terminal(change.value())));
        }
    }
    lines
}

/// Lines, and sentences within lines: small enough that a changed word does not show a whole page.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    text.lines()
        .flat_map(|line| line.split_inclusive(". "))
        .map(str::trim_end)
        .filter(|sentence| !sentence.is_empty())
        .collect()
}
