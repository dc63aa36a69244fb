//! The steps of a change sheet for a terminal, one at a time.

use super::{Page, Paint, Paragraph, Style};
use crate::config::Language;
use crate::report::sheet::{Part, Sheet, Step};

/// Each step by itself, with the heading of its section before the first one of it.
#[must_use]
pub fn sheet_steps(sheet: &Sheet, style: Style) -> Vec<String> {
    let mut steps = Vec::new();
    for section in &sheet.sections {
        for (position, step) in section.steps.iter().enumerate() {
            let mut page = Page::new(style);
            if position == 0 {
                page.wrap(0, 2, &sentence(&section.heading, Paint::Strong, sheet.language));
            }
            self::step(&mut page, steps.len() + 1, step, sheet.language);
            steps.push(page.finish());
        }
    }
    steps
}

fn step(page: &mut Page, number: usize, step: &Step, language: Language) {
    let numbered = std::iter::once(Part::Text(format!("{number}. "))).chain(step.sentence.iter().cloned());
    page.wrap(2, 5, &sentence(&numbered.collect::<Vec<_>>(), Paint::Plain, language));
    for file in &step.files {
        let bytes = match language {
            Language::English => "bytes",
            Language::Chinese => "字节",
        };
        page.wrap(5, 7, &Paragraph::of(&format!("{}, {} {bytes}", file.name, file.size_bytes)));
        page.wrap(7, 7, &Paragraph::default().paint(Paint::Quiet, &format!("BLAKE3 {}", file.digest)));
    }
    for block in &step.blocks {
        page.line(5, &Paragraph::default().paint(Paint::Quiet, &format!("{}:", block.caption)));
        let paint = if block.copied { Paint::Command } else { Paint::Quiet };
        for line in block.text.split('\n') {
            page.line(7, &Paragraph::default().paint(paint, line));
        }
    }
}

fn sentence(parts: &[Part], plain: Paint, language: Language) -> Paragraph {
    parts.iter().fold(Paragraph::default(), |paragraph, part| match part {
        Part::Text(text) => paragraph.paint(plain, text),
        Part::Label(label) => {
            let (name, other) = label.names(language);
            let paragraph = paragraph.paint(Paint::Strong, name);
            match other {
                Some(other) => paragraph.paint(plain, &format!(" ({other})")),
                None => paragraph,
            }
        }
        Part::Value(text) => paragraph.paint(plain, &format!("\"{text}\"")),
        Part::Command(text) => paragraph.paint(Paint::Command, text),
    })
}
