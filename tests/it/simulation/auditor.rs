//! The judgement over a history: from what the sandbox notes and from the ledger, never from what a run says.

use super::edits::Definitions;
use crate::model::{scope, site};
use gallerist::ledger::{Event as Entry, EventKind};
use gallerist::model::{Item, Key};
use gallerist::released::ProductStatus;
use gallerist::sandbox::{Application, Event, Fact, ProductRow, Standing, State};
use gallerist::submission::{
    ApplicationId, EvidenceKind, Operation, OperationId, OperationKind, Refusal, Submission, SubmissionId,
    Verdict,
};
use jiff::Timestamp;
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Whose request it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) run: String,
    /// The number of the commit it works from.
    pub(super) commit: usize,
    pub(super) definitions: Rc<Definitions>,
    /// When the run decided to send what it asks for.
    pub(super) decided_at: Timestamp,
}

/// Every submission that some plan held ready, as it was planned, and by which commits.
#[derive(Debug, Default)]
pub(super) struct Intents(BTreeMap<SubmissionId, (Submission, BTreeSet<usize>)>);

impl Intents {
    pub(super) fn note(&mut self, submission: &Submission, commit: usize) {
        let planned =
            self.0.entry(submission.id.clone()).or_insert_with(|| (submission.clone(), BTreeSet::new()));
        planned.1.insert(commit);
    }

    /// Whether exactly this was planned from this commit. What is predicted is our own note and may differ.
    fn held(&self, submission: &Submission, commit: usize) -> bool {
        self.0.get(&submission.id).is_some_and(|(planned, commits)| {
            let as_sent = Submission { predicted: planned.predicted.clone(), ..submission.clone() };
            *planned == as_sent && commits.contains(&commit)
        })
    }
}

pub(super) struct Auditor {
    intents: Rc<RefCell<Intents>>,
    /// Operations that somebody approved.
    pub(super) approved: BTreeSet<OperationId>,
    a_day: u32,
    pub(super) breaches: Vec<String>,
    /// What happened, in words, when anybody wants to read it.
    pub(super) told: Option<Vec<String>>,
    standings: BTreeMap<ApplicationId, Application>,
    rows: BTreeMap<String, ProductRow>,
    /// What was done last to each thing by us, until somebody else changes the product.
    done: BTreeMap<(Key, Item), OperationId>,
    /// The newest commit of which something about a product arrived.
    newest: BTreeMap<Key, usize>,
    /// Submissions of ours on each day, until somebody else submits on that day.
    days: BTreeMap<Date, Vec<String>>,
    /// What each run made arrive, or took back.
    by_run: BTreeMap<(String, Key), Vec<SubmissionId>>,
    taken_back: BTreeMap<(String, Key), Vec<SubmissionId>>,
    retired: BTreeSet<Key>,
}

impl Auditor {
    pub(super) fn new(intents: Rc<RefCell<Intents>>, a_day: u32, telling: bool) -> Self {
        Self {
            intents,
            approved: BTreeSet::new(),
            a_day,
            breaches: Vec::new(),
            told: telling.then(Vec::new),
            standings: BTreeMap::new(),
            rows: BTreeMap::new(),
            done: BTreeMap::new(),
            newest: BTreeMap::new(),
            days: BTreeMap::new(),
            by_run: BTreeMap::new(),
            taken_back: BTreeMap::new(),
            retired: BTreeSet::new(),
        }
    }

