//! Long texts before and after, as a difference: few lines, the rest counted.

use super::{Page, Paint, Paragraph};
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

/// Lines, and sentences within lines: small enough that a changed word does not show a whole page.
fn sentences(text: &str) -> Vec<String> {
    text.lines()
        .flat_map(|line| line.split_inclusive(". "))
        .map(|sentence| sentence.trim_end().to_owned())
        .filter(|sentence| !sentence.is_empty())
        .collect()
}
