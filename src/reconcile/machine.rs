//! The step machine: told what happened, it answers with what to do next. It does nothing itself.

use super::account::{Account, Outcome};
use super::choice::{Choice, Task, choose};
use super::verdicts::{by_submission, claims, is_doubtful, learned, mark_missing, strays};
use super::{LEASE, Run};
use crate::ledger::{Event, EventKind, LedgerError, Records, fold, intents};
use crate::marketplace::{MarketplaceError, ReviewReport, SubmitOutcome};
use crate::model::Key;
use crate::plan::OpenSubmission;
use crate::released::{Observation, ObservedApplication, resolve};
use crate::submission::{Fence, Submission, SubmissionId, Verdict};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Something to do in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the ledger's events of the scope.
    Read,
    /// Append an event to the ledger, durably.
    Append {
        /// About which product.
        product: Key,
        /// What happened.
        event: EventKind,
    },
    /// Take a product for this run.
    Lease {
        /// Which.
        product: Key,
        /// The run.
        run: String,
        /// Until when.
        until: Timestamp,
    },
    /// Give a product back.
    Release {
        /// Which.
        product: Key,
        /// The run.
        run: String,
    },
    /// Ask the marketplace where these submissions stand.
    Ask(Vec<SubmissionId>),
    /// Observe the marketplace.
    Observe,
    /// See to it that nothing is taken that another run sends about a product too late.
    Bar {
        /// Which.
        product: Key,
        /// Later than that of any run that held it before.
        fence: Fence,
    },
    /// Hand a submission over.
    Submit {
        /// What.
        submission: Submission,
        /// Later than that of any run that held the product before.
        fence: Fence,
    },
    /// Take a submission back.
    Withdraw {
        /// About which product.
        product: Key,
        /// Our id.
        submission: SubmissionId,
    },
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Nothing yet.
    Start,
    /// Leasing, appending, giving back, barring or withdrawing is done.
    Done,
    /// The ledger's events.
    Events(Vec<Event>),
    /// Where submissions stand.
    Reviews(Vec<ReviewReport>),
    /// What the marketplace shows.
    Observed(Observation),
    /// How handing over ended.
    Sent(SubmitOutcome),
    /// The ledger did not do it.
    LedgerFailed(LedgerError),
    /// The marketplace did not do it.
    MarketplaceFailed(MarketplaceError),
}

/// What the machine waits to hear about.
#[derive(Debug)]
pub(super) enum Phase {
    Begin,
    Reading,
    /// Taking the first of these products, whose submissions may or may not have arrived.
    Doubting(VecDeque<Key>),
    /// Reading once more, now that what is doubtful is taken.
    Rereading,
    /// Barring others from the first of these, which are taken.
    Barring(VecDeque<(Key, Fence)>),
    /// Asking about what is left, a question at a time.
    Asking {
        rest: Vec<SubmissionId>,
        reports: Vec<ReviewReport>,
    },
    /// Recording the first of these.
    Learning(VecDeque<(Key, EventKind)>),
    /// Giving products back; then this.
    Freeing(Then),
    Observing,
    /// Doing the first task.
    Working(Stage),
}

/// What comes after giving back.
#[derive(Debug, Clone, Copy)]
pub(super) enum Then {
    Read,
    Observe,
    NextTask,
    End,
}

/// Where the first task stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    Closing,
    Leasing,
    Rereading,
    Preparing,
    Counting,
    Sending,
    Concluding,
    Withdrawing,
}

/// More passes of asking and recording than any healthy marketplace causes.
const PASSES: u32 = 8;

/// The fence of whoever has read this much about a product, and so many entries more. Leases are given back early and
/// clocks differ, so only the ledger tells the order of those who held it: each wrote its intent after the one before.
pub(super) fn fence(events: &[Event], product: &Key, more: i64) -> Fence {
    let about = events.iter().filter(|event| event.product == *product);
    let (latest, entries) = about.fold((Timestamp::UNIX_EPOCH, more), |(latest, entries), event| {
        (latest.max(event.at), entries.saturating_add(1))
    });
    let held = LEASE.saturating_add(SignedDuration::from_micros(entries));
    Fence(latest.checked_add(held).unwrap_or(Timestamp::MAX))
}

