//! Writing YAML in one style: two spaces, one thing a line, and small collections on one line where they fit.
//!
//! What is written is read back as exactly the same: a text is quoted wherever it would mean anything else, to this
//! reader or to another one, and characters that nobody sees are written as escapes.

use super::Scalar;
use super::characters::is_control;
use std::fmt::Write as _;

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A text; quoted where it must be.
    Text(String),
    /// A text that is always quoted, as prices are.
    Quoted(String),
    /// `null`, `true`, a number: written as it is.
    Plain(String),
    /// Keys with values, each on lines of its own.
    Block(Vec<Line>),
    /// Keys with values, on one line where they fit.
    Mapping(Vec<(String, Draft)>),
    /// Elements, each on lines of its own.
    List(Vec<Draft>),
    /// Elements, on one line where they fit.
    Items(Vec<Draft>),
}

/// A line of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A key with its value.
    Entry(String, Draft),
    /// A comment.
    Remark(String),
}

impl Line {
    /// A key with its value.
    #[must_use]
    pub fn entry(key: &str, value: Draft) -> Self {
        Self::Entry(key.to_owned(), value)
    }
}

impl Draft {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A number, flag or `null`.
    #[must_use]
    pub fn plain(word: impl std::fmt::Display) -> Self {
        Self::Plain(word.to_string())
    }
}

/// Columns that a collection on one line may reach.
const WIDTH_MAX: usize = 110;

/// Columns of a comment.
const REMARK_MAX: usize = 110;

/// Whether the reader takes this text as it is, however it is written.
#[must_use]
pub fn is_sayable(text: &str) -> bool {
    !text.chars().any(|c| is_control(c) || c == '\r')
}

/// A document from its lines.
#[must_use]
pub fn write(document: &[Line]) -> String {
    let mut out = String::new();
    lines(document, 0, &mut out);
    out
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn lines(list: &[Line], indent: usize, out: &mut String) {
    for line in list {
        pad(indent, out);
        one(line, indent, out);
    }
}

fn one(line: &Line, indent: usize, out: &mut String) {
    match line {
        Line::Remark(text) => remark(text, indent, out),
        Line::Entry(key, value) => entry(key, value, indent, out),
    }
}

fn entry(key: &str, value: &Draft, indent: usize, out: &mut String) {
    let key = scalar(key, false);
    out.push_str(&key);
    out.push(':');
    let column = indent + key.chars().count() + 2;
    match value {
        Draft::Block(entries) if entries.is_empty() => out.push_str(" {}\n"),
        Draft::Block(entries) => {
            out.push('\n');
            lines(entries, indent + 2, out);
        }
        Draft::List(elements) if !elements.is_empty() => {
            out.push('\n');
            list(elements, indent + 2, out);
        }
        Draft::Text(text) => {
            out.push(' ');
            match literal(text, indent + 2) {
                Some(block) => out.push_str(&block),
                None => out.push_str(&scalar(text, false)),
            }
            out.push('\n');
        }
        Draft::Mapping(entries) if !fits(value, column) => {
            out.push('\n');
            for (key, value) in entries {
                pad(indent + 2, out);
                entry(key, value, indent + 2, out);
            }
        }
        Draft::Items(elements) if !fits(value, column) => {
            out.push('\n');
            list(elements, indent + 2, out);
        }
        Draft::Quoted(_) | Draft::Plain(_) | Draft::Mapping(_) | Draft::List(_) | Draft::Items(_) => {
            let _ = writeln!(out, " {}", flow(value));
        }
    }
}

fn list(elements: &[Draft], indent: usize, out: &mut String) {
    for element in elements {
        pad(indent, out);
        out.push_str("- ");
        match element {
            Draft::Block(entries) if !entries.is_empty() => {
                for (position, line) in entries.iter().enumerate() {
                    if position > 0 {
                        pad(indent + 2, out);
                    }
                    one(line, indent + 2, out);
                }
            }
            Draft::Mapping(entries) if !entries.is_empty() && !fits(element, indent + 2) => {
                for (position, (key, value)) in entries.iter().enumerate() {
                    if position > 0 {
                        pad(indent + 2, out);
                    }
                    entry(key, value, indent + 2, out);
                }
            }
            Draft::Text(text) => {
                let _ = writeln!(out, "{}", scalar(text, false));
            }
            _ => {
                let _ = writeln!(out, "{}", flow(element));
            }
        }
    }
}

fn fits(value: &Draft, column: usize) -> bool {
    column + flow(value).chars().count() <= WIDTH_MAX
}

/// The value on one line.
fn flow(value: &Draft) -> String {
    match value {
        Draft::Text(text) => scalar(text, true),
        Draft::Quoted(text) => quoted(text),
        Draft::Plain(word) => word.clone(),
        Draft::Mapping(entries) => braces(entries.iter().map(|(key, value)| (key, value))),
        Draft::Block(entries) => braces(entries.iter().filter_map(|line| match line {
            Line::Entry(key, value) => Some((key, value)),
            Line::Remark(_) => None,
        })),
        Draft::List(elements) | Draft::Items(elements) => {
            let elements: Vec<String> = elements.iter().map(flow).collect();
            format!("[{}]", elements.join(", "))
        }
    }
}

fn braces<'d>(entries: impl Iterator<Item = (&'d String, &'d Draft)>) -> String {
    let entries: Vec<String> =
        entries.map(|(key, value)| format!("{}: {}", scalar(key, true), flow(value))).collect();
    format!("{{{}}}", entries.join(", "))
}

