//! How many submissions of a day there are (R61), over all runs.
//!
//! The marketplace shows what arrived before it was looked at; the ledger holds what any run meant to send. A run writes
//! its intent down, and then looks at its place in the line: the ledger's order is the same for everybody, so of runs that
//! are at it at the same time the later ones step back.

use crate::ledger::{Event, EventKind};
use crate::released::{ApplicationState, ObservedApplication};
use crate::site::SiteProfile;
use crate::submission::SubmissionId;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A day at the marketplace's site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day<'a> {
    site: &'a SiteProfile,
    pub(super) date: Date,
}

impl<'a> Day<'a> {
    pub(super) fn of(site: &'a SiteProfile, now: Timestamp) -> Self {
        Self { site, date: site.day(now) }
    }

    pub(super) fn most(self) -> usize {
        usize::try_from(self.site.submissions_per_day_max).unwrap_or(usize::MAX)
    }

    /// How many were submitted: those that the marketplace shows, and those of the ledger that it may not show yet.
    pub(super) fn submitted(self, applications: &[ObservedApplication], events: &[Event]) -> usize {
        let ours = self.meant(events);
        self.seen(applications, &ours.keys().copied().collect()) + ours.len()
    }

    /// How many come before a submission that was prepared just now. `None` when the ledger does not know it.
    pub(super) fn before(
        self,
        applications: &[ObservedApplication],
        events: &[Event],
        submission: &SubmissionId,
    ) -> Option<usize> {
        let ours = self.meant(events);
        let place = *ours.get(submission)?;
        let earlier = ours.values().filter(|other| **other < place).count();
        Some(self.seen(applications, &ours.keys().copied().collect()) + earlier)
    }

    /// Applications of the day as they were seen, without these.
    fn seen(self, applications: &[ObservedApplication], others: &BTreeSet<&SubmissionId>) -> usize {
        let counts = |found: &&ObservedApplication| {
            let is_submitted = match found.state {
                ApplicationState::Draft => false,
                ApplicationState::Pending
                | ApplicationState::Approved
                | ApplicationState::Rejected(_)
                | ApplicationState::Withdrawn => true,
            };
            let is_other = found.submission.as_ref().is_some_and(|id| others.contains(id));
            is_submitted && !is_other && self.site.day(found.submitted_at) == self.date
        };
        applications.iter().filter(counts).count()
    }

    /// What was meant to be sent that day or arrived that day, by the number of the entry that says so first. What was
    /// not sent, or not taken, does not count; but of two runs that meant to send the same one may say so of itself while
    /// the other one is sending: then there are more intents than it knew of.
    fn meant(self, events: &[Event]) -> BTreeMap<&SubmissionId, u64> {
        let mut meant: BTreeMap<&SubmissionId, u64> = BTreeMap::new();
        let mut intents: BTreeMap<&SubmissionId, u32> = BTreeMap::new();
        let mut arrived = BTreeSet::new();
        for event in events {
            let is_of_the_day = self.site.day(event.at) == self.date;
            match &event.kind {
                EventKind::Prepared { submission, .. } => {
                    *intents.entry(&submission.id).or_default() += 1;
                    if is_of_the_day {
                        meant.entry(&submission.id).or_insert(event.sequence);
                    }
                }
                EventKind::Accepted { submission, .. } if is_of_the_day => {
                    meant.entry(submission).or_insert(event.sequence);
                    arrived.insert(submission);
                }
                EventKind::NotSent { submission, intents: known, .. }
                | EventKind::Refused { submission, intents: known, .. } => {
                    let made = intents.get(submission).copied().unwrap_or_default();
                    if known.is_none_or(|known| known >= made) && !arrived.contains(submission) {
                        meant.remove(submission);
                    }
                }
                _ => {}
            }
        }
        meant
    }
}
