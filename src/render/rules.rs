//! Pages about rules: one in full, all as a table.

use super::{Page, Paint, Paragraph, Style, adjustable, enforced, numbers_text, sites_text};
use crate::definition::rules::ShapeRule;
use crate::diagnostic::Severity;
use crate::rules::{self, Outside, Rule, RuleDoc, Selection};

/// All that was asked about, in full.
#[must_use]
pub fn explanations(selection: &Selection, style: Style) -> String {
    let Selection { rules, reading, outside } = selection;
    let mut pages: Vec<String> = rules.iter().map(|rule| explanation(rule, style)).collect();
    pages.extend(reading.iter().map(|rule| reading_rule(rule, style)));
    pages.extend(outside.iter().map(|rule| outside_rule(rule, style)));
    pages.join("\n")
}

fn explanation(rule: &Rule, style: Style) -> String {
    let mut page = Page::new(style);
    let RuleDoc { id, numbers, basis, source, sites, level, what, why, example, instead } = &rule.doc;
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, id));
    page.gap();
    page.wrap(0, 0, &Paragraph::of(what));
    page.gap();
    let rows = [
        ("finding", level.word().to_owned()),
        ("rules", numbers_text(numbers)),
        ("family", rules::family(id).to_owned()),
        ("basis", basis.words().to_owned()),
        ("source", (*source).to_owned()),
        ("sites", sites_text(sites)),
        ("enforced", enforced(rule).to_owned()),
        ("level", adjustable(rule).to_owned()),
        ("see", rules::link(id)),
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

fn reading_rule(rule: &ShapeRule, style: Style) -> String {
    let mut page = Page::new(style);
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, rule.id));
    page.gap();
    page.wrap(0, 0, &Paragraph::of(rule.text));
    page.gap();
    let see = rules::link(rule.id);
    page.labelled(2, &Paragraph::default().paint(Paint::Quiet, "see"), 12, &Paragraph::of(&see));
    page.finish()
}

fn outside_rule(rule: &Outside, style: Style) -> String {
    let Outside { number, what, reason } = rule;
    let mut page = Page::new(style);
    page.wrap(0, 2, &Paragraph::default().paint(Paint::Strong, &format!("R{number}")));
    page.gap();
    page.wrap(0, 0, &Paragraph::of(what));
    section(&mut page, "Why nothing is checked", reason);
    page.finish()
}

/// All rules, two lines each: name with level and numbers, then what it says.
#[must_use]
pub fn rule_table(rules: &[&Rule], style: Style) -> String {
    let mut page = Page::new(style);
    for rule in rules {
        let RuleDoc { id, numbers, level, what, sites, .. } = &rule.doc;
        let paint = match level {
            Severity::Error => Paint::Bad,
            Severity::Warning => Paint::Care,
            Severity::Note => Paint::Quiet,
        };
        let head = Paragraph::default().paint(Paint::Strong, id).text("  ").paint(paint, level.word());
        let sites = if sites.is_empty() { String::new() } else { format!("  at {}", sites.join(", ")) };
        let tail = format!("  {}  {}{sites}", rule.check.word(), numbers_text(numbers));
        page.line(0, &head.paint(Paint::Quiet, tail.trim_end()));
        page.wrap(4, 4, &Paragraph::of(what));
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