/// One run. It ends when [`Machine::next`] answers with nothing.
pub struct Machine<'a> {
    pub(super) run: Run<'a>,
    pub(super) now: Timestamp,
    pub(super) phase: Phase,
    pub(super) account: Account,
    /// Products this run holds.
    pub(super) leased: BTreeSet<Key>,
    /// Until when the products taken last are ours.
    pub(super) until: Timestamp,
    pub(super) tasks: VecDeque<Task>,
    /// The number of each product's last event that the plan knows of.
    pub(super) seen: BTreeMap<Key, u64>,
    /// How often somebody meant to send what the first task submits, this run included.
    pub(super) intents: u32,
    /// Products whose submission this run took back; they are planned once more.
    pub(super) withdrawn: BTreeSet<Key>,
    /// Products whose submission the marketplace did not give back, and why.
    pub(super) denied: BTreeMap<Key, String>,
    /// Products of the round that follows; `None` in the first round, where all are looked after.
    pub(super) again: Option<BTreeSet<Key>>,
    /// The commit of the definitions, for the record of intent.
    pub(super) commit: Option<String>,
    /// Applications as they were when they were looked at last.
    pub(super) applications: Vec<ObservedApplication>,
    events: Vec<Event>,
    records: Records,
    /// Products another run holds while their submissions are in doubt, and until when.
    busy: BTreeMap<Key, Timestamp>,
    verdicts: BTreeMap<Key, Vec<(SubmissionId, Verdict)>>,
    passes: u32,
    is_winding_down: bool,
}

/// Why a run ended that was asked to.
const WOUND_DOWN: &str = "it was asked to stop; the next run goes on from here";

impl<'a> Machine<'a> {
    /// A run that has not begun.
    #[must_use]
    pub fn new(run: Run<'a>) -> Self {
        Self {
            run,
            now: Timestamp::MIN,
            phase: Phase::Begin,
            account: Account::default(),
            leased: BTreeSet::new(),
            until: Timestamp::MIN,
            tasks: VecDeque::new(),
            seen: BTreeMap::new(),
            intents: 0,
            withdrawn: BTreeSet::new(),
            denied: BTreeMap::new(),
            again: None,
            commit: None,
            applications: Vec::new(),
            events: Vec::new(),
            records: Records::default(),
            busy: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            passes: 0,
            is_winding_down: false,
        }
    }

    /// Begins nothing new from now on: what is being recorded or handed over is finished, products are given back.
    pub fn wind_down(&mut self) {
        self.is_winding_down = true;
    }

    /// The end of a run that was asked to stop, where something new would begin.
    pub(super) fn wound_down(&mut self) -> Option<Effect> {
        self.stop(WOUND_DOWN.to_owned())
    }

    pub(super) fn is_winding_down(&self) -> bool {
        self.is_winding_down
    }

    /// The account so far; true at any moment.
    #[must_use]
    pub fn into_account(self) -> Account {
        self.account
    }

    /// Takes in what happened (`now` is the run's clock) and says what to do next; `None` when the run is over.
    pub fn next(&mut self, now: Timestamp, input: Input) -> Option<Effect> {
        self.now = now;
        match (std::mem::replace(&mut self.phase, Phase::Begin), input) {
            (Phase::Begin, Input::Start) => self.read(),
            (Phase::Reading, Input::Events(events)) => self.fold(events),
            (Phase::Doubting(mut rest), Input::Done) => {
                self.leased.extend(rest.pop_front());
                self.doubt(rest)
            }
            (Phase::Rereading, Input::Events(events)) => {
                self.take(events);
                self.bar(self.doubtful())
            }
            (Phase::Barring(mut rest), Input::Done) => {
                rest.pop_front();
                self.bar(rest)
            }
            (Phase::Doubting(mut rest), Input::LedgerFailed(LedgerError::Leased { until, .. })) => {
                self.busy.extend(rest.pop_front().map(|product| (product, until)));
                self.doubt(rest)
            }
            // Others are writing all the time: the product is looked after in the next run.
            (Phase::Doubting(mut rest), Input::LedgerFailed(LedgerError::Conflict)) => {
                let now = self.now;
                self.busy.extend(rest.pop_front().map(|product| (product, now)));
                self.doubt(rest)
            }
            (Phase::Asking { rest, mut reports }, Input::Reviews(more)) => {
                reports.extend(more);
                self.ask_on(rest, reports)
            }
            (Phase::Learning(mut rest), Input::Done) => {
                if let Some((product, EventKind::Ended { submission, verdict })) = rest.pop_front() {
                    self.verdicts.entry(product).or_default().push((submission, verdict));
                }
                self.record(rest)
            }
            // What could not be recorded now is learned again; what follows it about the product has to wait as well.
            (Phase::Learning(mut rest), Input::LedgerFailed(LedgerError::Conflict)) => {
                if let Some((product, _)) = rest.pop_front() {
                    rest.retain(|(other, _)| *other != product);
                }
                self.record(rest)
            }
            // A product that cannot be given back frees itself when the lease runs out.
            (Phase::Freeing(then), Input::Done | Input::LedgerFailed(_)) => self.free(then),
            (Phase::Observing, Input::Observed(observation)) => self.plan(&observation),
            (Phase::Working(stage), input) => self.work(stage, input),
            (_, Input::LedgerFailed(error)) => self.stop(error.advice()),
            (_, Input::MarketplaceFailed(error)) => self.stop(error.to_string()),
            (_, input) => self.surprised(&input),
        }
    }

