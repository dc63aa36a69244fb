//! From a schema validator's errors to sentences at the exact bytes, with fixes.

use super::shape::place;
use super::suggest::nearest;
use crate::diagnostic::{Diagnostic, Fix};
use crate::text::{Span, TextEdit};
use crate::yaml::{Kind, Node, REPORTED_MAX, Scalar, Style, Tree, excerpt};
use camino::Utf8Path;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;
use std::collections::BTreeSet;

/// Adds a diagnostic for every error; at one place a wrong type outweighs what follows from it.
pub(super) fn explain<'e>(
    path: &Utf8Path,
    tree: &Tree,
    schema: &Value,
    errors: impl Iterator<Item = ValidationError<'e>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let errors: Vec<ValidationError<'e>> = errors.collect();
    let mistyped: BTreeSet<&str> = errors
        .iter()
        .filter(|error| matches!(error.kind(), ValidationErrorKind::Type { .. }))
        .map(|error| error.instance_path().as_str())
        .collect();
    for error in &errors {
        let is_type = matches!(error.kind(), ValidationErrorKind::Type { .. });
        if !is_type && mistyped.contains(error.instance_path().as_str()) {
            continue;
        }
        if diagnostics.len() >= REPORTED_MAX {
            return;
        }
        Site::find(path, tree, schema, error).explain(error, diagnostics);
    }
}

/// The place an error is about.
struct Site<'t> {
    path: &'t Utf8Path,
    tree: &'t Tree,
    /// The schema object that holds the failed keyword.
    schema: &'t Value,
    key: Option<Node<'t>>,
    value: Node<'t>,
    /// How people name it: `prices.yearly`.
    name: String,
}

