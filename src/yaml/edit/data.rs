//! What is to be written, and how it looks.

use super::super::Scalar;
use serde_json::Value;

/// A value to write into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A text of one word, written without quotes where it would be read as the same text.
    Word(String),
    /// A text in quotes; in a block also over several lines.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Keys with values, in this order.
    Map(Vec<(String, Self)>),
}

impl Data {
    /// A mapping.
    #[must_use]
    pub fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The same with all texts on one line: behind a text of several lines, a comment could look like a part of it.
    pub(super) fn on_one_line(&self) -> Self {
        match self {
            Self::Text(text) if text.contains('\n') => Self::Word(text.clone()),
            Self::List(items) => Self::List(items.iter().map(Self::on_one_line).collect()),
            Self::Map(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), value.on_one_line())).collect())
            }
            Self::Null | Self::Flag(_) | Self::Whole(_) | Self::Word(_) | Self::Text(_) => self.clone(),
        }
    }

    /// What is read where it was written.
    pub(super) fn value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Whole(number) => Value::from(*number),
            Self::Word(text) | Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Map(entries) => entries.iter().map(|(key, value)| (key.clone(), value.value())).collect(),
        }
    }

    /// On one line; mappings and lists in brackets.
    pub(super) fn inline(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Flag(flag) => flag.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Word(text) => word(text),
            Self::Text(text) => quoted(text),
            Self::List(items) => {
                format!("[{}]", items.iter().map(Self::inline).collect::<Vec<_>>().join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{}: {}", word(key), value.inline())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// What stands behind `key:` at a column, with the space or line end before it. Lines end with `\n`.
    pub(super) fn behind_key(&self, column: usize) -> String {
        match self {
            Self::List(items) if !items.is_empty() => {
                let line = |item: &Self| format!("\n{}{}", spaces(column + 2), item.behind_dash(column + 2));
                items.iter().map(line).collect()
            }
            Self::Map(entries) if !entries.is_empty() => {
                let line = |(key, value): &(String, Self)| {
                    format!("\n{}{}", spaces(column + 2), value.entry(key, column + 2))
                };
                entries.iter().map(line).collect()
            }
            Self::Text(text) => {
                let lines = literal(text, column + 2).unwrap_or_else(|| quoted(text));
                format!(" {lines}")
            }
            Self::Null | Self::Flag(_) | Self::Whole(_) | Self::Word(_) | Self::List(_) | Self::Map(_) => {
                format!(" {}", self.inline())
            }
        }
    }

    /// An entry of a block mapping at a column, without the spaces before it.
    pub(super) fn entry(&self, key: &str, column: usize) -> String {
        format!("{}:{}", word(key), self.behind_key(column))
    }

    /// An element of a block list whose dash stands at a column, without the spaces before it.
    pub(super) fn behind_dash(&self, column: usize) -> String {
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| value.entry(key, column + 2)).collect();
                format!("- {}", entries.join(&format!("\n{}", spaces(column + 2))))
            }
            Self::Text(text) => {
                format!("- {}", literal(text, column + 2).unwrap_or_else(|| quoted(text)))
            }
            Self::Null | Self::Flag(_) | Self::Whole(_) | Self::Word(_) | Self::List(_) | Self::Map(_) => {
                format!("- {}", self.inline())
            }
        }
    }
}

pub(super) fn spaces(count: usize) -> String {
    " ".repeat(count)
}

/// A text without quotes where that is safe.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_word = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(plain);
    if is_word && matches!(Scalar::resolve(text, true), Scalar::Text(_)) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in double quotes, as JSON writes it, which YAML reads.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A text of several lines behind `|`, where that says the same.
fn literal(text: &str, column: usize) -> Option<String> {
    let (header, lines) = match text.strip_suffix('\n') {
        Some(lines) => ("|", lines),
        None => ("|-", text),
    };
    let is_plain = |line: &str| {
        line.trim_end() == line
            && !line.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
    };
    let begins = lines.chars().next().is_some_and(|c| !c.is_whitespace());
    if !text.contains('\n') || !begins || lines.ends_with('\n') || !lines.split('\n').all(is_plain) {
        return None;
    }
    let indented = |line: &str| {
        if line.is_empty() { "\n".to_owned() } else { format!("\n{}{line}", spaces(column)) }
    };
    Some(format!("{header}{}", lines.split('\n').map(indented).collect::<String>()))
}
