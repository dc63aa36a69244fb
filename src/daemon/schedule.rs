//! When the next run begins: a function of how the last one ended, and of nothing else.

use crate::service::Cause;
use jiff::{SignedDuration, Timestamp};

/// The shortest time between two runs.
pub const EVERY_MIN: SignedDuration = SignedDuration::from_secs(10);
/// The longest time between two runs.
pub const EVERY_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How often there is a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// From the beginning of one to the beginning of the next.
    pub every: SignedDuration,
    /// How much later at most each begins, so that many services do not ask at once.
    pub jitter: SignedDuration,
}

/// How the last run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// When it was due, without jitter.
    pub due: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What kept it from its work; `None` when nothing did.
    pub cause: Option<Cause>,
    /// How many runs in a row were kept from it, this one among them.
    pub failures: u32,
}

/// When the next run is due, and when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Without jitter.
    pub due: Timestamp,
    /// With it.
    pub begins: Timestamp,
}

impl Schedule {
    /// What makes no sense in a schedule; `None` when it does.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        if self.every < EVERY_MIN || self.every > EVERY_MAX {
            let days = EVERY_MAX.as_hours() / 24;
            return Some(format!("runs are from {EVERY_MIN:#} to {days}d apart"));
        }
        let is_over = self.jitter > self.every || self.jitter.is_negative();
        is_over.then(|| "the jitter is not longer than the time between two runs".to_owned())
    }

    /// The first run: at once.
    #[must_use]
    pub fn first(now: Timestamp) -> Next {
        Next { due: now, begins: now }
    }

    /// The run after the last one; `jitter_per_mille` is a number from 0 to 1000.
    ///
    /// Runs keep their places in time however long each takes. Places that went by while a run was busy are not made up
    /// for. What passes by itself is tried again sooner at first, and then less and less often.
    #[must_use]
    pub fn next(&self, last: &Last, jitter_per_mille: u32) -> Next {
        let share = |most: SignedDuration| {
            let share = most.as_millis() * i128::from(jitter_per_mille.min(1000)) / 1000;
            SignedDuration::from_millis(i64::try_from(share).unwrap_or(0))
        };
        match last.cause.and_then(|cause| self.back_off(cause, last.failures)) {
            Some(wait) => {
                let due = later(last.ended, wait);
                Next { due, begins: later(due, share(self.jitter.min(wait / 2))) }
            }
            None => {
                let passed = last.ended.duration_since(last.due).max(SignedDuration::ZERO);
                let whole = passed.as_millis() / self.every.as_millis().max(1) + 1;
                let whole = i32::try_from(whole).unwrap_or(i32::MAX);
                let due = later(last.due, self.every.saturating_mul(whole));
                // A clock that was set back would leave everybody waiting.
                let due = due.min(later(last.ended, self.every));
                Next { due, begins: later(due, share(self.jitter)) }
            }
        }
    }

    /// How long to wait after so many failures; `None` keeps to the schedule.
    fn back_off(&self, cause: Cause, failures: u32) -> Option<SignedDuration> {
        let (first, most) = match cause {
            Cause::Ledger => (SignedDuration::from_secs(10), SignedDuration::from_mins(5)),
            Cause::Marketplace => (SignedDuration::from_secs(30), SignedDuration::from_mins(15)),
            Cause::Throttled => (self.every.max(SignedDuration::from_mins(1)), SignedDuration::from_hours(4)),
            // Whether somebody changed something is seen by looking, which costs nobody anything.
            Cause::Definitions => return None,
            Cause::Panicked => (self.every, SignedDuration::from_hours(1)),
        };
        let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(20));
        Some(doubled.min(most.max(self.every)))
    }
}

