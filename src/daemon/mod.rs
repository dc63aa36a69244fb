//! A process that reconciles again and again: when runs begin, what they leave behind in logs and numbers, and how it is
//! asked to end.
//!
//! The loop is one thread, each run another one, and all who listen (the endpoints, the signals) share a third. A run
//! never overlaps itself, and what it does is [`crate::service::reconcile_as`]'s alone.

mod board;
pub mod journal;
pub mod metrics;
pub mod schedule;
mod server;

pub use metrics::Metrics;
pub use schedule::Schedule;
pub use server::Clock;

use crate::http::Signals;
use crate::report::Outcome;
use crate::service::{Cause, Ran, ServiceError, Turn};
use crate::submission::Scope;
use board::Board;
use jiff::{SignedDuration, Timestamp};
use schedule::Last;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::{error, info};

/// How a service works.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// When runs begin.
    pub schedule: Schedule,
    /// Where it answers; `None` nowhere.
    pub listen: Option<SocketAddr>,
    /// How long a run may take before the service counts as stuck.
    pub stuck_after: SignedDuration,
}

/// Why there is no service.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("{address} cannot be listened on: {reason}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// What the system said.
        reason: String,
    },
    /// A thread cannot be started.
    #[error("the service cannot be started: {0}")]
    Start(String),
}

/// One run by a name of its own, at a moment.
pub type Run<'a> = dyn Fn(&Turn, Timestamp) -> Result<Ran, ServiceError> + Sync + 'a;

/// Runs again and again, until the process is asked to end.
///
/// # Errors
/// When it cannot be started.
pub fn serve(settings: &Settings, scope: &Scope, clock: &Clock, run: &Run<'_>) -> Result<(), ServeError> {
    let stuck_after = Duration::try_from(settings.stuck_after).unwrap_or(Duration::MAX);
    let board = Arc::new(Board::new(Metrics::new(scope), stuck_after));
    attend(settings.listen, &board, clock)?;
    let every = settings.schedule.every;
    info!(every = %format!("{every:#}"), catalog = %scope.catalog, target = %scope.target, "the service begins");
    let mut said = journal::Said::new();
    let (mut next, mut failures, mut number) = (Schedule::first(clock()), 0_u32, 0_u64);
    loop {
        board.metrics.next_run(Some(next.begins));
        let wait = next.begins.duration_since(clock()).max(SignedDuration::ZERO);
        if !board.wait(Duration::try_from(wait).unwrap_or_default()) {
            break;
        }
        number += 1;
        let cause = one(&board, scope, clock, run, &mut said, number);
        failures = if cause.is_some() { failures.saturating_add(1) } else { 0 };
        let last = Last { due: next.due, ended: clock(), cause, failures };
        next = settings.schedule.next(&last, jitter(number));
        if cause.is_some() {
            info!(failures, begins = %next.begins, "the last run could not do its work: the next one looks again");
        }
    }
    board.metrics.next_run(None);
    info!("the service ended: no run is at work, and no product is held");
    Ok(())
}

/// One run in a thread of its own, so that a mistake in it ends nothing but itself.
fn one(
    board: &Board,
    scope: &Scope,
    clock: &Clock,
    run: &Run<'_>,
    said: &mut journal::Said,
    number: u64,
) -> Option<Cause> {
    let (began, now) = (Instant::now(), clock());
    let turn = Turn {
        id: format!("{}-{}-{number}", now.as_nanosecond(), std::process::id()),
        is_over: Arc::clone(board.is_over()),
        ..Turn::default()
    };
    let span = journal::span(scope, &turn);
    board.run_begins();
    let ended = std::thread::scope(|threads| {
        let at_work = || {
            let _entered = span.enter();
            journal::begins();
            run(&turn, now)
        };
        threads.spawn(at_work).join()
    });
    let _entered = span.enter();
    let took = SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX);
    let (outcome, cause, reason) = match &ended {
        Ok(ended) => {
            journal::ends(ended.as_ref(), took, said);
            judged(ended.as_ref(), &turn)
        }
        Err(_) => {
            error!(outcome = "panicked", "the run broke off; the service goes on with the next one");
            ("panicked", Some(Cause::Panicked), Some("the last run broke off".to_owned()))
        }
    };
    let ran = ended.as_ref().ok().and_then(|ended| ended.as_ref().ok());
    board.metrics.record(&metrics::Report {
        outcome,
        cause,
        took,
        ended: clock(),
        calls: &turn.calls,
        figures: ran.and_then(|ran| ran.figures.as_ref()),
        notices_waiting: ran.and_then(|ran| ran.account.notified.as_ref()).map(|notified| notified.waiting),
    });
    board.run_ended(reason.map_or(Ok(()), Err));
    cause
}

/// How a run ended in a word, what kept it from its work, and the reason in a sentence.
#[must_use]
pub fn judged(
    ended: Result<&Ran, &ServiceError>,
    turn: &Turn,
) -> (&'static str, Option<Cause>, Option<String>) {
    match ended {
        Err(error) => (Outcome::Failed.name(), Some(error.cause()), Some(error.in_short())),
        Ok(ran) => {
            let found = Outcome::of_diagnostics(&ran.diagnostics);
            let outcome = Outcome::worst([ran.account.outcome(), found]).name();
            let is_over = turn.is_over.load(std::sync::atomic::Ordering::Relaxed);
            match &ran.account.stopped {
                Some(why) if !is_over => {
                    (outcome, Some(turn.calls.cause().unwrap_or(Cause::Ledger)), Some(why.clone()))
                }
                Some(_) | None => (outcome, None, None),
            }
        }
    }
}

/// Starts the thread that listens: for signals, and for those who ask.
fn attend(listen: Option<SocketAddr>, board: &Arc<Board>, clock: &Clock) -> Result<(), ServeError> {
    let failed = |error: std::io::Error| ServeError::Start(error.to_string());
    let listener = listen
        .map(|address| {
            TcpListener::bind(address)
                .map_err(|error| ServeError::Listen { address, reason: error.to_string() })
        })
        .transpose()?;
    if let Some(address) = listener.as_ref().and_then(|listener| listener.local_addr().ok()) {
        info!(address = %address, "listening");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let (board, clock) = (Arc::clone(board), Arc::clone(clock));
    let (started, is_started) = std::sync::mpsc::channel();
    let attend = move || {
        runtime.block_on(async {
            let signals = match Signals::take() {
                Ok(signals) => signals,
                Err(error) => return drop(started.send(Err(error))),
            };
            // When nobody waits any more there is nobody to tell.
            drop(started.send(Ok(())));
            let pages = async {
                match listener {
                    Some(listener) => server::serve(listener, Arc::clone(&board), clock).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = signals.pass_on(|| board.stop()) => {}
                ended = pages => {
                    let reason = ended.err().map(|error| error.to_string()).unwrap_or_default();
                    error!(reason, "nobody can be answered any more: the service ends");
                    board.stop();
                }
            }
        });
    };
    std::thread::Builder::new().name("attend".to_owned()).spawn(attend).map_err(failed)?;
    is_started.recv().map_err(|error| ServeError::Start(error.to_string()))?.map_err(failed)
}

/// A number from 0 to 1000 that differs between processes and runs.
fn jitter(number: u64) -> u32 {
    let moment = u64::from(Timestamp::now().subsec_nanosecond().unsigned_abs());
    let mixed = moment.wrapping_add(u64::from(std::process::id()).wrapping_mul(7919)).wrapping_add(number);
    u32::try_from(mixed % 1001).unwrap_or_default()
}
