//! Runs: taking the next safe step of every product, and telling truly what became of it.

use super::calls::{Calls, CountedLedger, CountedMarketplace};
use super::figures::figures;
use super::marketplace::Marketplace;
use super::merged::merged;
use super::notices::{Seen, notices};
use super::notify::Telling;
use super::planning::{Planner, Situation, beside_saved, planned, read_plan};
use super::{Ran, Request, ServiceError};
use crate::config::Driver;
use crate::ledger::{Event, EventKind, Ledger, LedgerError, LedgerView, fold};
use crate::marketplace::Observe;
use crate::model::Key;
use crate::plan::{Action, Plan, ProductPlan, StepState};
use crate::reconcile::{
    Account as Run, Limit, Outcome, ProductAccount, WaitingFor, reconcile_until as run_machine,
};
use crate::report::{Account, Actor, Deed, Entry, Invocation, Next, Notice, next};
use crate::submission::{Operation, Scope, Submission, SubmissionId, Verdict};
use camino::Utf8Path;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Takes the next safe step of every product.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read.
pub fn reconcile(request: &Request) -> Result<Ran, ServiceError> {
    reconcile_as(request, &Turn::of(request))
}

/// The same, in a run that others watch.
///
/// # Errors
/// As [`reconcile`].
pub fn reconcile_as(request: &Request, turn: &Turn) -> Result<Ran, ServiceError> {
    run(request, &Limit::default(), None, turn)
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
    let account = run_machine(
        crate::reconcile::Run {
            scope: &planner.scope,
            site: &planner.target.profile,
            id: &turn.id,
            capabilities: driver.capabilities(),
            limit,
            planner: &|released, records, now| planner.plan(released, records, now),
            is_ancestor: &|_, applied| planner.is_older(applied),
        },
        &mut Renamed { inner: &mut ledger, planner: &planner },
        &mut CountedMarketplace { inner: &mut driver, calls },
        &mut || later(now, begun.elapsed()),
        &is_over,
    );
    let (account, plan, figures) = match planner.look_counted(&mut driver, now, calls) {
        Ok(situation) => {
            let plan = planner.plan(&situation.released, &situation.records, now);
            let figures = figures(&planner, &situation, &plan, &account);
            let teller = Teller::new(&planner, &situation, &plan, saved);
            let mut told = teller.account(account, now);
            let moment = || exactly(request.now, begun.elapsed());
            let telling = Telling {
                planner: &planner,
                records: &situation.records,
                now: later(now, begun.elapsed()),
                moment: &moment,
                is_over: &is_over,
                calls,
            };
            told.notified = telling.tell(&teller.notices(now), &mut ledger);
            (told, plan, Some(figures))
        }
        // What was done is told all the same.
        Err(error) if !account.products.is_empty() => {
            let situation = Situation::unseen(&planner.scope, events, now);
            let plan = planner.plan(&situation.released, &situation.records, now);
            let plan = Plan { products: Vec::new(), unbound: Vec::new(), ..plan };
            let mut told = Teller::new(&planner, &situation, &plan, saved).account(account, now);
            told.stopped.get_or_insert_with(|| error.to_string());
            (told, plan, None)
        }
        Err(error) => return Err(error),
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

/// A saved plan and the file it stands in.
type Saved<'a> = (&'a Utf8Path, &'a Plan);

struct Teller<'a> {
    planner: &'a Planner<'a>,
    situation: &'a Situation,
    plan: &'a Plan,
    saved: Option<Saved<'a>>,
    products: BTreeMap<&'a Key, &'a ProductPlan>,
    submissions: BTreeMap<&'a SubmissionId, &'a Submission>,
    invocation: Invocation,
}

impl<'a> Teller<'a> {
    fn new(
        planner: &'a Planner<'a>,
        situation: &'a Situation,
        plan: &'a Plan,
        saved: Option<Saved<'a>>,
    ) -> Self {
        let prepared = situation.events.iter().filter_map(|event| match &event.kind {
            EventKind::Prepared { submission, .. } | EventKind::Claimed { submission, .. } => {
                Some((&submission.id, submission))
            }
            _ => None,
        });
        Self {
            planner,
            situation,
            plan,
            saved,
            products: plan.products.iter().map(|found| (&found.key, found)).collect(),
            submissions: prepared.collect(),
            invocation: planner.invocation().clone(),
        }
    }

    /// The machine's account in the words people read.
    fn account(&self, run: Run, now: Timestamp) -> Account {
        let mut account = Account {
            scope: self.planner.scope.clone(),
            at: now,
            entries: Vec::new(),
            in_sync: 0,
            stopped: run.stopped,
            notified: None,
        };
        for product in &run.products {
            let before = account.entries.len();
            self.tell(product, &mut account.entries);
            if account.entries.len() == before {
                account.in_sync += 1;
            }
        }
        account
    }

    /// What others may want to hear of.
    fn notices(&self, now: Timestamp) -> Vec<Notice> {
        notices(&Seen {
            scope: &self.planner.scope,
            events: &self.situation.events,
            records: &self.situation.records,
            plan: self.plan,
            now,
            invocation: &self.invocation,
            places: &|product| self.rejected_places(product),
        })
    }

    fn tell(&self, product: &ProductAccount, entries: &mut Vec<Entry>) {
        let next = self.products.get(&product.key).map(|found| next_of(found, &self.invocation));
        let mut add = |submission: Option<SubmissionId>, what: String, deed: Deed, next: Option<Next>| {
            let (product, name) = (product.key.clone(), product.name.clone());
            entries.push(Entry { product, name, submission, what, deed, next });
        };
        for (submission, verdict) in &product.verdicts {
            let deed = self.verdict(product, verdict);
            // Who acts after a rejection is the question it raises; after an approval the plan goes on below.
            let next = next.clone().flatten().filter(|_| matches!(deed, Deed::Rejected { .. }));
            add(Some(submission.clone()), self.what(&product.key, submission), deed, next);
        }
        if product.withdrawn {
            add(None, "a submission that was no longer wanted".to_owned(), Deed::Withdrawn, None);
        }
        if let Some((submission, deed)) = self.deed(product) {
            let what = submission.as_ref().map_or_else(String::new, |id| self.what(&product.key, id));
            let again = self.saved.filter(|_| matches!(product.outcome, Outcome::Stale { .. }));
            let next = match again {
                Some((path, _)) => Some(Next {
                    who: Actor::ReleaseOwner,
                    what: "looks at what differs, and saves the plan again".to_owned(),
                    command: Some(self.invocation.command(&format!("plan --saved {path}"))),
                }),
                // It was not done, so the plan, made as if it had been, does not say what to do first.
                None if matches!(product.outcome, Outcome::NotDone { .. }) => Some(Next {
                    who: Actor::Run,
                    what: "tries again, when the cause is gone".to_owned(),
                    command: Some(self.invocation.command("reconcile")),
                }),
                None => next.flatten(),
            };
            add(submission, what, deed, next);
        }
    }

    fn verdict(&self, product: &ProductAccount, verdict: &Verdict) -> Deed {
        match verdict {
            Verdict::Approved if product.approved_differently => {
                let found = self.products.get(&product.key);
                let drift = found.into_iter().flat_map(|found| &found.drift);
                Deed::ApprovedDifferently(drift.map(|drift| drift.item.describe()).collect())
            }
            Verdict::Approved => Deed::Approved,
            Verdict::Rejected { reason } => {
                Deed::Rejected { reason: reason.clone(), places: self.rejected_places(&product.key) }
            }
            Verdict::Withdrawn | Verdict::Discarded => Deed::Withdrawn,
        }
    }

    fn rejected_places(&self, key: &Key) -> Vec<crate::report::Place> {
        let held = self.products.get(key).into_iter().flat_map(|found| {
            let steps = found.chain.iter().filter(|step| matches!(step.state, StepState::Held { .. }));
            let submissions = steps.filter_map(|step| match &step.action {
                Action::Submit(submission) => Some(submission),
                Action::Withdraw { .. } | Action::Manual(_) => None,
            });
            let operations = submissions.flat_map(|submission| &submission.operations);
            operations.filter_map(|operation| self.planner.locate(found, &operation.item)).collect::<Vec<_>>()
        });
        held.collect()
    }

    fn deed(&self, product: &ProductAccount) -> Option<(Option<SubmissionId>, Deed)> {
        let history = self.situation.records.history(&product.key);
        Some(match &product.outcome {
            Outcome::Nothing => return None,
            Outcome::Submitted { submission, application } => {
                let expected_by = self.expected_by(&product.key).unwrap_or(self.plan.date);
                (Some(submission.clone()), Deed::Submitted { application: application.clone(), expected_by })
            }
            Outcome::HandedOver { submission, sheet } => {
                (Some(submission.clone()), Deed::HandedOver { sheet: sheet.clone() })
            }
            Outcome::NotDone { why } => (None, Deed::NotSent(why.clone())),
            Outcome::Unknown { submission, why, .. } => {
                (Some(submission.clone()), Deed::Unknown(why.clone()))
            }
            Outcome::Waiting {
                whom: WaitingFor::Reviewer,
                since: Some(since),
                expected_by: Some(due),
                ..
            } => {
                let open = history.open.as_ref().map(|open| open.submission.id.clone());
                (open, Deed::InReview { since: *since, expected_by: *due })
            }
            Outcome::Waiting { whom, what, .. } => (None, Deed::Waiting(waiting(*whom, what))),
            Outcome::Blocked { why, .. } => (None, Deed::Blocked(why.join("; "))),
            Outcome::Refused(refusal) => {
                let (rules, text) = (refusal.rules.clone(), refusal.text.clone());
                (None, Deed::Refused { rules, text, technical: refusal.technical })
            }
            Outcome::Rejected { .. } if product.verdicts.iter().any(is_rejection) => return None,
            Outcome::Rejected { reason, submission } => {
                let places = self.rejected_places(&product.key);
                (submission.clone(), Deed::Rejected { reason: reason.clone(), places })
            }
            Outcome::Stale { approved: _, current: _ } => (None, Deed::Skipped(self.stale(&product.key))),
            Outcome::Outdated { commit, applied } => {
                let short = |commit: &str| commit.chars().take(10).collect::<String>();
                let message =
                    format!("commit {} is older than {}, which was applied", short(commit), short(applied));
                (None, Deed::Skipped(message))
            }
        })
    }

    /// What the saved plan would do and the plan now would not, and the other way round.
    fn stale(&self, key: &Key) -> String {
        let saved = self.saved.and_then(|(_, saved)| saved.products.iter().find(|found| found.key == *key));
        let then: Vec<&Operation> = saved.into_iter().flat_map(operations).collect();
        let now: Vec<&Operation> = self.products.get(key).copied().into_iter().flat_map(operations).collect();
        let only = |these: &[&Operation], those: &[&Operation]| {
            let only: Vec<String> =
                these.iter().filter(|it| !those.contains(it)).map(|it| words(it)).collect();
            only.join(", ")
        };
        let (gone, new) = (only(&then, &now), only(&now, &then));
        let changed = match (gone.is_empty(), new.is_empty()) {
            (true, true) => "the same changes, but on another released state or in another order".to_owned(),
            (false, true) => format!("no longer planned: {gone}"),
            (true, false) => format!("planned since: {new}"),
            (false, false) => format!("it says {gone}; now it would be {new}"),
        };
        format!("the saved plan no longer fits ({changed})")
    }

    fn expected_by(&self, key: &Key) -> Option<jiff::civil::Date> {
        self.products.get(key)?.chain.iter().find_map(|step| match &step.state {
            StepState::InReview { expected_by, .. } => Some(*expected_by),
            StepState::Done
            | StepState::HandedOver { .. }
            | StepState::InDoubt { .. }
            | StepState::Ready
            | StepState::Waiting(_)
            | StepState::Blocked
            | StepState::Held { .. } => None,
        })
    }

    /// What a submission asked for, short.
    fn what(&self, product: &Key, id: &SubmissionId) -> String {
        self.submissions.get(id).map_or_else(|| product.to_string(), |submission| summary(submission))
    }
}

fn operations(product: &ProductPlan) -> impl Iterator<Item = &Operation> {
    product.chain.iter().flat_map(|step| match &step.action {
        Action::Submit(submission) => submission.operations.as_slice(),
        Action::Withdraw { .. } | Action::Manual(_) => &[],
    })
}

/// An operation on one line: `price of starter (yearly): 99.00 -> 109.00`.
fn words(operation: &Operation) -> String {
    let item = operation.item.describe();
    match (&operation.from, &operation.to) {
        (Some(from), Some(to)) => format!("{item}: {from} -> {to}"),
        (None, Some(to)) => format!("{item}: {to}"),
        (_, None) => format!("without {item}"),
    }
}

fn is_rejection(verdict: &(SubmissionId, Verdict)) -> bool {
    matches!(verdict.1, Verdict::Rejected { .. })
}

fn next_of(plan: &ProductPlan, invocation: &Invocation) -> Option<Next> {
    let next = next(plan, invocation);
    (next.who != Actor::Nobody).then_some(next)
}

fn waiting(whom: WaitingFor, what: &str) -> String {
    let who = match whom {
        WaitingFor::Reviewer => "the marketplace's reviewer",
        WaitingFor::Person => "a person of yours",
        WaitingFor::Plan => "another step",
        WaitingFor::Tomorrow => "tomorrow: enough was submitted today",
        WaitingFor::OtherRun => "another run, which holds the product",
    };
    if what.is_empty() { who.to_owned() } else { format!("{who}: {what}") }
}

/// `modify: 3 operations`, or the only operation by name.
pub(super) fn summary(submission: &Submission) -> String {
    match submission.operations.as_slice() {
        [] => format!("{}: claimed, what it asks for is not known", submission.kind.name()),
        [only] => format!("{}: {}", submission.kind.name(), only.item.describe()),
        several => format!("{}: {} operations", submission.kind.name(), several.len()),
    }
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