    pub(super) fn surprised(&mut self, input: &Input) -> Option<Effect> {
        self.stop(format!("the run was told what it had not asked for: {input:?}"))
    }

    fn read(&mut self) -> Option<Effect> {
        self.phase = Phase::Reading;
        Some(Effect::Read)
    }

    fn take(&mut self, events: Vec<Event>) {
        self.records = fold(self.run.scope, &events, self.now);
        let steps = events.iter().filter(|event| event.kind.is_step());
        self.seen = steps.map(|event| (event.product.clone(), event.sequence)).collect();
        self.events = events;
    }

    fn fold(&mut self, events: Vec<Event>) -> Option<Effect> {
        self.take(events);
        self.busy.clear();
        let doubtful = self.open().filter(|(_, open)| is_doubtful(open)).map(|(product, _)| product.clone());
        let doubtful = doubtful.collect();
        self.doubt(doubtful)
    }

    /// Submissions that have not ended, of the products that this run looks after.
    fn open(&self) -> impl Iterator<Item = (&Key, &OpenSubmission)> {
        let products = self.records.products.iter();
        let ours = products.filter(|(product, _)| self.run.limit.is_in_shard(product));
        ours.filter_map(|(product, record)| Some((product, record.history.open.as_ref()?)))
    }

    /// Takes products before asking: what another run is sending at this moment must not be judged as lost.
    fn doubt(&mut self, products: VecDeque<Key>) -> Option<Effect> {
        if self.is_winding_down {
            return self.wound_down();
        }
        let Some(product) = products.front().cloned() else {
            if self.leased.is_empty() {
                return self.ask();
            }
            // Whoever held them may have written how it ended before they were free.
            self.phase = Phase::Rereading;
            return Some(Effect::Read);
        };
        self.phase = Phase::Doubting(products);
        Some(self.lease(product))
    }

    /// What is taken and still in doubt, with the fences that shut out whoever held it before; also under the key that it
    /// had then.
    fn doubtful(&self) -> VecDeque<(Key, Fence)> {
        let open = self.open().filter(|(key, open)| is_doubtful(open) && self.leased.contains(*key));
        let barred = open.flat_map(|(key, open)| {
            // Everything that an earlier holder sends stands under what it wrote down before.
            let fence = fence(&self.events, key, 1);
            let then = Some(&open.submission.product).filter(|then| *then != key);
            [Some(key), then].into_iter().flatten().map(move |key| (key.clone(), fence))
        });
        barred.collect()
    }

    /// What an earlier holder may still send must not be taken after it was judged lost.
    fn bar(&mut self, products: VecDeque<(Key, Fence)>) -> Option<Effect> {
        let checks = self.run.capabilities.checks_fences;
        let Some((product, fence)) = products.front().cloned().filter(|_| checks) else { return self.ask() };
        self.phase = Phase::Barring(products);
        Some(Effect::Bar { product, fence })
    }

    pub(super) fn lease(&mut self, product: Key) -> Effect {
        self.until = self.now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
        Effect::Lease { product, run: self.run.id.to_owned(), until: self.until }
    }

