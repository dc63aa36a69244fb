//! Runs: taking the next safe step of every product, and telling truly what became of it.

use super::marketplace::Marketplace;
use super::merged::merged;
use super::planning::{Planner, beside_saved, planned, read_plan};
use super::telling::{Saved, Told, tell};
use super::{Ran, Request, ServiceError};
use crate::config::Driver;
use crate::ledger::{Event, EventKind, Ledger, LedgerError, LedgerView, Records, fold};
use crate::marketplace::Observe;
use crate::model::Key;
use crate::plan::Plan;
use crate::reconcile::{Limit, Shard, reconcile as run_machine};
use crate::submission::Scope;
use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};
use std::cell::RefCell;

/// Takes the next safe step of every product, or of those of one shard.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read.
pub fn reconcile(request: &Request, shard: Option<Shard>) -> Result<Ran, ServiceError> {
    run(request, &Limit { shard, ..Limit::default() }, None)
}

/// Carries out a saved plan, and nothing else.
///
/// # Errors
/// When the plan, catalog, ledger or marketplace cannot be read.
pub fn apply(request: &Request, plan: &Utf8Path) -> Result<Ran, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let scope = workspace.scope(workspace.target(request.target.as_ref())?);
    let saved = read_plan(plan, &scope)?;
    run(request, &Limit::to_plan(&saved), Some((plan, &saved)))
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

fn run(request: &Request, limit: &Limit, saved: Option<Saved<'_>>) -> Result<Ran, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    merged(&planner)?;
    let mut ledger = workspace.ledger(planner.target)?;
    let mut driver = Marketplace::open(&planner, request.now)?;
    let now = driver.now()?;
    let events = planner.of_today(ledger.events(&planner.scope)?)?;
    driver.learn(&planner, &events, fold(&planner.scope, &events, now).bindings());
    let id = format!("{}-{}", request.now.as_nanosecond(), std::process::id());
    let begun = std::time::Instant::now();
    let last: RefCell<Option<(Plan, Records)>> = RefCell::default();
    let account = run_machine(
        crate::reconcile::Run {
            scope: &planner.scope,
            site: &planner.target.profile,
            id: &id,
            capabilities: driver.capabilities(),
            limit,
            planner: &|released, records, now| {
                let plan = planner.plan(released, records, now);
                *last.borrow_mut() = Some((plan.clone(), records.clone()));
                plan
            },
            is_ancestor: &|_, applied| planner.is_older(applied),
        },
        &mut Renamed { inner: &mut *ledger, planner: &planner },
        &mut driver,
        &mut || later(now, begun.elapsed()),
    );
    // What stands there now says who acts next. Where that cannot be read any more, the account is as true without it.
    let after = planner.look(&mut driver, now).ok().map(|situation| {
        let plan = planner.plan(&situation.released, &situation.records, now);
        (plan, situation.records, situation.events)
    });
    let is_after = after.is_some();
    let (plan, records, events) = match (after, last.into_inner()) {
        (Some(after), _) => after,
        (None, Some((plan, records))) => (plan, records, events),
        (None, None) => (planner.plan_of_nothing(now), Records::default(), events),
    };
    let told = Told { plan: &plan, records: &records, events: &events, is_after };
    let account = tell(&planner, &told, saved, limit, &account, now);
    let in_sandbox = matches!(planner.target.driver, Driver::Sandbox { .. });
    let diagnostics = planner.definitions.diagnostics.clone();
    let beside_saved = saved.map(|(_, saved)| beside_saved(planned(&planner, plan), saved));
    Ok(Ran { account, in_sandbox, diagnostics, beside_saved })
}

/// The run's clock. It moves by whole minutes: that is all that leases ask for, and the entries of one short run carry
/// one moment.
fn later(now: Timestamp, passed: std::time::Duration) -> Timestamp {
    let minutes = i64::try_from(passed.as_secs() / 60).unwrap_or(i64::MAX);
    SignedDuration::try_from_mins(minutes).and_then(|passed| now.checked_add(passed).ok()).unwrap_or(now)
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
