//! Finding words and numbers in texts, in one pass each. Texts come from strangers and may be long.

use std::collections::BTreeSet;

/// Longest quotation of a seller's text in a reason.
const QUOTED_MAX: usize = 60;

/// A text as a reader takes it in: lower case, full-width letters as plain ones, white space as single blanks,
/// characters that nobody sees left out.
pub(super) fn seen(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for found in text.chars() {
        if found.is_ascii_graphic() {
            seen.push(found.to_ascii_lowercase());
        } else if found.is_whitespace() || found.is_control() {
            if !seen.is_empty() && !seen.ends_with(' ') {
                seen.push(' ');
            }
        } else if !is_invisible(found) {
            seen.extend(plain(found).to_lowercase());
        }
    }
    seen.truncate(seen.trim_end().len());
    seen
}

/// Marks of direction, joiners and the like.
fn is_invisible(found: char) -> bool {
    matches!(
        found,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
    )
}

/// Full-width forms as their plain ones.
fn plain(found: char) -> char {
    match found {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(found) - 0xfee0).unwrap_or(found),
        '\u{ffe1}' => '£',
        '\u{ffe5}' => '¥',
        '‐' | '‑' | '–' | '—' | '−' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        other => other,
    }
}

/// A seller's text for a sentence: quoted, on one line, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: Vec<char> = Vec::new();
    for found in text.trim().chars().filter(|found| !is_invisible(*found)) {
        let blank = found.is_whitespace() || found.is_control();
        match shown.last() {
            Some(' ') if blank => {}
            _ => shown.push(if blank { ' ' } else { found }),
        }
        if shown.len() > QUOTED_MAX {
            shown.truncate(QUOTED_MAX);
            shown.push('…');
            break;
        }
    }
    format!("\"{}\"", shown.into_iter().collect::<String>())
}

/// Whether a character makes a word longer. Scripts from the Chinese radicals on do not part words.
fn joins(found: char) -> bool {
    found.is_alphanumeric() && found < '\u{2e80}'
}

/// Where a word of a list stands in a seen text: byte offsets of beginning and end. A word that begins or ends with a
/// letter of a script that parts words stands whole there.
pub(super) fn places(seen: &str, word: &str) -> Vec<(usize, usize)> {
    let word = self::seen(word);
    let (Some(first), Some(last)) = (word.chars().next(), word.chars().next_back()) else {
        return Vec::new();
    };
    let whole = |at: usize, end: usize| {
        let (before, after) = (seen.get(..at).unwrap_or_default(), seen.get(end..).unwrap_or_default());
        let left = joins(first) && before.chars().next_back().is_some_and(joins);
        let right = joins(last) && after.chars().next().is_some_and(joins);
        !left && !right
    };
    let all = seen.match_indices(&word).map(|(at, found)| (at, at + found.len()));
    all.filter(|(at, end)| whole(*at, *end)).collect()
}

/// Whether a seen text begins with this word, whole.
pub(super) fn begins(seen: &str, word: &str) -> bool {
    seen.strip_prefix(word).is_some_and(|rest| !rest.chars().next().is_some_and(joins))
}

/// The first word of a list in a seen text; of several at one place the longest.
pub(super) fn first<'w>(seen: &str, words: &'w BTreeSet<String>) -> Option<&'w str> {
    let found = words.iter().filter_map(|word| {
        let (at, end) = places(seen, word).into_iter().next()?;
        Some((at, usize::MAX - end, word.as_str()))
    });
    found.min().map(|(_, _, word)| word)
}

/// Signs of currencies beside an amount.
const SIGNS: &[char] = &['$', '€', '£', '¥', '₩', '₹', '₽', '฿', '₫', '₱'];

/// Codes of currencies beside an amount.
const CODES: &[&str] = &[
    "usd", "eur", "cny", "rmb", "gbp", "hkd", "sgd", "jpy", "aud", "cad", "chf", "inr", "thb", "zar", "mxn",
    "brl", "clp",
];