fn later(moment: Timestamp, wait: SignedDuration) -> Timestamp {
    moment.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Schedule =
        Schedule { every: SignedDuration::from_mins(15), jitter: SignedDuration::from_secs(60) };

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + minutes * 60).unwrap()
    }

    fn last(due: i64, ended: i64, cause: Option<Cause>, failures: u32) -> Last {
        Last { due: at(due), ended: at(ended), cause, failures }
    }

    #[test]
    fn runs_keep_their_places_in_time_and_missed_ones_are_not_made_up_for() {
        for (ended, next) in [(0, 15), (3, 15), (14, 15), (15, 30), (16, 30), (31, 45), (600, 615)] {
            let found = QUARTER.next(&last(0, ended, None, 0), 0);
            assert_eq!(found, Next { due: at(next), begins: at(next) }, "ended after {ended} minutes");
        }
    }

    #[test]
    fn jitter_moves_a_run_and_not_those_after_it() {
        let first = QUARTER.next(&last(0, 1, None, 0), 1000);
        assert_eq!(first, Next { due: at(15), begins: at(16) });
        let second = QUARTER.next(&Last { due: first.due, ended: at(17), cause: None, failures: 0 }, 500);
        assert_eq!(second.due, at(30));
        assert_eq!(second.begins.duration_since(at(30)), SignedDuration::from_secs(30));
        for jitter in [0, 1, 999, 1000, u32::MAX] {
            let found = QUARTER.next(&last(0, 1, None, 0), jitter);
            assert!(found.begins >= found.due && found.begins <= found.due + QUARTER.jitter);
        }
    }

    #[test]
    fn what_passes_by_itself_is_tried_again_less_and_less_often() {
        let waits = |cause, schedule: Schedule| -> Vec<i64> {
            let wait = |failures| {
                let last = last(0, 1, Some(cause), failures);
                schedule.next(&last, 0).begins.duration_since(last.ended).as_secs()
            };
            [1, 2, 3, 8, 40, u32::MAX].map(wait).to_vec()
        };
        assert_eq!(waits(Cause::Marketplace, QUARTER), [30, 60, 120, 900, 900, 900]);
        assert_eq!(waits(Cause::Ledger, QUARTER), [10, 20, 40, 900, 900, 900]);
        assert_eq!(waits(Cause::Throttled, QUARTER), [900, 1800, 3600, 14400, 14400, 14400]);
        assert_eq!(waits(Cause::Panicked, QUARTER), [900, 1800, 3600, 3600, 3600, 3600]);
        let daily = Schedule { every: SignedDuration::from_hours(24), jitter: SignedDuration::ZERO };
        assert_eq!(waits(Cause::Throttled, daily), [86400; 6], "never more seldom than the schedule");
        assert_eq!(waits(Cause::Marketplace, daily)[5], 86400, "and a bound that follows the schedule");
    }

    #[test]
    fn definitions_that_are_wrong_are_looked_at_when_the_schedule_says_so() {
        for failures in [1, 2, 100] {
            assert_eq!(QUARTER.next(&last(0, 1, Some(Cause::Definitions), failures), 0).begins, at(15));
        }
    }

    #[test]
    fn nothing_begins_before_the_last_run_ended_nor_later_than_the_bounds() {
        let bound = SignedDuration::from_hours(4) + QUARTER.every;
        let causes = Cause::ALL.iter().copied().map(Some).chain([None]);
        for cause in causes {
            for ended in [-100_000, -1, 0, 1, 15, 100_000] {
                for failures in [0, 1, 7, u32::MAX] {
                    let last = last(0, ended, cause, failures);
                    let next = QUARTER.next(&last, 1000);
                    assert!(next.begins > last.ended || ended < 0, "{last:?}: {next:?}");
                    assert!(next.begins.duration_since(last.ended) <= bound, "{last:?}: {next:?}");
                }
            }
        }
        let end = Last { due: Timestamp::MAX, ended: Timestamp::MAX, cause: None, failures: 0 };
        assert_eq!(QUARTER.next(&end, 1000).begins, Timestamp::MAX);
    }

    #[test]
    fn foolish_schedules_are_refused() {
        assert_eq!(QUARTER.problem(), None);
        let with = |every, jitter| {
            let seconds = SignedDuration::from_secs;
            Schedule { every: seconds(every), jitter: seconds(jitter) }.problem()
        };
        assert!(with(9, 0).is_some() && with(8 * 86400, 0).is_some() && with(60, 61).is_some());
        assert!(with(10, 10).is_none());
    }
}