fn scalar(text: &str, in_flow: bool) -> String {
    if is_plain(text, in_flow) { text.to_owned() } else { quoted(text) }
}

/// Whether a text may stand without quotes, for this reader and for stranger ones.
fn is_plain(text: &str, in_flow: bool) -> bool {
    const SIGNS: &str = " .,;!?()/_+@%&'$*=<>-#|~^[]{}";
    let Some(first) = text.chars().next() else { return false };
    let allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || SIGNS.contains(c) && !(in_flow && ",[]{}?".contains(c))
            || c > '\u{A0}' && !is_hidden(c)
    };
    let begins = first.is_ascii_alphanumeric() || first > '\u{A0}' && first.is_alphanumeric();
    let like_a_number = first.is_ascii_digit() && !text.contains(' ');
    let like_a_word = ["yes", "no", "on", "off", "y", "n", "null", "true", "false"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text));
    begins
        && !like_a_number
        && !like_a_word
        && text.chars().all(allowed)
        && !text.ends_with(' ')
        && !text.contains(" #")
        && matches!(Scalar::resolve(text, true), Scalar::Text(_))
}

/// Characters that are not seen, or that change how others are.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{A0}' | '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{3000}' | '\u{FEFF}')
        || matches!(c, '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}')
        || matches!(c, '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}' | '\u{E000}'..='\u{F8FF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if is_hidden(c) => out.push_str(&escaped(c)),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

fn escaped(c: char) -> String {
    let code = u32::from(c);
    if code > 0xFFFF { format!("\\U{code:08X}") } else { format!("\\u{code:04X}") }
}

/// A text of several lines as it is, where nothing in it is lost or changed by that.
fn literal(text: &str, indent: usize) -> Option<String> {
    let (body, header) = match text.strip_suffix('\n') {
        Some(body) => (body, "|"),
        None => (text, "|-"),
    };
    let odd = |line: &str| line.ends_with([' ', '\t']) || line.chars().any(is_hidden);
    if !text.contains('\n')
        || body.is_empty()
        || body.starts_with([' ', '\n'])
        || body.ends_with('\n')
        || body.split('\n').any(odd)
    {
        return None;
    }
    let mut out = header.to_owned();
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(indent, &mut out);
            out.push_str(line);
        }
    }
    Some(out)
}

