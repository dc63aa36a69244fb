//! What the loop and those who ask about it share.

use super::metrics::Metrics;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How late a run may begin before the loop counts as stuck.
const LATE_MAX: Duration = Duration::from_secs(120);
/// Most characters of a reason.
const REASON_MAX: usize = 500;

/// The state of a service.
#[derive(Debug)]
pub(super) struct Board {
    state: Mutex<State>,
    changed: Condvar,
    is_over: Arc<AtomicBool>,
    stuck_after: Duration,
    /// What is counted.
    pub(super) metrics: Metrics,
}

#[derive(Debug, Default)]
struct State {
    /// Since when a run is at work.
    running: Option<Instant>,
    /// When the next one begins.
    begins: Option<Instant>,
    /// Whether the last run could read what it needs; `None` before one ended.
    last: Option<Result<(), String>>,
}

impl Board {
    pub(super) fn new(metrics: Metrics, stuck_after: Duration) -> Self {
        let is_over = Arc::default();
        Self { state: Mutex::default(), changed: Condvar::new(), is_over, stuck_after, metrics }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing new is to begin; runs look at it themselves.
    pub(super) fn is_over(&self) -> &Arc<AtomicBool> {
        &self.is_over
    }

    /// Asks the loop to end.
    pub(super) fn stop(&self) {
        let _held = self.state();
        self.is_over.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// Waits, and says whether the loop is to go on.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut state = self.state();
        state.begins = Some(until);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if self.is_over.load(Ordering::Relaxed) {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            state = match self.changed.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    pub(super) fn run_begins(&self) {
        let mut state = self.state();
        (state.running, state.begins) = (Some(Instant::now()), None);
    }

    pub(super) fn run_ended(&self, read_all: Result<(), String>) {
        let mut state = self.state();
        (state.running, state.last) = (None, Some(read_all));
    }

    /// Whether the loop goes round, or what it hangs on.
    pub(super) fn health(&self) -> Result<(), String> {
        let state = self.state();
        let now = Instant::now();
        let running = state.running.map(|since| now.duration_since(since));
        let late = state.begins.map(|begins| now.saturating_duration_since(begins));
        stuck(running, late, self.stuck_after)
    }

    /// Whether the last run could read what it needs, or why it could not.
    pub(super) fn readiness(&self) -> Result<(), String> {
        if self.is_over.load(Ordering::Relaxed) {
            return Err("it is stopping".to_owned());
        }
        match &self.state().last {
            None => Err("the first run has not ended yet".to_owned()),
            Some(Ok(())) => Ok(()),
            Some(Err(reason)) => Err(reason.chars().take(REASON_MAX).collect()),
        }
    }
}

/// Whether a run takes too long, or none begins though it is due.
fn stuck(running: Option<Duration>, late: Option<Duration>, limit: Duration) -> Result<(), String> {
    match (running, late) {
        (Some(running), _) if running > limit => Err(format!(
            "a run has been at work for {} s, longer than {} s",
            running.as_secs(),
            limit.as_secs()
        )),
        (None, Some(late)) if late > LATE_MAX => {
            Err(format!("a run is due since {} s and does not begin", late.as_secs()))
        }
        (Some(_) | None, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_stuck_when_a_run_is_too_long_or_none_begins() {
        let seconds = |number| Some(Duration::from_secs(number));
        let limit = Duration::from_secs(60);
        assert!(stuck(None, None, limit).is_ok(), "it has just been started");
        assert!(stuck(seconds(60), seconds(1000), limit).is_ok(), "a run in time is not late");
        assert!(stuck(seconds(61), None, limit).is_err());
        assert!(stuck(None, seconds(120), limit).is_ok());
        assert!(stuck(None, seconds(121), limit).is_err());
    }
}
