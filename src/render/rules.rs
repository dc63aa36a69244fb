//! Pages about rules: one in full, all as a table.

use super::{Page, Paint, Paragraph, Style, numbers_text};
use crate::diagnostic::Severity;
use crate::rules::{Rule, RuleDoc};

/// One rule in full.
#[must_use]
pub fn explanation(rule: &Rule, style: Style) -> String {
    let mut page = Page::new(style);
    let RuleDoc { id, numbers, basis, source, sites, level, what, why, example, instead } = &rule.doc;
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, id));
    page.gap();
    page.wrap(0, 0, &Paragraph::of(what));
    page.gap();
    let sites = if sites.is_empty() { "all".to_owned() } else { sites.join(", ") };
    let rows = [
        ("finding", level.word().to_owned()),
        ("rules", numbers_text(numbers)),
        ("basis", basis.words().to_owned()),
        ("source", (*source).to_owned()),
        ("sites", sites),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        page.labelled(2, &Paragraph::default().paint(Paint::Quiet, name), 12, &Paragraph::of(value));
    }
    section(&mut page, "Why", why);
    if !example.is_empty() {
        page.gap();
        page.wrap(0, 0, &Paragraph::default().paint(Paint::Strong, "Example"));
        for line in example.lines() {
            page.line(2, &Paragraph::of(line));
        }
    }
    section(&mut page, "Instead", instead);
    page.finish()
}

/// All rules, two lines each: name with level and numbers, then what it says.
#[must_use]
pub fn rule_table(rules: &[&Rule], style: Style) -> String {
    let mut page = Page::new(style);
    for rule in rules.iter().map(|rule| &rule.doc) {
        let paint = match rule.level {
            Severity::Error => Paint::Bad,
            Severity::Warning => Paint::Care,
            Severity::Note => Paint::Quiet,
        };
        let head =
            Paragraph::default().paint(Paint::Strong, rule.id).text("  ").paint(paint, rule.level.word());
        page.line(0, &head.paint(Paint::Quiet, &format!("  {}", numbers_text(rule.numbers))));
        page.wrap(4, 4, &Paragraph::of(rule.what));
    }
    page.finish()
}

fn section(page: &mut Page, heading: &str, text: &str) {
    if !text.is_empty() {
        page.gap();
        page.wrap(0, 0, &Paragraph::default().paint(Paint::Strong, heading));
        page.wrap(2, 2, &Paragraph::of(text));
    }
}
