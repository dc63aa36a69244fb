//! Runs: taking the next safe step of every product, and telling truly what became of it.

use super::calls::{Calls, CountedLedger, CountedMarketplace};
use super::figures::figures;
use super::marketplace::Marketplace;
use super::merged::merged;
use super::notify::Telling;
use super::plan::planned;
use super::planning::Planner;
use super::saved_plan::{beside_saved, read_plan};
use super::telling::{Saved, Told, notices, tell};
use super::{Ran, Request, ServiceError};
use crate::config::Driver;
use crate::ledger::{Event, EventKind, Ledger, LedgerError, LedgerView, fold};
use crate::marketplace::Observe;
use crate::model::Key;
use crate::plan::Plan;
use crate::reconcile::{Limit, Shard, reconcile_until as run_machine};
use crate::submission::Scope;
use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Takes the next safe step of every product, or of those of one shard.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read.
pub fn reconcile(request: &Request, shard: Option<Shard>) -> Result<Ran, ServiceError> {
    reconcile_as(request, shard, &Turn::of(request))
}

/// The same, in a run that others watch.
///
/// # Errors
/// As [`reconcile`].
pub fn reconcile_as(request: &Request, shard: Option<Shard>, turn: &Turn) -> Result<Ran, ServiceError> {
    run(request, &Limit { shard, ..Limit::default() }, None, turn)
}

/// The catalog and target that a request is about.
///
/// # Errors
/// When `gallerist.yaml` cannot be read, or names no such target.
pub fn scope(request: &Request) -> Result<Scope, ServiceError> {
    let workspace = super::workspace::open(request)?;
    Ok(workspace.scope(workspace.target(request.target.as_ref())?))
}

/// What a run shares with whoever watches it.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// The run's own name; no other run has it.
    pub id: String,
    /// Whether it is to begin nothing new.
    pub is_over: Arc<AtomicBool>,
    /// What it asked of whom.
    pub calls: Calls,
}

impl Turn {
    /// A run that begins at the request's moment.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let id = format!("{}-{}", request.now.as_nanosecond(), std::process::id());
        Self { id, ..Self::default() }
    }
}

/// Carries out a saved plan, and nothing else.
///
/// # Errors
/// When the plan, catalog, ledger or marketplace cannot be read.
pub fn apply(request: &Request, plan: &Utf8Path) -> Result<Ran, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let scope = workspace.scope(workspace.target(request.target.as_ref())?);
    let saved = read_plan(plan, &scope)?;
    run(request, &Limit::to_plan(&saved), Some((plan, &saved)), &Turn::of(request))
}

/// A ledger whose events carry the keys that products have now.
struct Renamed<'a> {
    inner: &'a mut dyn Ledger,
    planner: &'a Planner<'a>,
}

impl LedgerView for Renamed<'_> {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        let mut events = self.inner.events(scope)?;
        self.planner.rename(&mut events);
        Ok(events)
    }
}

impl Ledger for Renamed<'_> {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        self.inner.append(scope, at, product, kind)
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        self.inner.lease(scope, product, run, now, until)
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        self.inner.release(scope, product, run)
    }
}

fn run(request: &Request, limit: &Limit, saved: Option<Saved<'_>>, turn: &Turn) -> Result<Ran, ServiceError> {
    let (calls, begun) = (&turn.calls, std::time::Instant::now());
    let is_over = || turn.is_over.load(Ordering::Relaxed);
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    merged(&planner)?;
    let mut ledger = CountedLedger { inner: workspace.ledger(planner.target)?, calls };
    let mut driver = Marketplace::open(&planner, request.now)?;
    let now = calls.asked("now", driver.now())?;
    let events = planner.of_today(ledger.events(&planner.scope)?)?;
    driver.learn(&planner, &events, fold(&planner.scope, &events, now).bindings());
    let last: RefCell<Option<Plan>> = RefCell::default();
    let account = run_machine(
        crate::reconcile::Run {
            scope: &planner.scope,
            site: &planner.target.profile,
            id: &turn.id,
            capabilities: driver.capabilities(),
            limit,
            planner: &|released, records, now| {
                let plan = planner.plan(released, records, now);
                *last.borrow_mut() = Some(plan.clone());
                plan
            },
            is_frozen: &|now| planner.frozen(now),
            is_ancestor: &|_, applied| planner.is_older(applied),
        },
        &mut Renamed { inner: &mut ledger, planner: &planner },
        &mut CountedMarketplace { inner: &mut driver, calls },
        &mut || later(now, begun.elapsed()),
        &is_over,
    );
    // What stands there now says who acts next. Where that cannot be read any more, the account is as true without it.
    let (account, plan, figures) = match planner.look_counted(&mut driver, now, calls) {
        Ok(situation) => {
            let plan = planner.plan(&situation.released, &situation.records, now);
            let figures = figures(&planner, &situation, &plan, &account);
            let (records, events) = (&situation.records, &situation.events);
            let told = Told { plan: &plan, records, events, is_after: true };
            let mut words = tell(&planner, &told, saved, limit, &account, now);
            let mut notices = notices(&planner, &told, now);
            notices.retain(|notice| limit.allows(&notice.product));
            let moment = || exactly(request.now, begun.elapsed());
            let telling = Telling {
                planner: &planner,
                records,
                now: later(now, begun.elapsed()),
                moment: &moment,
                is_over: &is_over,
                calls,
            };
            words.notified = telling.tell(&notices, &mut ledger);
            (words, plan, Some(figures))
        }
        Err(_) => {
            let plan = last.into_inner().unwrap_or_else(|| planner.plan_of_nothing(now));
            let records = fold(&planner.scope, &events, now);
            let told = Told { plan: &plan, records: &records, events: &events, is_after: false };
            (tell(&planner, &told, saved, limit, &account, now), plan, None)
        }
    };
    let in_sandbox = matches!(planner.target.driver, Driver::Sandbox { .. });
    let diagnostics = planner.definitions.diagnostics.clone();
    let beside_saved = saved.map(|(_, saved)| beside_saved(planned(&planner, plan), saved));
    Ok(Ran { run: turn.id.clone(), account, in_sandbox, diagnostics, beside_saved, figures })
}

/// The run's clock. It moves by whole minutes: that is all that leases ask for, and the entries of one short run carry
/// one moment.
fn later(now: Timestamp, passed: std::time::Duration) -> Timestamp {
    let minutes = i64::try_from(passed.as_secs() / 60).unwrap_or(i64::MAX);
    SignedDuration::try_from_mins(minutes).and_then(|passed| now.checked_add(passed).ok()).unwrap_or(now)
}

/// The moment of a run, for those who compare it with their own clocks.
fn exactly(now: Timestamp, passed: std::time::Duration) -> Timestamp {
    SignedDuration::try_from(passed).ok().and_then(|passed| now.checked_add(passed).ok()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_clock_of_a_run_moves_by_whole_minutes() {
        let now: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
        assert_eq!(later(now, Duration::from_secs(59)), now);
        assert_eq!(later(now, Duration::from_secs(16 * 60 + 1)), now + SignedDuration::from_mins(16));
        assert_eq!(later(now, Duration::MAX), now, "what cannot be told changes nothing");
    }
}
