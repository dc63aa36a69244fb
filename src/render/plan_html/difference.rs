//! Long texts before and after, with what changed within a line.

use super::shown;
use similar::{ChangeTag, InlineChangeOptions, TextDiff};
use std::fmt::Write as _;

/// Lines longer than this are compared as wholes: comparing words takes their number squared.
const COMPARED_MAX: usize = 4_000;

/// A unified difference; unchanged lines far from a change are left out.
pub(super) fn difference<T: AsRef<str>>(out: &mut String, from: &[T], to: &[T]) {
    let from: Vec<&str> = from.iter().map(AsRef::as_ref).collect();
    let to: Vec<&str> = to.iter().map(AsRef::as_ref).collect();
    let is_short = from.iter().chain(&to).all(|line| line.len() <= COMPARED_MAX);
    let difference = TextDiff::from_slices(&from, &to);
    out.push_str("<div class=\"diff\">");
    for (position, group) in difference.grouped_ops(1).iter().enumerate() {
        if position > 0 {
            out.push_str("<div class=\"gap\">…</div>");
        }
        for op in group {
            // No deadline: what is shown must not depend on how fast a machine is.
            if is_short {
                let options = InlineChangeOptions::default();
                for change in difference.iter_inline_changes_with_options_deadline(op, options, None) {
                    line(out, change.tag(), change.values().iter().copied());
                }
            } else {
                for change in difference.iter_changes(op) {
                    line(out, change.tag(), std::iter::once((false, change.value())));
                }
            }
        }
    }
    out.push_str("</div>\n");
}

fn line<'a>(out: &mut String, tag: ChangeTag, parts: impl Iterator<Item = (bool, &'a str)>) {
    let (class, sign, element) = match tag {
        ChangeTag::Equal => ("same", "  ", "span"),
        ChangeTag::Delete => ("del", "- ", "del"),
        ChangeTag::Insert => ("ins", "+ ", "ins"),
    };
    let _ = write!(out, "<div class=\"{class}\">{sign}");
    for (is_changed, text) in parts {
        match is_changed {
            true => {
                let _ = write!(out, "<{element}>{}</{element}>", shown(text));
            }
            false => out.push_str(&shown(text)),
        }
    }
    out.push_str("</div>");
}
