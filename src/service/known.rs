//! What a plan remembers of products that need no second look.

use super::outcomes::Remembered;
use super::settled::Row;
use super::texts::{Compared, Text, Texts};
use crate::model::Key;
use crate::submission::Revision;
use crate::wire::{Name, SettledProduct};
use camino::Utf8Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a plan remembers of a product that needed no second look by a snapshot's word.
#[derive(Serialize, Deserialize, Clone)]
pub(super) struct Known {
    compared: Compared,
    name: Text,
    revision: Text,
    commit: Option<Text>,
    pub(super) word: Word,
}

impl Remembered for Known {
    const COMMAND: &'static str = "plan";
}

impl Known {
    /// `None` of a row that no word was taken for.
    pub(super) fn of(row: &Row) -> Option<impl FnOnce(&mut Texts) -> Self> {
        let Row { path: _, delivery: _, summary, name, revision, commit, word } = row;
        let (word, summary) = ((*word)?, summary.as_ref()?);
        Some(move |texts: &mut Texts| Self {
            compared: Compared::of(summary, texts),
            name: texts.add(name),
            revision: texts.add(&revision.0),
            commit: commit.as_ref().map(|commit| texts.add(commit)),
            word,
        })
    }

    /// The row of a product, where the word counts at a moment.
    pub(super) fn row(&self, key: &Key, path: &Utf8Path, texts: &Texts, now: Timestamp) -> Option<Row> {
        let Self { compared, name, revision, commit, word } = self;
        if !word.counts_at(now) {
            return None;
        }
        let text = |text: Text| texts.get(text).map(str::to_owned);
        let commit = match commit {
            Some(commit) => Some(text(*commit)?),
            None => None,
        };
        Some(Row {
            path: path.to_owned(),
            delivery: compared.delivery(),
            summary: Some(compared.summary(key, texts)?),
            name: text(*name)?,
            revision: Revision(text(*revision)?),
            commit,
            word: Some(*word),
        })
    }
}

/// When a snapshot's word about a product counts.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub(super) struct Word {
    since: Option<Name<Timestamp>>,
    until: Option<Name<Timestamp>>,
}

impl Word {
    pub(super) fn of(SettledProduct { since, until, .. }: &SettledProduct) -> Self {
        Self { since: *since, until: *until }
    }

    pub(super) fn counts_at(&self, now: Timestamp) -> bool {
        let has_begun = self.since.as_ref().is_none_or(|since| since.0 <= now);
        has_begun && self.until.as_ref().is_none_or(|until| now < until.0)
    }
}
