//! No number: A text or the user guide shows a person's mail address, telephone number or identity number.

use super::{passages, place};
use crate::diagnostic::Route;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{listed, mail_addresses, telephones};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};
use std::cell::LazyCell;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "personal-data-shown",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-WORDS",
        sites: &[],
        level: Severity::Warning,
        what: "A text or the user guide shows a person's mail address, telephone number or identity number.",
        why: "What is uploaded can be read by everybody. Names, numbers, addresses and accounts of people must be made unreadable, also in customer cases and examples.",
        example: "customerCases:\n  - title: A wholesaler\n    text: Mr Tan (tan@wholesaler.example) saved two days a month.",
        instead: "Write `t***@wholesaler.example` and `+65 **** 0100`, or leave the contact out. The product's own support contacts may be shown.",
    },
    check: Check::Content(check),
};

const FIELDS: [ProductField; 4] = [
    ProductField::Overview,
    ProductField::Description,
    ProductField::Highlights,
    ProductField::CustomerCases,
];

/// Shorter numbers without a country code may be anything.
const DIGITS_MIN: usize = 9;

fn check(content: &Content<'_>) -> Vec<Finding> {
    // Most texts show nothing that would have to be compared.
    let own = LazyCell::new(|| {
        let [hotline, email] = [ProductField::SupportHotline, ProductField::SupportEmail]
            .map(|field| content.text(field).unwrap_or_default());
        Own { digits: digits(hotline), mails: email.to_lowercase() }
    });
    let mut found = Vec::new();
    let mut look = |route: &dyn Fn() -> Route, place: &str, text: &str| {
        let mut shown = shown(text, || &own);
        shown.dedup();
        if !shown.is_empty() {
            let message = format!("{place} shows {}", listed(&shown, 3));
            found.push(RULE.finding_at(route(), message, ""));
        }
    };
    for field in FIELDS {
        for passage in passages(content, field) {
            look(&|| passage.route(), place(field), passage.text);
        }
    }
    if let Some(text) = content.asset(ProductField::UserGuide).and_then(|guide| guide.text.as_deref()) {
        look(&|| Item::Field(ProductField::UserGuide).route(), place(ProductField::UserGuide), text);
    }
    found
}

/// The product's own contacts.
struct Own {
    /// Of its telephone number.
    digits: String,
    /// Its mail address, in small letters.
    mails: String,
}

/// What a text shows of people, apart from the product's own contacts.
fn shown<'o>(text: &str, own: impl Fn() -> &'o Own) -> Vec<String> {
    let placeholder = ["@example.com", "@example.org", "@example.net"];
    let mails = mail_addresses(text).filter(|address| {
        let address = address.to_lowercase();
        !own().mails.contains(&address) && !placeholder.iter().any(|domain| address.ends_with(domain))
    });
    let numbers = telephones(text).filter(|number| {
        let (digits, hotline) = (digits(number), own().digits.as_str());
        let long = number.starts_with('+') || digits.len() >= DIGITS_MIN;
        long && !hotline.ends_with(&digits) && (hotline.is_empty() || !digits.ends_with(hotline))
    });
    let mails = mails.map(|address| format!("the mail address {address}"));
    let numbers = numbers.map(|number| format!("the telephone number {number}"));
    let identities =
        identities(text).map(|number| format!("the identity number {}…", number.get(..6).unwrap_or("")));
    mails.chain(numbers).chain(identities).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether there are as many digits in a row as an identity number has, which cover every seventeenth byte.
fn has_long_number(bytes: &[u8]) -> bool {
    const DIGITS: usize = 17;
    let digits = |byte: &&u8| byte.is_ascii_digit();
    (DIGITS - 1..bytes.len()).step_by(DIGITS).any(|at| {
        if !bytes.get(at).is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let (before, rest) = bytes.split_at(at);
        let after = rest.iter().take(DIGITS).take_while(digits).count();
        after + before.iter().rev().take(DIGITS).take_while(digits).count() >= DIGITS
    })
}

/// Chinese identity numbers: eighteen places, the last may be X, a day of birth from the seventh on.
fn identities(text: &str) -> impl Iterator<Item = &str> {
    let text = if has_long_number(text.as_bytes()) { text } else { "" };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 18);
    words.filter(|word| {
        let within = |from: usize, to: usize, least: u32, most: u32| {
            let part = word.get(from..to).and_then(|part| part.parse::<u32>().ok());
            part.is_some_and(|part| (least..=most).contains(&part))
        };
        let (head, last) = word.split_at_checked(17).unwrap_or_default();
        let digits = head.bytes().all(|byte| byte.is_ascii_digit());
        digits
            && last.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'x' | 'X'))
            && within(6, 10, 1900, 2099)
            && within(10, 12, 1, 12)
            && within(12, 14, 1, 31)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_seen_wherever_they_stand() {
        for before in 0..40 {
            for (digits, long) in [(16, false), (17, true), (30, true)] {
                let text = format!("{}{}x 12", "a ".repeat(before), "7".repeat(digits));
                assert_eq!(has_long_number(text.as_bytes()), long, "{text}");
            }
        }
        assert!(!has_long_number(b""));
    }

    #[test]
    fn what_belongs_to_people_is_told_from_the_products_own() {
        let own = Own { digits: "6565500100".to_owned(), mails: "help@acme.example".to_owned() };
        let found = |text| shown(text, || &own);
        assert_eq!(found("ask tan@shop.example"), ["the mail address tan@shop.example"]);
        assert_eq!(found("call +65 9123 4567"), ["the telephone number +65 9123 4567"]);
        assert_eq!(found("身份证11010519491231002X号"), ["the identity number 110105…"]);
        for none in [
            "help@acme.example",
            "you@example.com",
            "6550 0100",
            "ports 8080 8443",
            "110105194913310021",
            "t***@shop.example",
        ] {
            assert!(found(none).is_empty(), "{none}: {:?}", found(none));
        }
    }
}
