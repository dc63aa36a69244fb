//! A change sheet in Markdown: readable as it is, with a box for each step.

use super::{markdown, markdown_code, markdown_fence, unseen};
use crate::config::Language;
use crate::report::sheet::{Block, Note, Part, Sheet, SheetFile, Step};
use std::fmt::Write as _;

/// The whole sheet. The same sheet gives the same bytes: its digest names it.
#[must_use]
pub fn sheet_markdown(sheet: &Sheet) -> String {
    let mut out = format!("# {}\n\n", markdown(&sheet.title));
    for (name, value) in &sheet.facts {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "- {}: {}", markdown(name), markdown_code(value));
    }
    for note in &sheet.before {
        notes(&mut out, note, sheet.language);
    }
    let mut number = 0;
    for section in &sheet.sections {
        let _ = write!(out, "\n## {}\n\n", sentence(&section.heading, sheet.language));
        for step in &section.steps {
            number += 1;
            self::step(&mut out, number, step, sheet.language);
        }
    }
    for note in &sheet.after {
        notes(&mut out, note, sheet.language);
    }
    out
}

fn notes(out: &mut String, note: &Note, language: Language) {
    let _ = write!(out, "\n## {}\n\n", markdown(&note.heading));
    for item in &note.items {
        let _ = writeln!(out, "- {}", sentence(item, language));
    }
}

fn step(out: &mut String, number: usize, step: &Step, language: Language) {
    let _ = writeln!(out, "- [ ] **{number}.** {}", sentence(&step.sentence, language));
    for file in &step.files {
        let _ = writeln!(out, "  - {}", self::file(file, language));
    }
    for block in &step.blocks {
        self::block(out, block, language);
    }
}

fn file(file: &SheetFile, language: Language) -> String {
    let SheetFile { name, stored, digest, size_bytes } = file;
    let stored = stored.as_deref().map(|stored| markdown_code(&format!("files/{stored}")));
    let name = markdown_code(name);
    match (language, stored) {
        (Language::English, None) => format!("{name}, {size_bytes} bytes, BLAKE3 {digest}"),
        (Language::English, Some(stored)) => {
            format!("{name}, beside this sheet as {stored}, {size_bytes} bytes, BLAKE3 {digest}")
        }
        (Language::Chinese, None) => format!("{name}，{size_bytes}字节，BLAKE3 {digest}"),
        (Language::Chinese, Some(stored)) => {
            format!("{name}，位于本单旁的{stored}，{size_bytes}字节，BLAKE3 {digest}")
        }
    }
}

fn block(out: &mut String, block: &Block, language: Language) {
    let Block { caption, text, copied: _ } = block;
    let fence = markdown_fence(text);
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    let _ = writeln!(out, "  {}:\n\n  {fence}text", markdown(caption));
    for line in text.split('\n') {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "  {fence}");
    let unseen = unseen(text);
    if !unseen.is_empty() {
        let warning = match language {
            Language::English => "This text holds characters that cannot be seen",
            Language::Chinese => "该文本包含不可见字符",
        };
        let _ = writeln!(out, "\n  **{warning}: {}.**", unseen.join(", "));
    }
    out.push('\n');
}

fn sentence(parts: &[Part], language: Language) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            // Escaping takes the spaces that part a text from its neighbours.
            Part::Text(text) if text.trim().is_empty() => out.push_str(text),
            Part::Text(text) => {
                let before = if text.starts_with(' ') { " " } else { "" };
                let after = if text.ends_with(' ') { " " } else { "" };
                let _ = write!(out, "{before}{}{after}", markdown(text));
            }
            Part::Label(label) => {
                let (name, other) = label.names(language);
                let _ = write!(out, "**{}**", markdown(name));
                if let Some(other) = other {
                    let _ = write!(out, " ({})", markdown(other));
                }
            }
            Part::Value(text) | Part::Command(text) => out.push_str(&markdown_code(text)),
        }
    }
    out
}
