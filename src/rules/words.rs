//! Looking for words and telephone numbers in texts.

use std::collections::BTreeSet;

/// The first word of a list that a text holds, as the list writes it.
pub(super) fn first_word<'w>(text: &str, words: &'w BTreeSet<String>) -> Option<&'w str> {
    let lower = text.to_lowercase();
    words.iter().map(String::as_str).find(|word| holds(&lower, &word.to_lowercase()))
}

/// Whether a text holds a word; both are in lower case. Latin words must not be parts of longer ones; scripts that do
/// not part words match anywhere.
fn holds(text: &str, word: &str) -> bool {
    let parts = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word).any(|(start, found)| {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|rest| rest.chars().next());
        let opens = !word.starts_with(parts) || before.is_none_or(|c| !parts(c));
        let closes = !word.ends_with(parts) || after.is_none_or(|c| !parts(c));
        !word.is_empty() && opens && closes
    })
}

/// The first telephone number in a text: at least seven digits, with nothing but signs that part them in between.
pub(super) fn telephone(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/');
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find(|c: char| c.is_ascii_digit() || c == '+' || c == '(') {
        let start = from + start;
        let run = text.get(start..)?;
        let first = run.chars().next().map_or(1, char::len_utf8);
        let length = run.get(first..)?.find(|c: char| !is_part(c)).map_or(run.len(), |end| first + end);
        let number = run.get(..length)?.trim_end_matches([' ', '-', '.', '(', '/']);
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let within_word = before.is_some_and(|c| c.is_alphanumeric());
        if (7..=15).contains(&digits) && !within_word && !is_other_number(number) {
            return Some(number);
        }
        from = start + length.max(1);
    }
    None
}

/// Dates, version numbers and sums of money are numbers too.
fn is_other_number(number: &str) -> bool {
    let date = |sign: char| {
        let lengths: Vec<usize> = number.split(sign).map(str::len).collect();
        matches!(lengths.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
    };
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let sum = plain && number.bytes().filter(|byte| *byte == b'.').count() == 1;
    date('-') || date('/') || date('.') || sum
}

/// The first mail address in a text.
pub(super) fn mail_address(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    for (at, _) in text.match_indices('@') {
        let (head, tail) = (text.get(..at)?, text.get(at + 1..)?);
        let name =
            head.len() - head.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
        let host = tail.find(|c: char| !is_part(c)).unwrap_or(tail.len());
        let domain = tail.get(..host)?.trim_end_matches('.');
        let has_dot = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
        if name < at && has_dot {
            return text.get(name..at + 1 + domain.len());
        }
    }
    None
}

/// The host of an address like `https://crm.acme.example:8443/koo`.
pub(super) fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    Some(host.trim_end_matches('.')).filter(|host| !host.is_empty())
}

/// A few names, and how many more there are: "`a`, `b`, `c` and 7 others".
pub(super) fn few(names: &[&str]) -> String {
    const SHOWN_MAX: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN_MAX).map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(SHOWN_MAX) {
        Some(1) => format!("{} and 1 other", shown.join(", ")),
        Some(more) if more > 1 => format!("{} and {more} others", shown.join(", ")),
        _ => shown.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_words_are_whole_and_others_match_anywhere() {
        let words: BTreeSet<String> = ["best", "no. 1", "100%", "最佳"].map(str::to_owned).into();
        let found = |text| first_word(text, &words);
        assert_eq!(found("The BEST of all"), Some("best"));
        assert_eq!(found("asbestos, bestow"), None);
        assert_eq!(found("it is No. 1."), Some("no. 1"));
        assert_eq!(found("100% safe"), Some("100%"));
        assert_eq!(found("业界最佳产品"), Some("最佳"));
        assert_eq!(found(""), None);
    }

    #[test]
    fn telephone_numbers_are_told_from_other_numbers() {
        assert_eq!(telephone("call +65 6550 0100 now"), Some("+65 6550 0100"));
        assert_eq!(telephone("(030) 1234-5678."), Some("(030) 1234-5678"));
        assert_eq!(telephone("138 0013 8000"), Some("138 0013 8000"));
        for none in [
            "2026-11-26",
            "2026/11/26",
            "12.11.2026",
            "V1.2.3",
            "1200000.50",
            "id x12345678",
            "call 123",
            "",
            "+",
            "(((((((((",
        ] {
            assert_eq!(telephone(none), None, "{none}");
        }
    }

    #[test]
    fn mail_addresses_are_found_in_sentences() {
        assert_eq!(mail_address("write to anna.b@acme.example."), Some("anna.b@acme.example"));
        for none in ["@team", "a@b", "a @ b.c", "a@.b", "@@@@"] {
            assert_eq!(mail_address(none), None, "{none}");
        }
    }
}
