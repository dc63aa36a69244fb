//! From events to what is known now.
//!
//! A crash between two appends makes the next run write an event again, and two runs may learn the same thing at
//! the same time. So every transition asks what is already known: what ended stays ended, what the marketplace
//! accepted is not un-accepted, and saying a thing twice changes nothing.

use super::{Event, EventKind};
use crate::model::{Item, Key, Product};
use crate::plan::{Failing, HeldOperation, History, LastRefusal, OpenSubmission, Origin, RecentOperations};
use crate::released::{Bindings, ProductBinding};
use crate::submission::{
    ApplicationId, Evidence, IgnoredDrift, OperationId, OperationKind, Pause, Refusal, Review, Scope,
    Submission, SubmissionId, SubmissionKind, Verdict,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How far back the guards look.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the ledger knows about one product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// For planning.
    pub history: History,
    /// Marketplace ids.
    pub binding: Option<ProductBinding>,
    /// The ids of what those who want to hear of it were told.
    pub notified: BTreeSet<String>,
}

/// What the ledger knows about a catalog at a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// By product key.
    pub products: BTreeMap<Key, Record>,
    /// Nothing at all is handed over while this counts.
    pub paused: Option<Pause>,
}

impl Records {
    /// All bindings.
    #[must_use]
    pub fn bindings(&self) -> Bindings {
        let bound =
            self.products.iter().filter_map(|(key, record)| Some((key.clone(), record.binding.clone()?)));
        Bindings { products: bound.collect() }
    }

    /// What is known about a product, for planning.
    #[must_use]
    pub fn history(&self, product: &Key) -> History {
        self.products.get(product).map(|record| record.history.clone()).unwrap_or_default()
    }
}

/// Reads the events of a scope, oldest first; `now` decides what counts as recent.
#[must_use]
pub fn fold(scope: &Scope, events: &[Event], now: Timestamp) -> Records {
    let mut books: BTreeMap<&Key, Book<'_>> = BTreeMap::new();
    let mut paused = None;
    for event in events {
        match &event.kind {
            EventKind::Paused { all: true, pause } => paused = Some(pause.clone()),
            EventKind::Resumed { all: true, by: _ } => paused = None,
            _ => books.entry(&event.product).or_default().take(&scope.target, event),
        }
    }
    let products = books.into_iter().map(|(key, book)| (key.clone(), book.close(now)));
    Records { products: products.collect(), paused }
}

/// The pause that holds a product at a moment: its own, or the one of all products.
#[must_use]
pub fn pause<'a>(events: &'a [Event], product: &Key, now: Timestamp) -> Option<&'a Pause> {
    let (mut all, mut own) = (None, None);
    for event in events {
        match &event.kind {
            EventKind::Paused { all: true, pause } => all = Some(pause),
            EventKind::Resumed { all: true, by: _ } => all = None,
            EventKind::Paused { all: false, pause } if event.product == *product => own = Some(pause),
            EventKind::Resumed { all: false, by: _ } if event.product == *product => own = None,
            _ => {}
        }
    }
    let counts = |pause: &&Pause| pause.is_valid_at(now);
    all.filter(counts).or(own.filter(counts))
}

/// Where one submission stands while its events are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Prepared,
    /// Certainly not with the reviewer: refused or never sent. The same id may be sent again.
    Back,
    Unknown,
    HandedOver,
    Pending,
    Approved,
    /// Ended without approval.
    Closed,
}

/// Where a submission stands of which nobody has heard that it arrived.
const NOT_ARRIVED: [State; 3] = [State::Prepared, State::Unknown, State::HandedOver];

struct Tracked<'a> {
    submission: &'a Submission,
    commit: Option<&'a str>,
    /// How often somebody meant to send it.
    intents: u32,
    state: State,
    since: Timestamp,
    /// Since when the marketplace has it, or may have it.
    sent: Option<Timestamp>,
    application: Option<&'a ApplicationId>,
}

