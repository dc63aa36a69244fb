//! What people decided beside the plan: that nothing is handed over for a while, and that somebody else's change stays.

use crate::model::{Item, Value};
use jiff::Timestamp;

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

    /// What it lets others wait for, as words that follow "waits for".
    #[must_use]
    pub fn end(&self) -> String {
        let until = self.until.map(|until| format!(" until {}", until.strftime("%Y-%m-%d %H:%M UTC")));
        format!("the end of the pause by {}{}: {}", self.by, until.unwrap_or_default(), self.reason)
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