/// Whether a sign or code of a currency stands beside the part of a seen text from `at` to `end`.
fn is_priced(seen: &str, at: usize, end: usize) -> bool {
    let before = seen.get(..at).unwrap_or_default();
    let before = before.strip_suffix(' ').unwrap_or(before);
    let after = seen.get(end..).unwrap_or_default();
    let yuan = after.strip_prefix('元').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let after = after.strip_prefix(' ').unwrap_or(after);
    let code_before = |code: &&&str| {
        before.strip_suffix(**code).is_some_and(|rest| !rest.chars().next_back().is_some_and(joins))
    };
    let code_after =
        |code: &&&str| after.strip_prefix(**code).is_some_and(|rest| !rest.chars().next().is_some_and(joins));
    yuan || before.ends_with(SIGNS)
        || after.starts_with(SIGNS)
        || CODES.iter().any(|code| code_before(&code) || code_after(&code))
}

/// Runs of digits that may have some of `between` inside, by byte offsets; each begins and ends with a digit.
fn runs(seen: &str, between: fn(char) -> bool, gap_max: usize) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    let mut gap = 0;
    for (at, found) in seen.char_indices() {
        if found.is_ascii_digit() {
            let (begun, _) = run.unwrap_or((at, at));
            run = Some((begun, at + 1));
            gap = 0;
        } else if run.is_some() {
            gap += 1;
            if gap > gap_max || !between(found) {
                runs.extend(run.take());
            }
        }
    }
    runs.extend(run);
    runs
}

/// A price in a seen text: an amount beside a currency.
pub(super) fn price(seen: &str) -> Option<&str> {
    let amounts = runs(seen, |found| matches!(found, '.' | ',' | '\''), 1);
    amounts.into_iter().find(|(at, end)| is_priced(seen, *at, *end)).and_then(|(at, end)| seen.get(at..end))
}

/// A version in a seen text: numbers with points between.
pub(super) fn version(seen: &str) -> Option<&str> {
    let numbers = runs(seen, |found| found == '.', 1);
    let pointed = |(at, end): &(usize, usize)| seen.get(*at..*end).is_some_and(|text| text.contains('.'));
    numbers.into_iter().find(pointed).and_then(|(at, end)| seen.get(at..end))
}

/// Fewest digits of a telephone number.
const TELEPHONE_DIGITS_MIN: usize = 7;

/// A telephone number in a seen text.
pub(super) fn telephone(seen: &str) -> Option<&str> {
    // Closing bracket, blank, opening bracket is the longest that people write between digits.
    let numbers = runs(seen, |found| matches!(found, ' ' | '-' | '(' | ')' | '.' | '/'), 3);
    let is_telephone = |(at, end): &(usize, usize)| {
        let text = seen.get(*at..*end).unwrap_or_default();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let dialled = seen.get(..*at).unwrap_or_default().trim_end_matches('(').ends_with('+');
        digits >= TELEPHONE_DIGITS_MIN
            && (dialled || !(is_plain_number(text) || is_date(text)))
            && !is_priced(seen, *at, *end)
    };
    numbers.into_iter().find(is_telephone).and_then(|(at, end)| seen.get(at..end))
}

/// A number of things: round, or with the same separator between all its thousands.
fn is_plain_number(text: &str) -> bool {
    let Some(separator) = text.chars().find(|found| !found.is_ascii_digit()) else {
        let significant = text.trim_end_matches('0').len();
        return (1..=3).contains(&significant) && !text.starts_with('0');
    };
    let mut groups = text.split(separator);
    let head = groups.next().unwrap_or_default();
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|digit| digit.is_ascii_digit());
    matches!(separator, ' ' | '.') && head.len() <= 3 && !head.starts_with('0') && groups.all(is_group)
}

/// A day, or a range of years.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let within = |part: &str, length: usize, least: u16, most: u16| {
        part.len() == length && part.parse().is_ok_and(|number| (least..=most).contains(&number))
    };
    let is_year = |part: &str| within(part, 4, 1900, 2099);
    match parts.as_slice() {
        [from, to] => is_year(from) && is_year(to),
        [year, month, day] => is_year(year) && within(month, 2, 1, 12) && within(day, 2, 1, 31),
        _ => false,
    }
}