impl<'t> Site<'t> {
    fn find(path: &'t Utf8Path, tree: &'t Tree, schema: &'t Value, error: &ValidationError<'_>) -> Self {
        let (mut key, mut value, mut name) = (None, tree.root(), String::new());
        for segment in error.instance_path().as_str().split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            let shown = excerpt(&segment);
            let next = match value.kind() {
                Kind::Mapping => value.entry(&segment).map(|(key, value)| (Some(key), value)),
                Kind::Sequence => {
                    segment.parse().ok().and_then(|index| value.items().nth(index)).map(|item| (None, item))
                }
                Kind::Scalar(_) => None,
            };
            let Some((next_key, next_value)) = next else { break };
            if next_key.is_none() {
                name = format!("{name}[{shown}]");
            } else if name.is_empty() {
                name = shown;
            } else {
                name = format!("{name}.{shown}");
            }
            (key, value) = (next_key, next_value);
        }
        let keyword = error.schema_path().as_str();
        let holder = keyword.rsplit_once('/').map_or("", |(holder, _)| holder);
        let schema = schema.pointer(holder).unwrap_or(schema);
        Self { path, tree, schema, key, value, name }
    }

    fn error(&self, rule: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(rule, self.path, place(self.tree, self.value, self.key), message)
    }

    fn explain(&self, error: &ValidationError<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let name = &self.name;
        let diagnostic = match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let room = REPORTED_MAX.saturating_sub(diagnostics.len());
                for property in unexpected.iter().take(room) {
                    diagnostics.push(self.unknown_field(property));
                }
                return;
            }
            ValidationErrorKind::Required { property } => self.missing(property.as_str().unwrap_or_default()),
            ValidationErrorKind::Type { kind } => self.wrong_type(kind),
            ValidationErrorKind::Enum { options } => self.unknown_value(options),
            ValidationErrorKind::Pattern { pattern } => self.pattern(pattern),
            ValidationErrorKind::MaxLength { .. } => self
                .error("amount-form", format!("`{name}` has more digits than are kept exactly"))
                .help("an amount has at most 28 digits"),
            ValidationErrorKind::Minimum { limit } => {
                self.error("number-out-of-range", format!("`{name}` is less than {limit}")).help(self.range())
            }
            ValidationErrorKind::Maximum { limit } => {
                self.error("number-out-of-range", format!("`{name}` is more than {limit}")).help(self.range())
            }
            ValidationErrorKind::MinItems { limit } => {
                self.error("too-few-items", format!("`{name}` needs at least {limit} element"))
            }
            _ => self.error("wrong-shape", format!("`{name}`: {}", excerpt(&error.masked().to_string()))),
        };
        diagnostics.push(diagnostic);
    }

    fn range(&self) -> String {
        let bound = |name: &str| self.schema.get(name).map(Value::to_string);
        match (bound("minimum"), bound("maximum")) {
            (Some(min), Some(max)) => format!("write a number from {min} to {max}"),
            (Some(min), None) => format!("write a number from {min} on"),
            (None, max) => format!("write a number up to {}", max.unwrap_or_default()),
        }
    }

    fn unknown_field(&self, property: &str) -> Diagnostic {
        let key = self.value.entry(property).map_or(self.value, |(key, _)| key);
        let known = self.schema.get("properties").and_then(Value::as_object);
        let Some(known) = known else {
            let message = format!("`{}` cannot be a key here", excerpt(property));
            return Diagnostic::error("key-form", self.path, key.span(), message).help(self.key_help());
        };
        let of = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
        let diagnostic = Diagnostic::error(
            "unknown-field",
            self.path,
            key.span(),
            format!("there is no field `{}`{of}", excerpt(property)),
        );
        let names = || known.keys().map(String::as_str);
        match nearest(property, names()).filter(|name| self.value.get(name).is_none()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).spelling(property, near),
            None if known.len() <= 12 => {
                diagnostic.help(format!("there are {}", names().collect::<Vec<_>>().join(", ")))
            }
            None => diagnostic.help("`gallerist explain unknown-field` tells how to see all fields"),
        }
    }

    fn key_help(&self) -> &'static str {
        let patterns = self.schema.get("patternProperties").and_then(Value::as_object);
        let currency =
            patterns.is_some_and(|patterns| patterns.keys().any(|pattern| pattern.contains("[A-Z]")));
        if currency {
            "a currency code has three capital letters, as in USD"
        } else {
            "a key has 1 to 64 of `a-z`, `0-9` and `-`, and begins and ends with a letter or digit"
        }
    }

    /// Points at the first line of the mapping that lacks the field.
    fn missing(&self, property: &str) -> Diagnostic {
        let span = match (self.value.entries().next(), self.key) {
            (Some((key, _)), None) => key.span(),
            (_, Some(key)) => key.span(),
            (None, None) => self.value.span(),
        };
        let of = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
        let said =
            self.schema.pointer(&format!("/properties/{property}/description")).and_then(Value::as_str);
        let diagnostic =
            Diagnostic::error("missing-field", self.path, span, format!("`{property}` is missing{of}"));
        diagnostic
            .help(format!("add `{property}:`{}", said.map(|said| format!(" ({said})")).unwrap_or_default()))
    }

    fn unknown_value(&self, options: &Value) -> Diagnostic {
        let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let written = self.value.text().unwrap_or_default();
        let diagnostic = self
            .error("unknown-value", format!("`{}` is not a value of `{}`", excerpt(written), self.name))
            .help(format!("write one of {}", words.join(", ")));
        match nearest(written, words) {
            Some(near) => {
                let help = format!("did you mean `{near}`?");
                diagnostic.help(help).spelling(written, near).replacing(self.value.span())
            }
            None => diagnostic,
        }
    }

    fn pattern(&self, pattern: &str) -> Diagnostic {
        let (written, name) = (self.value.text().unwrap_or_default(), &self.name);
        if pattern == crate::model::Key::PATTERN {
            let diagnostic =
                self.error("key-form", format!("`{}` is not a key", excerpt(written))).help(self.key_help());
            return match crate::model::Key::slug(written) {
                Some(slug) => {
                    diagnostic.fix(format!("write `{slug}`"), slug.to_string()).replacing(self.value.span())
                }
                None => diagnostic,
            };
        }
        if self.schema.get("minimum").is_some() {
            let help = "write digits with at most one point between them, as in 9.90";
            return self
                .error("amount-form", format!("`{}` is not an amount of money", excerpt(written)))
                .help(help);
        }
        match pattern {
            r"\S" => {
                self.error("text-empty", format!("`{name}` is empty")).help("say it, or leave the field out")
            }
            "^o-[0-9a-f]{16}$" => self
                .error("operation-form", format!("`{}` is not an operation's name", excerpt(written)))
                .help("copy it from the plan: `o-` and 16 hexadecimal digits"),
            _ => self.error("wrong-shape", format!("`{name}` does not have the form `{pattern}`")),
        }
    }

    fn wrong_type(&self, kind: &TypeKind) -> Diagnostic {
        let wanted: Vec<JsonType> = match kind {
            TypeKind::Single(one) => vec![*one],
            TypeKind::Multiple(many) => many.iter().collect(),
        };
        let takes = |kind: JsonType| wanted.contains(&kind);
        let written = self.tree.text().get(self.value.span().range()).unwrap_or("");
        let name = if self.name.is_empty() { "the document" } else { &self.name };
        let words: Vec<&str> = wanted.iter().filter_map(|kind| wanted_word(*kind)).collect();
        let found = found(self.value);
        let message = format!("`{name}` takes {}, not {found}", words.join(" or "));
        let diagnostic = self.error("wrong-type", message);
        match self.value.scalar() {
            Some(Scalar::Number(_) | Scalar::Flag(_)) if takes(JsonType::String) => {
                self.rewrite(diagnostic, "put it in quotes", format!("\"{written}\""))
            }
            Some(Scalar::Text(text)) if takes(JsonType::Boolean) => match text.to_lowercase().as_str() {
                "yes" | "on" | "y" | "true" => self.rewrite(diagnostic, "write `true`", "true"),
                "no" | "off" | "n" | "false" => self.rewrite(diagnostic, "write `false`", "false"),
                _ => diagnostic.help("write `true` or `false`"),
            },
            Some(Scalar::Text(text)) if takes(JsonType::Integer) => {
                if self.value.kind() != Kind::Scalar(Style::Plain)
                    && matches!(Scalar::resolve(text, true), Scalar::Number(_))
                {
                    return self.rewrite(diagnostic, "leave the quotes out", text);
                }
                diagnostic.help("write digits only, without quotes, separators or leading zeros")
            }
            Some(Scalar::Text(_) | Scalar::Number(_)) if takes(JsonType::Array) => {
                self.rewrite(diagnostic, "write a list", format!("[{written}]"))
            }
            Some(Scalar::Null) => diagnostic.help("give a value, or leave the field out"),
            Some(_) if takes(JsonType::Object) => diagnostic.help(self.mapping_help()),
            _ => diagnostic,
        }
    }

    fn mapping_help(&self) -> String {
        match self.schema.get("properties").and_then(Value::as_object) {
            Some(fields) => {
                let names: Vec<&str> = fields.keys().map(String::as_str).collect();
                format!("write a mapping with {}", names.join(", "))
            }
            None if self.key_help().contains("currency") => {
                "write it by currency: `{USD: \"9.90\"}`".to_owned()
            }
            None => "write a mapping: `{key: value}`".to_owned(),
        }
    }

    /// A fix that replaces the value itself, wherever the diagnostic points.
    fn rewrite(&self, diagnostic: Diagnostic, title: &str, with: impl Into<String>) -> Diagnostic {
        let with = with.into();
        let help = format!("{title}: `{}`", excerpt(&with));
        let help = if title.contains('`') { title.to_owned() } else { help };
        let edit = TextEdit { span: self.value.span(), replacement: with };
        let mut diagnostic = diagnostic.help(help);
        if self.value.span() != Span::default() && !self.value.text().unwrap_or_default().contains('\n') {
            // Behind a bracket or a comma, the words of a list could be meant to be several.
            let one_word = |text: &str| !text.contains([',', '[', ']', '{', '}', '#', ':']);
            let is_certain = !edit.replacement.starts_with('[') || self.value.text().is_some_and(one_word);
            diagnostic.fix = Some(Fix { title: title.to_owned(), edits: vec![edit], is_certain });
        }
        diagnostic
    }
}

fn wanted_word(kind: JsonType) -> Option<&'static str> {
    match kind {
        JsonType::Array => Some("a list"),
        JsonType::Boolean => Some("`true` or `false`"),
        JsonType::Integer => Some("a whole number"),
        JsonType::Null => None,
        JsonType::Number => Some("a number"),
        JsonType::Object => Some("a mapping"),
        JsonType::String => Some("a text"),
    }
}

fn found(value: Node<'_>) -> String {
    match (value.kind(), value.scalar()) {
        (Kind::Mapping, _) => "a mapping".to_owned(),
        (Kind::Sequence, _) => "a list".to_owned(),
        (Kind::Scalar(_), Some(Scalar::Number(number))) => format!("the number `{}`", excerpt(number)),
        (Kind::Scalar(_), Some(Scalar::Flag(flag))) => format!("`{flag}`"),
        (Kind::Scalar(_), Some(Scalar::Text(_))) => "a text".to_owned(),
        (Kind::Scalar(_), Some(Scalar::Null) | None) => "nothing".to_owned(),
    }
}
