//! What a reviewer's text names of what was submitted, so that the seller is shown the line to change.
//!
//! The text is anybody's: it is only searched, up to a limit, and what it names is always something of ours. Words count
//! as a whole, in either case and width; of words within words the longest counts.

mod parts;
mod quotes;

use crate::model::{Amount, BillingMode, Item, Key};
use crate::submission::Submission;
use crate::text::stands_alone;
use parts::{Part, parts};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How much of a text is read: more than any reviewer writes.
const READ: usize = 20_000;

/// Something of a submission that a text names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// What.
    pub item: Item,
    /// The words of ours that the text quotes, as it writes them; `None` where it names the thing itself.
    pub excerpt: Option<String>,
}

/// What a text names of a submission: fields by their names in the console, specifications by key or name, SKUs, prices,
/// files, and texts of which it quotes some words. Nothing when it names nothing.
#[must_use]
pub fn named(text: &str, submission: &Submission) -> Vec<Named> {
    let text: String = text.chars().take(READ).collect();
    let parts = parts(submission);
    let read = Read::of(&text, submission, &parts);
    let mut found: Vec<(&Part, Option<String>)> = Vec::new();
    for part in &parts {
        if let Some(excerpt) = read.names(part) {
            found.push((part, excerpt));
        }
    }
    // A specification that is named while nothing in it is means the whole of it.
    for key in &read.specifications {
        let inside = |part: &Part| part.item.specification() == Some(key);
        if found.iter().any(|(part, _)| inside(part)) {
            continue;
        }
        let whole = parts.iter().filter(|part| inside(part) && part.is_whole);
        found.extend(whole.map(|part| (part, None)));
    }
    let mut seen = BTreeSet::new();
    let order: BTreeMap<&Item, usize> =
        parts.iter().enumerate().map(|(place, part)| (&part.item, place)).collect();
    let mut named: Vec<Named> =
        found.into_iter().map(|(part, excerpt)| Named { item: part.item.clone(), excerpt }).collect();
    named.sort_by_key(|found| order.get(&found.item).copied());
    named.retain(|found| seen.insert(found.item.clone()));
    named
}

/// A text in small letters of one width, with single spaces and without what nobody sees.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        let narrow = match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
            0x3000 => ' ',
            _ => c,
        };
        if narrow.is_whitespace() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !narrow.is_control()
            && !matches!(narrow, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        {
            folded.extend(narrow.to_lowercase());
        }
    }
    folded.trim().to_owned()
}

/// Where a word stands alone in a folded text; an English one also in the plural.
fn places(text: &str, word: &str) -> Vec<Range<usize>> {
    let place = |(start, _): (usize, &str)| {
        let end = start + word.len();
        let plural = text.get(end..).is_some_and(|rest| rest.starts_with('s')).then_some(end + 1);
        let alone = |end: &usize| stands_alone(text, &(start..*end));
        std::iter::once(end).chain(plural).find(alone).map(|end| start..end)
    };
    text.match_indices(word).filter_map(place).collect()
}

/// What a text says, looked up once.
struct Read {
    /// The words of the submission's parts that stand in it.
    words: BTreeSet<String>,
    /// Specifications it names.
    specifications: BTreeSet<Key>,
    /// Billing modes it names.
    modes: BTreeSet<BillingMode>,
    /// Amounts of money in it.
    amounts: BTreeSet<Amount>,
    /// What it quotes: as written, and folded.
    quotes: Vec<(String, String)>,
}

/// Words for prices, in the console's two languages.
const PRICE: [&str; 3] = ["price", "pricing", "价格"];

/// Signs that a number is money.
const MONEY: [&str; 10] = ["usd", "cny", "eur", "sgd", "hkd", "$", "¥", "€", "元", "价"];