    pub(super) fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(told) = &mut self.told {
            told.push(line());
        }
    }

    fn convict(&mut self, breach: String) {
        self.tell(|| format!("!!! {breach}"));
        self.breaches.push(breach);
    }

    /// Takes in what the sandbox noted; `sender` is the run whose request it was.
    pub(super) fn see(&mut self, event: &Event, sender: Option<&Sender>) {
        self.tell(|| format!("      {} {}: {}", event.at, event.by, event.text));
        for fact in &event.facts {
            if let Fact::Application(application) = fact {
                self.application(application, event, sender);
            }
        }
        for fact in &event.facts {
            if let Fact::Product(row) = fact {
                self.row(row);
            }
        }
    }

    fn application(&mut self, application: &Application, event: &Event, sender: Option<&Sender>) {
        let before = self.standings.insert(application.id.clone(), application.clone());
        let before = before.map(|known| known.standing);
        match (application.submission(), sender) {
            (Some(submission), Some(sender)) if before.is_none() => {
                self.arrives(application, submission, sender, site().day(event.at));
            }
            (Some(submission), None) if before.is_none() => {
                self.convict(format!("{} arrived, and nobody sent it", submission.id));
            }
            (Some(submission), Some(sender)) if application.standing == Standing::Withdrawn => {
                let run = (sender.run.clone(), submission.product.clone());
                self.taken_back.entry(run).or_default().push(submission.id.clone());
            }
            (None, _) if application.standing == Standing::Pending => {
                self.days.remove(&site().day(event.at));
            }
            _ => {}
        }
        if application.standing == Standing::Approved && before != Some(Standing::Approved) {
            match application.submission() {
                Some(submission) => self.approves(submission),
                None => self.forget(&application.product),
            }
        }
    }

    fn arrives(&mut self, application: &Application, submission: &Submission, sender: &Sender, day: Date) {
        let Submission { id, product, kind, .. } = submission;
        let open: Vec<&Application> = self
            .standings
            .values()
            .filter(|other| {
                let about = other.is_about(application.product_id.as_deref(), product);
                other.id != application.id && about && other.standing == Standing::Pending
            })
            .collect();
        if let Some(other) = open.first() {
            let breach = format!("{product}: {id} is in review at the same time as {}", other.id);
            self.convict(breach);
        }
        if !self.intents.borrow().held(submission, sender.commit) {
            self.convict(format!("{product}: no plan of commit {} held {id}", sender.commit));
        }
        let newest = self.newest.entry(product.clone()).or_insert(sender.commit);
        let older = *newest > sender.commit;
        *newest = sender.commit.max(*newest);
        if older {
            self.convict(format!("{product}: {id} is of an older commit than what was applied last"));
        }
        self.removes(submission, sender);
        for operation in submission.operations.iter().filter(|found| found.kind.is_irreversible()) {
            let operation = operation.id(&scope().target, product);
            if !self.approved.contains(&operation) {
                self.convict(format!("{product}: nobody approved {operation} of {id}"));
            }
        }
        // What was let out on one day and arrives on another, because machine or line stood still, nobody could foresee.
        if site().day(sender.decided_at) == day {
            let on_day = self.days.entry(day).or_default();
            on_day.push(id.to_string());
            let many = on_day.len();
            if many > self.a_day as usize {
                self.convict(format!("{many} submissions on {day}: {id} is too many"));
            }
        }
        self.by_run.entry((sender.run.clone(), product.clone())).or_default().push(id.clone());
        let (run, commit, operations) = (&sender.run, sender.commit, &submission.operations);
        let what = operations.iter().map(|found| format!("{} {}", found.kind.name(), found.item.describe()));
        let what: Vec<_> = what.collect();
        self.tell(|| format!("      {run} (commit {commit}): {} {id}: {}", kind.name(), what.join(", ")));
    }

    /// Nothing goes before what takes its place is on sale.
    fn removes(&mut self, submission: &Submission, sender: &Sender) {
        let removed: BTreeSet<&Key> = submission
            .operations
            .iter()
            .filter(|operation| operation.kind == OperationKind::RemoveSpecification)
            .filter_map(|operation| operation.item.specification())
            .collect();
        if removed.is_empty() {
            return;
        }
        let on_sale: BTreeSet<&Key> = self
            .rows
            .values()
            .filter(|row| row.key == submission.product)
            .flat_map(|row| row.live().map(|(key, _)| key))
            .collect();
        let desired = sender.definitions.get(&submission.product).map(|found| &found.desired);
        let early: Vec<String> = desired
            .into_iter()
            .flat_map(|desired| &desired.specifications)
            .filter(|(key, intent)| intent.retire.is_none() && !on_sale.contains(key))
            .filter(|(_, intent)| intent.replaces.iter().any(|old| removed.contains(old)))
            .map(|(key, _)| key.to_string())
            .collect();
        if !early.is_empty() {
            let product = &submission.product;
            self.convict(format!("{product}: {removed:?} is removed before {early:?} is on sale"));
        }
    }

    fn approves(&mut self, submission: &Submission) {
        let product = &submission.product;
        let mut twice = Vec::new();
        for operation in &submission.operations {
            let Operation { item, kind, .. } = operation;
            let id = operation.id(&scope().target, product);
            if self.done.insert((product.clone(), item.clone()), id.clone()) == Some(id) {
                twice.push(format!("{product}: {} {} was done twice", kind.name(), item.describe()));
            }
            if *kind == OperationKind::RetireProduct {
                self.retired.insert(product.clone());
            }
        }
        twice.into_iter().for_each(|breach| self.convict(breach));
    }

    /// Somebody else changed the product: what we did to it may have to be done again.
    pub(super) fn forget(&mut self, product: &Key) {
        self.done.retain(|(other, _), _| other != product);
    }

    fn row(&mut self, row: &ProductRow) {
        let sells = row.status != ProductStatus::Discontinued && row.live().next().is_some();
        if !sells && !self.retired.contains(&row.key) {
            self.convict(format!("{} sells nothing any more", row.key));
        }
        self.rows.insert(row.id.clone(), row.clone());
    }

    /// A submission of ours was not taken at the door.
    pub(super) fn refused(&mut self, submission: &Submission, refusal: &Refusal, state: &State) {
        let Submission { product, product_id, id, .. } = submission;
        let Refusal { rules, text, technical } = refusal;
        self.tell(|| format!("      {id} was refused: {text}"));
        let in_flight = state.in_flight(product_id.as_deref(), product, None);
        let ours = in_flight.is_some_and(|other| other.submission().is_some());
        let others = rules.contains(&70) && !ours;
        // A look may be older than what others did: then the base is not the one of today.
        let late = rules.is_empty() && !text.contains("was used for something else");
        if !technical && !others && !late {
            self.convict(format!("{product}: {id} was refused: {rules:?} {text}"));
        }
    }

    /// What a run made arrive about a product.
    pub(super) fn sent(&self, run: &str, product: &Key) -> &[SubmissionId] {
        self.by_run.get(&(run.to_owned(), product.clone())).map_or(&[], Vec::as_slice)
    }

    /// What a run took back of a product.
    pub(super) fn taken_back(&self, run: &str, product: &Key) -> &[SubmissionId] {
        self.taken_back.get(&(run.to_owned(), product.clone())).map_or(&[], Vec::as_slice)
    }

    /// People approve in the ledger.
    pub(super) fn approval(&mut self, kind: &EventKind) {
        if let EventKind::Vouched { evidence } = kind
            && let EvidenceKind::Approval(operation) = &evidence.kind
        {
            self.approved.insert(operation.clone());
        }
    }

    /// Everything that arrived is known to the ledger, as what it became.
    pub(super) fn close(&mut self, ledger: &[Entry]) {
        let mut lost = Vec::new();
        for application in self.standings.values() {
            let Some(submission) = application.submission() else { continue };
            let of = |entry: &&Entry| entry.product == submission.product;
            let entries = || ledger.iter().filter(of);
            let intended = entries().any(|entry| {
                matches!(&entry.kind, EventKind::Prepared { submission: sent, .. } if sent.id == submission.id)
            });
            let accepted = entries().any(|entry| {
                matches!(&entry.kind, EventKind::Accepted { submission: id, application: known }
                    if *id == submission.id && *known == application.id)
            });
            let ended = entries().any(|entry| {
                let EventKind::Ended { submission: id, verdict } = &entry.kind else { return false };
                let fits = match (&application.standing, verdict) {
                    (Standing::Approved, Verdict::Approved)
                    | (Standing::Rejected(_), Verdict::Rejected { .. })
                    | (Standing::Withdrawn, Verdict::Withdrawn)
                    // Deleted after it was rejected or taken back, which was known before.
                    | (Standing::Discarded, _) => true,
                    _ => false,
                };
                *id == submission.id && fits
            });
            for (known, what) in
                [(intended, "was intended"), (accepted, "arrived"), (ended, "ended as it did")]
            {
                if !known {
                    let id = &application.id;
                    lost.push(format!("the ledger does not know that {} ({id}) {what}", submission.id));
                }
            }
        }
        lost.into_iter().for_each(|breach| self.convict(breach));
    }

    pub(super) fn complain(&mut self, breach: String) {
        self.convict(breach);
    }
}
