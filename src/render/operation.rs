//! Operations for a terminal.

use super::{
    Page, Paint, Paragraph, Shown, Sign, Told, Values, difference_of_lists, difference_of_texts, values,
};
use crate::model::{Currency, Value};

fn paint(sign: Sign) -> Paint {
    match sign {
        Sign::Add => Paint::Good,
        Sign::Change => Paint::Care,
        Sign::Remove => Paint::Bad,
    }
}

/// Writes one operation.
pub(super) fn describe(page: &mut Page, indent: usize, operation: &Told<'_>) {
    let Told { sign, sentence, is_irreversible, shown, reason } = operation;
    let mut line = Paragraph::default().paint(paint(*sign), sign.mark()).text(&format!(" {sentence}"));
    if *is_irreversible {
        line = line.paint(Paint::Bad, " (cannot be undone)");
    }
    describe_shown(page, indent, line, shown);
    if let Some(reason) = reason {
        page.wrap(indent + 2, indent + 4, &Paragraph::of(&format!("reason: \"{reason}\"")));
    }
}

/// Writes `line` with the values before and after it: on the line when short, as a difference when long.
pub(super) fn describe_values(
    page: &mut Page,
    indent: usize,
    line: Paragraph,
    currency: &Currency,
    shown: Values<'_>,
) {
    describe_shown(page, indent, line, &values(currency, shown));
}

fn describe_shown(page: &mut Page, indent: usize, line: Paragraph, shown: &Shown<'_>) {
    match shown {
        Shown::Nothing => page.wrap(indent, indent + 2, &line),
        Shown::Short { from, to, remark } => {
            let line = match from {
                Some(from) => line.text(&format!(": {from} -> ")),
                None => line.text(": "),
            };
            let line = line.paint(Paint::Strong, to).paint(Paint::Care, remark);
            page.wrap(indent, indent + 2, &line);
        }
        Shown::Added(text) => {
            let text = Value::Text((*text).to_owned()).to_string();
            page.wrap(indent, indent + 2, &line.text(": ").paint(Paint::Strong, &text));
        }
        Shown::Texts(from, to) => {
            page.wrap(indent, indent + 2, &line.text(":"));
            difference_of_texts(page, indent + 2, from, to);
        }
        Shown::Lists(from, to) => {
            page.wrap(indent, indent + 2, &line.text(":"));
            difference_of_lists(page, indent + 2, from, to);
        }
        Shown::Specification(facts) => {
            page.wrap(indent, indent + 2, &line);
            offer(page, indent + 2, facts);
        }
        Shown::Product(name, specifications) => {
            page.wrap(indent, indent + 2, &line.text(&format!(" \"{name}\"")));
            for (heading, facts) in specifications {
                let heading = Paragraph::default().paint(Paint::Good, "+ ").text(heading);
                page.wrap(indent + 2, indent + 4, &heading);
                offer(page, indent + 4, facts);
            }
        }
    }
}

fn offer(page: &mut Page, indent: usize, facts: &[String]) {
    if !facts.is_empty() {
        page.wrap(indent, indent, &Paragraph::of(&facts.join("; ")));
    }
}
