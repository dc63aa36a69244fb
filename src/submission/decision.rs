//! What people decided beside the plan: that nothing is handed over for a while, and that somebody else's change stays.

use crate::model::{Item, Value};
use jiff::Timestamp;

const OF_ALL: &str = "the end of the pause by ";
const OF_ONE: &str = "the end of its pause by ";

/// Nothing is handed over, until somebody resumes or a moment passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Who paused.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it no longer counts; `None` keeps it until somebody resumes.
    pub until: Option<Timestamp>,
}

impl Pause {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// What it lets all products wait for, as words that follow "waits for".
    #[must_use]
    pub fn end(&self) -> String {
        self.end_as(OF_ALL)
    }

    /// The same, where it is about one product.
    #[must_use]
    pub fn end_of_one(&self) -> String {
        self.end_as(OF_ONE)
    }

    fn end_as(&self, words: &str) -> String {
        let until = self.until.map(|until| format!(" until {}", until.strftime("%Y-%m-%d %H:%M UTC")));
        format!("{words}{}{}: {}", self.by, until.unwrap_or_default(), self.reason)
    }

    /// Whether what is waited for is the end of a pause: of all products (`true`) or of one.
    #[must_use]
    pub fn is_awaited(what: &str) -> Option<bool> {
        let is_of_all = what.starts_with(OF_ALL);
        (is_of_all || what.starts_with(OF_ONE)).then_some(is_of_all)
    }
}

/// Somebody else's change that is left as it is, while the released value stays what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredDrift {
    /// Which field or item.
    pub item: Item,
    /// The released value that is left as it is; another one is drift again.
    pub released: Option<Value>,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it is drift again; the moment it was written takes an earlier decision back.
    pub until: Timestamp,
}

impl IgnoredDrift {
    /// Whether it counts at a moment.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        now < self.until
    }
}
