//! Looking for the words of a list in a text, all of them in one pass.

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A word of a list where it stands first in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'w> {
    /// As the list writes it.
    pub word: &'w str,
    /// Its bytes in the text.
    pub place: Range<usize>,
}

/// Words that texts are searched for. Latin letters match in either case and as whole words; other scripts, which do
/// not part words, match anywhere.
#[derive(Clone)]
pub struct WordList {
    words: BTreeSet<String>,
    /// The words in their order, in lower case.
    search: AhoCorasick,
    /// Tells whether a text holds any of them, many bytes at a time; not on every processor, nor for every list.
    quick: Option<Searcher>,
}

/// Why a list of words cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordListError {
    /// A word without a letter would be found everywhere or nowhere.
    #[error("a word is empty")]
    Blank,
    /// The list is out of all bounds.
    #[error("the list is too long")]
    TooLong,
}

impl WordList {
    /// A list of words.
    ///
    /// # Errors
    /// When a word is blank, or the list is larger than any definition file can be.
    pub fn new(words: impl IntoIterator<Item = String>) -> Result<Self, WordListError> {
        let words: BTreeSet<String> = words.into_iter().collect();
        if words.iter().any(|word| word.trim().is_empty()) {
            return Err(WordListError::Blank);
        }
        let small: Vec<String> = words.iter().map(|word| lower(word)).collect();
        // Every run makes one for each list, and few texts get as far as this: a DFA would cost most to make.
        let search = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(&small);
        let search = search.map_err(|_| WordListError::TooLong)?;
        Ok(Self { words, search, quick: Searcher::new(&small) })
    }

    /// The words as they are written.
    #[must_use]
    pub fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// The words that a text holds, in the text's order, each where it stands first; of words within words the
    /// longest.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Found<'_>> {
        if self.lacks_all(text) {
            return Vec::new();
        }
        let text = lower(text);
        if self.quick.as_ref().is_some_and(|quick| quick.find(&text).is_none()) {
            return Vec::new();
        }
        let mut first: BTreeMap<usize, Range<usize>> = BTreeMap::new();
        for found in self.search.find_overlapping_iter(&text) {
            let (word, place) = (found.pattern().as_usize(), found.range());
            if !first.contains_key(&word) && stands_alone(&text, &place) {
                first.insert(word, place);
            }
        }
        let written = |(word, place)| Some(Found { word: self.words.iter().nth(word)?, place });
        apart(first.into_iter().filter_map(written).collect())
    }

    /// Whether a short ASCII text, as names are, is quickly seen to hold none of the words.
    fn lacks_all(&self, text: &str) -> bool {
        let Some(quick) = &self.quick else { return false };
        let mut small = [0; SHORT];
        let Some(written) = small.get_mut(..text.len()).filter(|_| text.is_ascii()) else { return false };
        written.copy_from_slice(text.as_bytes());
        written.make_ascii_lowercase();
        // What is shorter than many bytes would be looked at one by one; no word begins with what follows the text.
        let whole = text.len().max(quick.minimum_len()).min(SHORT);
        small.get(..whole).is_some_and(|small| quick.find(small).is_none())
    }

    /// The first word that a text holds, as the list writes it.
    #[must_use]
    pub fn first(&self, text: &str) -> Option<&str> {
        self.find(text).first().map(|found| found.word)
    }
}

/// A text of so many bytes needs no room of its own to be looked through.
const SHORT: usize = 128;

impl std::fmt::Debug for WordList {
    /// The words and nothing else: `judgedBy` of a saved state is a digest of this.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WordList").field(&self.words).finish()
    }
}

impl PartialEq for WordList {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for WordList {}

/// Words in the order of a text, without those that begin within one before them; of those that begin together the
/// longest.
#[must_use]
pub fn apart(mut found: Vec<Found<'_>>) -> Vec<Found<'_>> {
    found.sort_by_key(|found| (found.place.start, std::cmp::Reverse(found.place.end)));
    let mut end = 0;
    found.retain(|found| {
        let apart = found.place.start >= end;
        end = end.max(found.place.end);
        apart
    });
    found
}

/// A text in lower case with every byte in its old place.
#[must_use]
pub fn lower(text: &str) -> String {
    // Chinese, Japanese and Korean signs are neither small nor large; a table would be gone through for each.
    let is_caseless = |c: char| matches!(c, '\u{2E80}'..='\u{A63F}' | '\u{AC00}'..='\u{FAFF}');
    let small = |c: char| {
        if c.is_ascii() || is_caseless(c) {
            return c.to_ascii_lowercase();
        }
        let mut small = c.to_lowercase();
        small.next().filter(|small| small.len_utf8() == c.len_utf8()).unwrap_or(c)
    };
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().map(small).collect() }
}

/// Whether the Latin letters and digits at both ends of a place do not go on beyond it.
#[must_use]
pub fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let parts = |c: &char| c.is_ascii_alphanumeric();
    let inner = text.get(place.clone()).unwrap_or_default();
    let before = text.get(..place.start).and_then(|head| head.chars().next_back());
    let after = text.get(place.end..).and_then(|rest| rest.chars().next());
    let cut = |outer: Option<char>, inner: Option<char>| {
        outer.is_some_and(|c| parts(&c)) && inner.is_some_and(|c| parts(&c))
    };
    !cut(before, inner.chars().next()) && !cut(after, inner.chars().next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> WordList {
        WordList::new(words.iter().map(|word| (*word).to_owned())).unwrap()
    }

    #[test]
    fn latin_words_stand_alone_and_others_anywhere() {
        let words = list(&["best", "Best Seller", "最佳", "No. 1", "ÉLAN"]);
        let found = |text| words.find(text).iter().map(|found| found.word).collect::<Vec<_>>();
        assert_eq!(found("the BEST seller, the best"), ["Best Seller"]);
        assert_eq!(found("best sellers"), ["best"]);
        assert_eq!(found("我们的最佳产品 best"), ["最佳", "best"]);
        assert_eq!(found("with élan, no. 1!"), ["ÉLAN", "No. 1"]);
        for none in ["bestow", "the 3best", "asbestos", "no. 10", ""] {
            assert!(found(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn each_word_is_found_where_it_stands_first_and_alone() {
        let words = list(&["best"]);
        let places: Vec<usize> =
            words.find("bestow the best, best").into_iter().map(|found| found.place.start).collect();
        assert_eq!(places, [11]);
    }

    #[test]
    fn long_texts_hold_the_words_that_short_ones_hold() {
        let words = list(&["best", "No. 1", "最佳"]);
        let padding = " a b".repeat(SHORT);
        for text in ["the BEST seller", "no. 1", "bestow", "No.1", "b", "", "最佳"] {
            let found =
                |text: &str| words.find(text).iter().map(|found| found.word.to_owned()).collect::<Vec<_>>();
            assert_eq!(found(text), found(&format!("{text}{padding}")), "{text}");
        }
        assert_eq!(list(&["x", "best"]).first("an x"), Some("x"));
    }

    #[test]
    fn every_character_has_the_small_form_that_unicode_gives_it() {
        for c in '\0'..=char::MAX {
            let small = c.to_lowercase().next().filter(|small| small.len_utf8() == c.len_utf8());
            assert_eq!(lower(&format!("é{c}")).chars().nth(1), small.or(Some(c)), "{c:?}");
        }
    }

    #[test]
    fn blank_words_are_refused() {
        for blank in ["", " ", "\t"] {
            assert_eq!(WordList::new([blank.to_owned()]).unwrap_err(), WordListError::Blank);
        }
    }
}