/// A place left to fill in: a line to write on, or brackets with nothing in them.
pub(super) fn blank(text: &str) -> Option<String> {
    const LINE: usize = 4;
    let (mut line, mut open) = (0, None);
    for found in text.chars().filter(|found| !is_invisible(*found)) {
        line = if matches!(found, '_' | '＿') { line + 1 } else { 0 };
        if line == LINE {
            return Some("____".to_owned());
        }
        if let Some((opening, closing, spaces, least)) = open {
            if found == closing && spaces >= least {
                return Some(format!("{opening} {closing}"));
            }
            open = if found.is_whitespace() { Some((opening, closing, spaces + 1, least)) } else { None };
        }
        open = match found {
            // What is empty of itself is a call in code or a link; in Chinese contracts it is a place to fill in.
            '[' => Some(('[', ']', 0, 1)),
            '(' => Some(('(', ')', 0, 1)),
            '【' => Some(('【', '】', 0, 0)),
            '（' => Some(('（', '）', 0, 0)),
            '［' => Some(('［', '］', 0, 0)),
            _ => open,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn latin_words_stand_whole_and_others_anywhere() {
        let words = list(&["best", "no. 1", "100%", "第一", "world's first"]);
        for (text, word) in [
            ("The Best CRM", Some("best")),
            ("Bestseller, asbestos", None),
            ("best-selling", Some("best")),
            ("是BEST的", Some("best")),
            ("b\u{200b}e\u{202e}st", Some("best")),
            ("ｂｅｓｔ", Some("best")),
            ("No.  1 here", Some("no. 1")),
            ("No. 10", None),
            ("2100% more", None),
            ("100% yours", Some("100%")),
            ("全国第一品牌", Some("第一")),
            ("the World’s\nfirst", Some("world's first")),
            ("", None),
        ] {
            assert_eq!(first(&seen(text), &words), word, "{text}");
        }
        assert_eq!(first("the best one", &list(&["best", "best one", ""])), Some("best one"));
    }

    #[test]
    fn telephone_numbers_are_told_from_other_numbers() {
        for text in [
            "+49 30 1234567",
            "call 400-800-5050",
            "13800138000",
            "(021) 555-1234",
            "+65 6123 4567",
            "010 123 456",
            "电话４００８００５０５０",
            "+1 800 555 000",
            "1800.555.1234",
        ] {
            assert!(telephone(&seen(text)).is_some(), "{text}");
        }
        for text in [
            "1 000 000 calls",
            "1.000.000",
            "10,000,000",
            "10000000 calls",
            "$1234567.89",
            "USD 1234567",
            "1234567 EUR",
            "12345678元",
            "since 2024-01-15",
            "2024-2025",
            "8 CPU 16 GB 500 GB",
            "123456",
            "1234567元/年",
            "1920 x 1080",
        ] {
            assert_eq!(telephone(&seen(text)), None, "{text}");
        }
    }

    #[test]
    fn prices_and_versions_are_seen() {
        for text in ["CRM $99", "99 EUR a year", "CNY 1,200", "US$ 5", "￥99", "99元/年"] {
            assert!(price(&seen(text)).is_some(), "{text}");
        }
        for text in ["CRM 99", "chauffeur 3", "3 europe", "单元3", "99% $aved"] {
            assert_eq!(price(&seen(text)), None, "{text}");
        }
        for text in ["CRM V2.0", "CRM 1.2.3", "3.5"] {
            assert!(version(&seen(text)).is_some(), "{text}");
        }
        for text in ["CRM 2", "CRM V2", "CRM 365.", "A.B", "1. 2"] {
            assert_eq!(version(&seen(text)), None, "{text}");
        }
    }

    #[test]
    fn places_to_fill_in_are_seen() {
        for text in
            ["Party A: ____", "【】", "【  】", "[ ]", "(   )", "（）", "＿＿＿＿", "([ ]", "__\u{200b}__"]
        {
            assert!(blank(text).is_some(), "{text}");
        }
        for text in ["a __b__ c", "f()", "[]", "[x]", "( a )", "【甲】", "___", ") ("] {
            assert_eq!(blank(text), None, "{text}");
        }
    }

    #[test]
    fn quotations_are_short_and_on_one_line() {
        assert_eq!(quoted(" a\n\tb\u{202e}c "), "\"a bc\"");
        assert_eq!(quoted(&"x".repeat(1 << 20)), format!("\"{}…\"", "x".repeat(60)));
        assert_eq!(quoted("\u{7}"), "\" \"");
    }
}