    fn ask(&mut self) -> Option<Effect> {
        let open: Vec<SubmissionId> = self.open().map(|(_, open)| open.submission.id.clone()).collect();
        if open.is_empty() {
            return self.free(Then::Observe);
        }
        self.ask_on(open, Vec::new())
    }

    /// Asks about as many as one question may name; learns when nothing is left to ask.
    fn ask_on(&mut self, mut open: Vec<SubmissionId>, reports: Vec<ReviewReport>) -> Option<Effect> {
        if open.is_empty() {
            return self.learn(&reports);
        }
        let rest = open.split_off(open.len().min(self.run.capabilities.ids_per_question.max(1)));
        self.phase = Phase::Asking { rest, reports };
        Some(Effect::Ask(open))
    }

    fn learn(&mut self, reports: &[ReviewReport]) -> Option<Effect> {
        let knows_ids = self.run.capabilities.knows_submission_ids;
        let mut events = VecDeque::new();
        let (reports_told, reports) = (reports, by_submission(reports));
        for (product, open) in self.open() {
            let report = reports.get(&open.submission.id).copied();
            let ours_alone = self.leased.contains(product);
            let intents = Some(intents(&self.events, &open.submission.id));
            let learned = learned(&self.records, product, open, report, ours_alone, knows_ids, intents);
            events.extend(learned.into_iter().map(|event| (product.clone(), event)));
        }
        self.passes += 1;
        if events.is_empty() || self.passes > PASSES {
            mark_missing(&mut self.records, reports_told, self.run.capabilities);
            return self.free(Then::Observe);
        }
        self.record(events)
    }

    fn record(&mut self, events: VecDeque<(Key, EventKind)>) -> Option<Effect> {
        let Some((product, event)) = events.front().cloned() else { return self.free(Then::Read) };
        if self.is_winding_down {
            return self.wound_down();
        }
        self.phase = Phase::Learning(events);
        Some(Effect::Append { product, event })
    }

    /// Gives back what this run holds, one by one.
    pub(super) fn free(&mut self, then: Then) -> Option<Effect> {
        if let Some(product) = self.leased.pop_first() {
            self.phase = Phase::Freeing(then);
            return Some(Effect::Release { product, run: self.run.id.to_owned() });
        }
        match then {
            Then::Read => self.read(),
            Then::Observe => {
                self.phase = Phase::Observing;
                Some(Effect::Observe)
            }
            Then::NextTask => {
                self.tasks.pop_front();
                self.next_task()
            }
            Then::End => None,
        }
    }

    fn plan(&mut self, observation: &Observation) -> Option<Effect> {
        let mut told = claims(&self.records, observation);
        told.extend(strays(&self.records, &self.events, observation));
        told.retain(|(product, _)| self.run.limit.is_in_shard(product));
        if !told.is_empty() && self.passes <= PASSES {
            self.passes += 1;
            return self.record(told.into());
        }
        let released = resolve(observation, &self.records.bindings());
        let plan = (self.run.planner)(&released, &self.records, self.now);
        self.commit.clone_from(&plan.commit);
        let choice = Choice {
            run: self.run,
            plan: &plan,
            released: &released,
            records: &self.records,
            events: &self.events,
            busy: &self.busy,
            verdicts: &self.verdicts,
            withdrawn: &self.withdrawn,
            denied: &self.denied,
            only: self.again.as_ref(),
        };
        let (tasks, products) = choose(&choice);
        self.applications = released.applications;
        self.tasks = tasks.into();
        self.account.products.retain(|old| products.iter().all(|new| new.key != old.key));
        self.account.products.extend(products);
        self.account.products.sort_by(|a, b| a.key.cmp(&b.key));
        self.again = None;
        self.next_task()
    }

    /// Ends the run early. Products whose turn did not come keep the outcome they were given when they were chosen.
    pub(super) fn stop(&mut self, why: String) -> Option<Effect> {
        self.account.stopped = Some(why);
        self.tasks.clear();
        self.free(Then::End)
    }

    /// Writes into the account how it ended for a product.
    pub(super) fn settle(&mut self, product: &Key, outcome: Outcome) {
        if let Some(found) = self.account.products.iter_mut().find(|found| found.key == *product) {
            found.outcome = outcome;
        }
    }
}
