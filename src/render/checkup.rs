//! What somebody found who looked after everything around a catalog.

use super::{Page, Paint, Paragraph, Style, counted};
use crate::report::{Checkup, Examined, Health};

fn paint(health: Health) -> Paint {
    match health {
        Health::Fine => Paint::Good,
        Health::Note => Paint::Quiet,
        Health::Warning => Paint::Care,
        Health::Error => Paint::Bad,
    }
}

/// Everything by area, with what to do under what is not as it should be.
#[must_use]
pub fn checkup(checkup: &Checkup, style: Style) -> String {
    let mut page = Page::new(style);
    let title = match &checkup.scope {
        Some(scope) => format!("Checkup of {} at {}", scope.catalog, scope.target),
        None => "Checkup".to_owned(),
    };
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, &title));
    let mut area = None;
    for Examined { area: own, name: _, health, what, why, fixes } in &checkup.examined {
        if area != Some(*own) {
            page.gap();
            page.line(0, &Paragraph::default().paint(Paint::Strong, own.name()));
            area = Some(*own);
        }
        let word = Paragraph::default().paint(paint(*health), health.name());
        page.wrap(2, 4, &word.text(": ").text(what));
        if !why.is_empty() {
            page.wrap(4, 4, &Paragraph::default().paint(Paint::Quiet, why));
        }
        for fix in fixes {
            page.wrap(4, 6, &Paragraph::of("fix: ").paint(Paint::Command, fix));
        }
    }
    page.gap();
    let [errors, warnings, notes, fine] =
        [Health::Error, Health::Warning, Health::Note, Health::Fine].map(|health| checkup.count(health));
    let counts = format!(
        "{}, {}, {}, {fine} as it should be.",
        counted(errors, "error", "errors"),
        counted(warnings, "warning", "warnings"),
        counted(notes, "note", "notes")
    );
    let last = if errors > 0 { Paint::Bad } else { Paint::Good };
    page.wrap(0, 2, &Paragraph::default().paint(last, &counts));
    page.finish()
}

/// One line for each thing: `error ledger-opens: what; fix: command`.
#[must_use]
pub fn checkup_short(checkup: &Checkup, style: Style) -> String {
    let mut page = Page::new(style);
    for Examined { area: _, name, health, what, why: _, fixes } in &checkup.examined {
        let line = Paragraph::default().paint(paint(*health), health.name());
        let fix = fixes.first().map_or_else(String::new, |fix| format!("; fix: {fix}"));
        page.line(0, &line.text(&format!(" {name}: {what}{fix}")));
    }
    page.finish()
}