/// A comment, wrapped between words; nothing in it can end it.
fn remark(text: &str, indent: usize, out: &mut String) {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            _ if is_hidden(c) => safe.push_str(&escaped(c)),
            _ => safe.push(c),
        }
    }
    let mut column = indent + 1;
    out.push('#');
    for (position, word) in safe.split(' ').filter(|word| !word.is_empty()).enumerate() {
        let width = word.chars().count() + 1;
        if position > 0 && column + width > REMARK_MAX {
            out.push('\n');
            pad(indent, out);
            out.push('#');
            column = indent + 1;
        }
        out.push(' ');
        out.push_str(word);
        column += width;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, Node, read};
    use camino::Utf8Path;

    fn back(document: &[Line]) -> crate::yaml::Tree {
        let text = write(document);
        let reading = read(Utf8Path::new("a.yaml"), text.as_bytes(), Limits::default());
        reading.tree.unwrap_or_else(|| panic!("{text}\n{:?}", reading.diagnostics))
    }

    /// Texts that have broken one reader or another.
    const HOSTILE: &[&str] = &[
        "plain",
        "",
        " ",
        "yes",
        "No",
        "null",
        "~",
        "1e3",
        "0x1f",
        "12:30",
        "2024-01-01",
        "1.10",
        "- item",
        "-",
        "--- a",
        "#comment",
        "a #b",
        "a: b",
        "a:",
        ": a",
        "{a}",
        "[a, b]",
        "a, b] }",
        "&anchor",
        "*alias",
        "!tag",
        "%TAG",
        "@at",
        "`tick",
        "\"quoted\"",
        "it's",
        "back\\slash",
        "trailing ",
        " leading",
        "two\nlines",
        "two\nlines\n",
        "three\n\nlines\n\n",
        "\nleads",
        "a \nb",
        "\tx",
        "a\tb",
        " a\nb",
        "a\n b",
        "a\n# b",
        "云商店，真好",
        "\u{202e}x",
        "\u{2028}",
        "\u{85}",
        "\u{a0}",
        "\u{200b}",
        "🦀 crab",
        "\u{10FFFF}",
        "\u{FFFE}",
        "<<",
        "|",
        ">",
        "?",
        "? a",
        "2 users",
        "=",
    ];

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in HOSTILE {
            let draft = Draft::text(text);
            let document = [
                Line::Remark((*text).to_owned()),
                Line::entry("block", Draft::Block(vec![Line::entry("in", draft.clone())])),
                Line::entry("flow", Draft::Mapping(vec![("in".into(), draft.clone())])),
                Line::entry("list", Draft::List(vec![draft.clone(), draft.clone()])),
                Line::entry("items", Draft::Items(vec![draft.clone(), draft.clone()])),
                Line::Entry((*text).to_owned(), Draft::text("key")),
            ];
            let tree = back(&document);
            let root = tree.root();
            let said = |node: Option<Node<'_>>| node.and_then(Node::text).map(str::to_owned);
            assert_eq!(said(root.get("block").and_then(|node| node.get("in"))).as_deref(), Some(*text));
            assert_eq!(said(root.get("flow").and_then(|node| node.get("in"))).as_deref(), Some(*text));
            for name in ["list", "items"] {
                let items: Vec<_> =
                    root.get(name).unwrap().items().map(|item| item.text().unwrap()).collect();
                assert_eq!(items, [*text, *text]);
            }
            assert_eq!(said(root.get(text)).as_deref(), Some("key"), "{text:?} as a key");
            let scalar = root.get("block").unwrap().get("in").unwrap().scalar().unwrap();
            assert_eq!(scalar, Scalar::Text(text), "it is a text");
        }
    }

    #[test]
    fn what_cannot_be_read_is_known() {
        for text in ["\u{7}", "\r", "\u{FEFF}", "\0"] {
            assert!(!is_sayable(text), "{text:?}");
        }
        assert!(HOSTILE.iter().all(|text| is_sayable(text)));
    }

    #[test]
    fn small_things_stand_on_one_line_and_large_ones_do_not() {
        let prices = |amount: &str| Draft::Mapping(vec![("USD".into(), Draft::Quoted(amount.into()))]);
        let long = Draft::text("word ".repeat(30).trim_end());
        let document = [
            Line::entry("prices", Draft::Block(vec![Line::entry("yearly", prices("9.90"))])),
            Line::entry("list", Draft::Items(vec![long, Draft::text("b")])),
            Line::entry("none", Draft::List(Vec::new())),
            Line::entry(
                "specifications",
                Draft::List(vec![Draft::Block(vec![
                    Line::entry("key", Draft::text("a")),
                    Line::Remark("decide this".into()),
                    Line::entry("text", Draft::text("one\ntwo\n")),
                ])]),
            ),
        ];
        let expected = format!(
            "prices:\n  yearly: {{USD: \"9.90\"}}\nlist:\n  - {}\n  - b\nnone: []\nspecifications:\n  - key: a\n    \
             # decide this\n    text: |\n      one\n      two\n",
            "word ".repeat(30).trim_end()
        );
        assert_eq!(write(&document), expected);
    }
}