/// One product's events so far.
#[derive(Default)]
struct Book<'a> {
    /// In the order of their first events.
    submissions: Vec<Tracked<'a>>,
    held: BTreeMap<OperationId, (HeldOperation, &'a Item)>,
    refused: Option<LastRefusal>,
    last_applied: Option<&'a Product>,
    commit: Option<&'a str>,
    evidence: Vec<&'a Evidence>,
    binding: Option<ProductBinding>,
    origins: BTreeMap<Item, Origin>,
    /// Since when nothing is submitted before somebody confirms it.
    report_only: Option<Timestamp>,
    paused: Option<&'a Pause>,
    ignored: BTreeMap<Item, &'a IgnoredDrift>,
    notified: BTreeSet<String>,
    failing: Option<Failing>,
}

impl<'a> Book<'a> {
    fn take(&mut self, target: &Key, event: &'a Event) {
        let at = event.at;
        match &event.kind {
            EventKind::Prepared { submission, commit } => self.prepared(submission, commit.as_deref(), at),
            EventKind::HandedOver { submission, sheet: _ } => {
                // Somebody has the sheet, whatever another run wrote in the meantime.
                let states = [State::Prepared, State::Back, State::Unknown];
                if let Some(tracked) = self.tracked(submission, &states) {
                    tracked.enter(State::HandedOver, at);
                }
            }
            EventKind::Accepted { submission, application } => self.accepted(submission, application, at),
            EventKind::Refused { submission, refusal, intents } => {
                if let Some(tracked) = self.given_up(submission, *intents) {
                    tracked.enter(State::Back, at);
                    self.refused(target, submission, refusal, at);
                }
            }
            EventKind::NotSent { submission, reason: _, intents } => {
                if let Some(tracked) = self.given_up(submission, *intents) {
                    tracked.enter(State::Back, at);
                }
            }
            EventKind::Unknown { submission, reason: _ } => {
                // A late "the answer was lost" counts even after another run judged that nothing was sent.
                if let Some(tracked) = self.tracked(submission, &[State::Prepared, State::Back]) {
                    tracked.enter(State::Unknown, at);
                }
            }
            EventKind::Ended { submission, verdict } => self.ended(target, submission, verdict, at),
            EventKind::Bound { binding } => match &mut self.binding {
                Some(known) => known.merge(binding),
                None => self.binding = Some(binding.clone()),
            },
            EventKind::Applied { product, commit } => {
                self.last_applied = Some(product);
                self.commit = commit.as_deref().or(self.commit);
            }
            EventKind::Vouched { evidence } => {
                if !self.evidence.contains(&evidence) {
                    self.evidence.push(evidence);
                }
            }
            EventKind::Retried { operations, by: _ } => {
                self.held.retain(|id, _| !operations.contains(id));
                let wanted =
                    |refused: &LastRefusal| operations.iter().any(|id| refused.operations.contains(id));
                if self.refused.as_ref().is_some_and(wanted) {
                    self.refused = None;
                }
            }
            EventKind::ClosedAsMoot { submission } => {
                self.held.retain(|_, (held, _)| held.submission != *submission);
            }
            EventKind::Adopted { by: _ } => self.report_only = Some(at),
            EventKind::Paused { all: _, pause } => self.paused = Some(pause),
            EventKind::Resumed { all: _, by: _ } => self.paused = None,
            EventKind::Ignored { drift } => {
                self.ignored.extend(drift.iter().map(|found| (found.item.clone(), found)));
            }
            EventKind::Preflighted { failing: Some(what) } => {
                let since = self.failing.as_ref().map_or(at, |known| known.since);
                self.failing = Some(Failing { since, what: what.clone() });
            }
            EventKind::Preflighted { failing: None } => self.failing = None,
            EventKind::Notified { notices } => self.notified.extend(notices.iter().cloned()),
            EventKind::Claimed { submission, application, since, by: _ } => {
                self.claimed(submission, application, *since, at);
            }
        }
    }

