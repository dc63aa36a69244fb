//! Keeping what nobody may read out of everything that is shown.

use serde_json::Value;
use std::collections::BTreeSet;

/// Fields of answers that hold what is nobody's business. Names are compared in lower case.
const PRIVATE: &[&str] = &["username", "password", "accesskey", "authtoken", "signature", "token", "secret"];

/// What is shown of a hostile text at most.
const SHOWN_MAX: usize = 160;

/// Shorter texts would be found in the middle of ordinary words: a text with one of them is not shown at all.
const LENGTH_MIN: usize = 4;

/// Knows what may not be shown.
#[derive(Clone, Default)]
pub struct Redactor(BTreeSet<String>);

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Does not show a text any more.
    pub fn hide(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.insert(secret.to_owned());
        }
    }

    /// Does not show what an answer holds in fields for user names, passwords and keys, wherever they stand in it.
    pub fn hide_in(&mut self, answer: &Value) {
        match answer {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let is_private = PRIVATE.contains(&name.to_lowercase().as_str());
                    match value {
                        Value::String(text) if is_private => self.hide(text),
                        Value::Number(number) if is_private => self.hide(&number.to_string()),
                        _ => self.hide_in(value),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.hide_in(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// A text that may be shown, held to a length.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        // Longer ones first: one may be part of another.
        let mut secrets: Vec<&String> = self.0.iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in secrets {
            if secret.chars().count() < LENGTH_MIN && clean.contains(secret.as_str()) {
                return "[redacted]".to_owned();
            }
            // Signatures are read in either case, so they are hidden in either.
            for form in [secret.clone(), secret.to_lowercase(), secret.to_uppercase()] {
                clean = clean.replace(&form, "[redacted]");
            }
        }
        if clean.chars().count() <= SHOWN_MAX {
            return clean;
        }
        clean.chars().take(SHOWN_MAX - 1).chain(['\u{2026}']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_answer_says_of_users_is_not_shown() {
        let mut redactor = Redactor::default();
        redactor.hide("access-key-0001");
        redactor.hide_in(&json!({
            "info": [{"appInfo": {"userName": "ann@acme", "password": "hunter22", "memo": "x"}}],
            "resultMsg": "made ann@acme with hunter22",
        }));
        assert_eq!(redactor.clean("made ann@acme with hunter22"), "made [redacted] with [redacted]");
        assert_eq!(redactor.clean("key ACCESS-KEY-0001 is wrong"), "key [redacted] is wrong");
        assert_eq!(redactor.clean("memo x"), "memo x");
        redactor.hide_in(&json!({"password": "pw"}));
        assert_eq!(redactor.clean("your pw is right"), "[redacted]");
        assert_eq!(redactor.clean(&"a".repeat(500)).chars().count(), 160);
    }
}
