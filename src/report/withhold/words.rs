//! Texts without amounts, addresses and ids that are withheld.

use super::WITHHELD;
use crate::model::Amount;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What is not to be seen in texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// Amounts, in whatever form they are written.
    pub(super) amounts: BTreeSet<Amount>,
    /// Addresses and hosts that are looked for everywhere.
    pub(super) addresses: BTreeSet<String>,
    /// Ids, with what stands in their place.
    pub(super) ids: BTreeMap<String, String>,
}

impl Words {
    /// The text without them. `any_address`: without all that looks like an address, known or not.
    pub(super) fn clean(&self, text: &str, any_address: bool) -> String {
        let mut text = self.ids.iter().fold(text.to_owned(), |text, (id, label)| text.replace(id, label));
        if any_address {
            text = replaced(&text, &addresses(&text));
        }
        // Longer ones first: a host is a part of its addresses.
        let mut known: Vec<&String> = self.addresses.iter().collect();
        known.sort_by_key(|address| std::cmp::Reverse(address.len()));
        for address in known {
            let lower = text.to_ascii_lowercase();
            let found: Vec<_> =
                lower.match_indices(address.as_str()).map(|(at, part)| at..at + part.len()).collect();
            text = replaced(&text, &found);
        }
        if self.amounts.is_empty() { text } else { replaced(&text, &self.numbers(&text)) }
    }

    /// Where amounts stand, and percentages, from which they could be calculated.
    fn numbers(&self, text: &str) -> Vec<Range<usize>> {
        let is_hidden = |range: &Range<usize>| {
            let written = text.get(range.clone()).unwrap_or_default();
            let plain = written.replace(',', "");
            let rest = text.get(range.end..).unwrap_or_default().trim_start();
            let is_share = rest.starts_with('%') || rest.starts_with("per cent");
            // Small whole numbers are days, pieces and lines far more often than prices.
            let is_telling = plain.contains('.') || plain.len() >= 3;
            let amount = Amount::parse(&plain).or_else(|_| Amount::parse(plain.trim_start_matches('0')));
            is_share || is_telling && amount.is_ok_and(|amount| self.amounts.contains(&amount))
        };
        number_tokens(text).into_iter().filter(is_hidden).collect()
    }
}

/// Runs of digits, with points and commas between digits.
fn number_tokens(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        while digit(at) || matches!(bytes.get(at), Some(b'.' | b',')) && digit(at + 1) {
            at += 1;
        }
        tokens.push(start..at);
    }
    tokens
}

/// Where addresses stand: with a scheme, beginning with `www.`, or a host and a path.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '…');
    let mut found = Vec::new();
    let mut start = 0;
    for run in text.split_inclusive(is_end) {
        let word = run.trim_end_matches(is_end);
        if let Some(inside) = address_in(word) {
            let kept = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
            found.push(start + inside..start + kept.len().max(inside));
        }
        start += run.len();
    }
    found
}

/// Where an address begins in a word.
fn address_in(word: &str) -> Option<usize> {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+');
    if let Some(at) = word.find("://") {
        let before = word.get(..at)?;
        return Some(before.trim_end_matches(in_name).len());
    }
    let lower = word.to_ascii_lowercase();
    if let Some(at) = lower.find("www.") {
        return Some(at);
    }
    let slash = word.find('/')?;
    let before = word.get(..slash)?;
    let in_host = |c: char| in_name(c) || matches!(c, ':' | '@');
    let at = before.trim_end_matches(in_host).len();
    let host = before.get(at..)?.split(':').next()?;
    let labels: Vec<&str> = host.split('.').collect();
    (labels.len() > 1 && labels.iter().all(|label| !label.is_empty())).then_some(at)
}

/// The host of an address, in lower case.
pub(super) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next()?;
    let host = rest.rsplit('@').next()?.split(':').next()?;
    host.contains('.').then(|| host.to_ascii_lowercase())
}

fn replaced(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::new();
    let mut done = 0;
    for range in ranges {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(WITHHELD);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_found_however_they_are_written() {
        let amounts = ["3400", "9.9", "5"].map(|text| Amount::parse(text).unwrap()).into();
        let words = Words { amounts, ..Words::default() };
        let cases = [
            ("from 3200.00 to 3400.00 (+6.3 %)", "from 3200.00 to (withheld) (+(withheld) %)"),
            ("USD3400, 3,400.00 or 03400", "USD(withheld), (withheld) or (withheld)"),
            ("9.90/month; 19.90; v9.9.1", "(withheld)/month; 19.90; v9.9.1"),
            ("5 days, 5.00 USD, line 5", "5 days, (withheld) USD, line 5"),
        ];
        for (text, clean) in cases {
            assert_eq!(words.clean(text, false), clean);
        }
    }

    #[test]
    fn addresses_are_found_in_texts() {
        let words = Words { addresses: ["shop.example".to_owned()].into(), ..Words::default() };
        let cases = [
            ("see https://a.example/x?y=1. And more", "see (withheld). And more"),
            ("[here](https://a.example/x) now", "[here]((withheld)) now"),
            (
                "网址HTTPS://a.example。 www.a.example, a.example:8443/x",
                "网址(withheld) (withheld), (withheld)",
            ),
            ("products/acme.yaml and 24/7 and a/b", "products/acme.yaml and 24/7 and a/b"),
            ("Shop.Example stays unseen", "(withheld) stays unseen"),
        ];
        for (text, clean) in cases {
            assert_eq!(words.clean(text, true), clean);
        }
        assert_eq!(words.clean("https://a.example", false), "https://a.example");
    }
}