    /// The submission with this id, if it stands at one of these.
    fn tracked(&mut self, id: &SubmissionId, states: &[State]) -> Option<&mut Tracked<'a>> {
        let mut all = self.submissions.iter_mut();
        all.find(|tracked| tracked.submission.id == *id && states.contains(&tracked.state))
    }

    /// The submission with this id, if it has not arrived and nobody meant to send it since these intents.
    fn given_up(&mut self, id: &SubmissionId, intents: Option<u32>) -> Option<&mut Tracked<'a>> {
        let tracked = self.tracked(id, &NOT_ARRIVED)?;
        intents.is_none_or(|known| known >= tracked.intents).then_some(tracked)
    }

    fn prepared(&mut self, submission: &'a Submission, commit: Option<&'a str>, at: Timestamp) {
        let mut known = self.submissions.iter_mut().find(|tracked| tracked.submission.id == submission.id);
        if let Some(tracked) = &mut known {
            tracked.intents = tracked.intents.saturating_add(1);
        }
        match known {
            Some(tracked) if tracked.state == State::Back => {
                tracked.commit = commit;
                tracked.enter(State::Prepared, at);
            }
            Some(_) => {}
            None => {
                self.submissions.push(Tracked {
                    submission,
                    commit,
                    intents: 1,
                    state: State::Prepared,
                    since: at,
                    sent: None,
                    application: None,
                });
                self.replaced(submission);
            }
        }
    }

    /// Whoever took a submission back got what they wanted when something else is asked for in its place. What a new
    /// submission does not touch stays taken back.
    fn replaced(&mut self, by: &Submission) {
        let is_touched = |item: &Item| by.operations.iter().any(|operation| operation.item == *item);
        let taken_back = self.held.values().filter(|(held, item)| held.taken_back && is_touched(item));
        let replaced: BTreeSet<SubmissionId> = taken_back.map(|(held, _)| held.submission.clone()).collect();
        self.held.retain(|_, (held, _)| !held.taken_back || !replaced.contains(&held.submission));
    }

    fn claimed(
        &mut self,
        submission: &'a Submission,
        application: &'a ApplicationId,
        since: Timestamp,
        at: Timestamp,
    ) {
        self.prepared(submission, None, at);
        if let Some(tracked) = self.tracked(&submission.id, &[State::Prepared, State::Back]) {
            tracked.application = Some(application);
            tracked.enter(State::Pending, since);
            self.report_only = Some(at);
        }
    }

    fn accepted(&mut self, id: &SubmissionId, application: &'a ApplicationId, at: Timestamp) {
        let states = [State::Prepared, State::Back, State::Unknown, State::HandedOver];
        let Some(tracked) = self.tracked(id, &states) else { return };
        tracked.application = Some(application);
        tracked.enter(State::Pending, at);
        let commit = tracked.commit;
        self.arrived(commit);
    }

    /// The marketplace took it: the door is open again, and no older commit may follow.
    fn arrived(&mut self, commit: Option<&'a str>) {
        self.refused = None;
        self.commit = commit.or(self.commit);
    }

    fn refused(&mut self, target: &Key, id: &SubmissionId, refusal: &Refusal, at: Timestamp) {
        let Some(tracked) = self.tracked(id, &[State::Back]) else { return };
        let operations: BTreeSet<OperationId> =
            tracked.operations(target).into_iter().map(|(id, _)| id).collect();
        let base = tracked.submission.base.clone();
        let before = self.refused.as_ref().filter(|last| last.operations == operations);
        let times = before.map_or(1, |last| last.times.saturating_add(1));
        self.refused = Some(LastRefusal { refusal: refusal.clone(), operations, base, at, times });
    }

    fn ended(&mut self, target: &Key, id: &SubmissionId, verdict: &Verdict, at: Timestamp) {
        let open = [State::Prepared, State::Back, State::Unknown, State::HandedOver, State::Pending];
        let Some(tracked) = self.tracked(id, &open) else {
            return self.explain(id, verdict);
        };
        let approved = *verdict == Verdict::Approved;
        tracked.enter(if approved { State::Approved } else { State::Closed }, at);
        let (submission, commit, application) = (tracked.submission, tracked.commit, tracked.application);
        let operations = tracked.operations(target);
        self.arrived(commit);
        match verdict {
            Verdict::Approved => {
                let origin =
                    Origin { submission: id.clone(), application: application.cloned(), approved_at: at };
                let items = operations.iter().map(|(_, item)| (*item).clone());
                self.origins.extend(items.map(|item| (item, origin.clone())));
                // What a claimed one asked for is not known: what is on sale after it was written down beside it. Only
                // that there is something now can be said of a first release.
                if !submission.is_claimed() || submission.kind == SubmissionKind::Release {
                    self.last_applied = Some(&submission.predicted);
                }
                self.held.retain(|_, (_, item)| operations.iter().all(|(_, approved)| approved != item));
            }
            Verdict::Rejected { .. } | Verdict::Withdrawn | Verdict::Discarded => {
                let (taken_back, reason) = match verdict {
                    Verdict::Rejected { reason } => (false, reason.clone()),
                    Verdict::Approved | Verdict::Withdrawn | Verdict::Discarded => (true, None),
                };
                let held = HeldOperation {
                    application: application.cloned(),
                    submission: id.clone(),
                    commit: commit.map(str::to_owned),
                    taken_back,
                    reason,
                    at,
                };
                self.held.extend(operations.into_iter().map(|(id, item)| (id, (held.clone(), item))));
            }
        }
    }

    /// A rejection told a second time may bring the reason that could not be read the first time.
    fn explain(&mut self, id: &SubmissionId, verdict: &Verdict) {
        let Verdict::Rejected { reason: Some(reason) } = verdict else { return };
        for (held, _) in self.held.values_mut().filter(|(held, _)| held.submission == *id) {
            held.reason.get_or_insert_with(|| reason.clone());
        }
    }

    fn close(self, now: Timestamp) -> Record {
        // The first open one holds the slot; should there ever be two, they are resolved one after the other.
        let open = self.submissions.iter().find_map(Tracked::open);
        let approved = |kind: OperationKind| {
            let approved = self.submissions.iter().filter(|tracked| tracked.state == State::Approved);
            let operations = approved.flat_map(|tracked| &tracked.submission.operations);
            operations.filter(move |operation| operation.kind == kind)
        };
        let history = History {
            open,
            held: self.held.iter().map(|(id, (held, _))| (id.clone(), held.clone())).collect(),
            refused: self.refused.clone(),
            last_applied: self.last_applied.cloned(),
            commit: self.commit.map(str::to_owned),
            ended: self
                .submissions
                .iter()
                .filter(|tracked| tracked.state == State::Closed)
                .map(|tracked| tracked.submission.id.clone())
                .collect(),
            retired_specifications: approved(OperationKind::RemoveSpecification)
                .filter_map(|operation| operation.item.specification().cloned())
                .collect(),
            retired: approved(OperationKind::RetireProduct).next().is_some(),
            recent: self.recent(now),
            origins: self.origins.clone(),
            evidence: self.evidence.iter().map(|evidence| (*evidence).clone()).collect(),
            report_only: self.report_only,
            paused: self.paused.cloned(),
            ignored: self.ignored.into_iter().map(|(item, found)| (item, found.clone())).collect(),
            failing: self.failing,
        };
        Record { history, binding: self.binding, notified: self.notified }
    }

    /// Counts removals that the marketplace has, or may have. A prepared one is counted by the plan that repeats it.
    fn recent(&self, now: Timestamp) -> RecentOperations {
        let mut recent = RecentOperations::default();
        let counts = |tracked: &&Tracked<'_>| {
            matches!(tracked.state, State::Unknown | State::HandedOver | State::Pending | State::Approved)
                && tracked.sent.is_some_and(|sent| now.duration_since(sent) < RECENT)
        };
        for operation in
            self.submissions.iter().filter(counts).flat_map(|tracked| &tracked.submission.operations)
        {
            if operation.kind == OperationKind::RetireProduct {
                recent.products_retired += 1;
            } else if operation.kind.is_irreversible() {
                recent.specifications_removed += 1;
            }
        }
        recent
    }
}

impl<'a> Tracked<'a> {
    fn enter(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.since = at;
        match state {
            State::Prepared | State::Back => self.sent = None,
            State::Unknown | State::HandedOver | State::Pending | State::Approved | State::Closed => {
                self.sent.get_or_insert(at);
            }
        }
    }

    fn operations(&self, target: &Key) -> Vec<(OperationId, &'a Item)> {
        let Submission { product, operations, .. } = self.submission;
        operations.iter().map(|operation| (operation.id(target, product), &operation.item)).collect()
    }

    fn open(&self) -> Option<OpenSubmission> {
        let review = match self.state {
            State::Prepared => Review::Prepared,
            State::Unknown => Review::Unknown,
            State::HandedOver => Review::HandedOver,
            State::Pending => Review::Pending,
            State::Back | State::Approved | State::Closed => return None,
        };
        Some(OpenSubmission {
            submission: self.submission.clone(),
            review,
            application: self.application.cloned(),
            since: self.since,
        })
    }
}