impl Read {
    fn of(text: &str, submission: &Submission, parts: &[Part]) -> Self {
        let quotes: Vec<(String, String)> =
            quotes::quoted(text).into_iter().map(|quote| (quote.to_owned(), fold(quote))).collect();
        let folded = fold(text);
        let mut names: BTreeMap<String, BTreeSet<Key>> = BTreeMap::new();
        for (key, specification) in &submission.predicted.specifications {
            let name = specification.fields.text(crate::model::SpecificationField::Name);
            for name in std::iter::once(key.as_str()).chain(name) {
                names.entry(fold(name)).or_default().insert(key.clone());
            }
        }
        for key in parts.iter().filter_map(|part| part.item.specification()) {
            names.entry(fold(key.as_str())).or_default().insert(key.clone());
        }
        let modes = BillingMode::ALL.iter().flat_map(|mode| parts::mode_words(*mode)).copied();
        let words = parts.iter().flat_map(|part| part.words.iter().chain(&part.files));
        let all: BTreeSet<&str> = words
            .map(String::as_str)
            .chain(names.keys().map(String::as_str))
            .chain(modes)
            .chain(PRICE)
            .collect();
        let words = standing(&folded, &all);
        // A short key is an ordinary word unless it is quoted.
        let is_meant = |name: &&String| {
            let quoted = quotes.iter().any(|(_, quote)| quote == *name);
            quoted || (words.contains(*name) && (name.chars().count() > 2 || !name.is_ascii()))
        };
        let specifications = names.iter().filter(|(name, _)| is_meant(name));
        let specifications = specifications.flat_map(|(_, keys)| keys.clone()).collect();
        let says = |mode: &&BillingMode| parts::mode_words(**mode).iter().any(|word| words.contains(*word));
        let modes = BillingMode::ALL.iter().filter(says).copied().collect();
        let is_money = PRICE.iter().any(|word| words.contains(*word))
            || MONEY.iter().any(|sign| !places(&folded, sign).is_empty());
        Self { specifications, modes, amounts: amounts(&folded, is_money), words, quotes }
    }

    fn says(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether a part is named, and with which words of its own.
    fn names(&self, part: &Part) -> Option<Option<String>> {
        let owner = part.item.specification();
        let is_elsewhere = owner
            .is_some_and(|owner| !self.specifications.is_empty() && !self.specifications.contains(owner));
        if is_elsewhere {
            return None;
        }
        let holds = |quote: &&(String, String)| {
            part.texts.iter().any(|text| !quote.1.is_empty() && !places(text, &quote.1).is_empty())
        };
        if let Some((written, _)) = self.quotes.iter().find(holds) {
            return Some(Some(written.clone()));
        }
        let by_file = part.files.iter().any(|file| self.says(file));
        let by_amount = part.amounts.iter().any(|amount| self.amounts.contains(amount));
        let by_mode = part.mode.is_none_or(|mode| self.modes.is_empty() || self.modes.contains(&mode));
        let by_price = part.mode.is_some() && PRICE.iter().any(|word| self.says(word));
        let by_word = part.words.iter().any(|word| self.says(word));
        let is_named =
            by_file || by_word || (by_amount && by_mode) || (by_price && by_mode && self.amounts_fit(part));
        is_named.then_some(None)
    }

    /// Where a text names amounts, a price with another one is not meant.
    fn amounts_fit(&self, part: &Part) -> bool {
        self.amounts.is_empty() || part.amounts.iter().any(|amount| self.amounts.contains(amount))
    }
}

/// The words that stand in a text outside of longer ones.
fn standing(text: &str, words: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut all: Vec<(Range<usize>, &str)> = Vec::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        all.extend(places(text, word).into_iter().map(|place| (place, *word)));
    }
    all.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let mut end = 0;
    all.retain(|(place, _)| {
        let apart = place.start >= end;
        end = end.max(place.end);
        apart
    });
    all.into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// The amounts of money in a folded text: numbers with cents, and other numbers where the text speaks of money.
fn amounts(text: &str, is_money: bool) -> BTreeSet<Amount> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let numbers = text.split(|c: char| !is_part(c)).map(|number| number.trim_matches(['.', ',']));
    let numbers = numbers.filter(|number| !number.is_empty() && (is_money || number.contains('.')));
    numbers
        .filter_map(|number| Amount::parse(&number.replace(',', "")).ok())
        .filter(|found| !found.is_zero())
        .collect()
}
