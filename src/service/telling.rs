//! The account of a run in the words people read: what became of every product, and who acts next.

use super::notices::Seen;
use super::planning::Planner;
use super::submissions::commit;
use crate::ledger::{Event, EventKind, Records};
use crate::model::{Item, Key};
use crate::plan::{Action, Drift, Plan, ProductPlan, Standing, StepState, expected_by};
use crate::reconcile::{Account as Run, Limit, Outcome, ProductAccount, WaitingFor};
use crate::report::{Account, Actor, Deed, Entry, Invocation, Next, Notice, Rejection, next, places};
use crate::submission::{Operation, Submission, SubmissionId, Verdict};
use camino::Utf8Path;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A saved plan and the file it stands in.
pub(super) type Saved<'a> = (&'a Utf8Path, &'a Plan);

/// What the account is told with.
pub(super) struct Told<'a> {
    pub(super) plan: &'a Plan,
    pub(super) records: &'a Records,
    pub(super) events: &'a [Event],
    /// Whether all this was read after the run; else before its steps, and it does not say who acts next.
    pub(super) is_after: bool,
}

/// The machine's account in the words people read, with every product that the run was about.
pub(super) fn tell(
    planner: &Planner<'_>,
    told: &Told<'_>,
    saved: Option<Saved<'_>>,
    limit: &Limit,
    run: &Run,
    now: Timestamp,
) -> Account {
    let prepared = told.events.iter().filter_map(|event| match &event.kind {
        EventKind::Prepared { submission, .. } | EventKind::Claimed { submission, .. } => {
            Some((&submission.id, submission))
        }
        _ => None,
    });
    let teller = Teller {
        planner,
        told,
        saved,
        products: told.plan.products.iter().map(|found| (&found.key, found)).collect(),
        submissions: prepared.collect(),
        invocation: planner.invocation().clone(),
        now,
    };
    let mut account = Account {
        scope: planner.scope.clone(),
        at: now,
        entries: Vec::new(),
        in_sync: 0,
        stopped: run.stopped.clone(),
        notified: None,
    };
    for product in &run.products {
        let before = account.entries.len();
        teller.tell(product, &mut account.entries);
        if account.entries.len() == before {
            account.in_sync += 1;
        }
    }
    teller.left_out(run, limit, &mut account.entries);
    account
}

/// What others may want to hear of.
pub(super) fn notices(planner: &Planner<'_>, told: &Told<'_>, now: Timestamp) -> Vec<Notice> {
    let invocation = planner.invocation().clone();
    let places = |product: &Key, submission: &Submission, reason: Option<&str>| {
        let locate = |item: &Item, excerpt: Option<&str>| planner.locate(product, item, excerpt);
        places(reason, submission, &locate)
    };
    let Told { plan, records, events, is_after: _ } = *told;
    super::notices::notices(&Seen {
        scope: &planner.scope,
        events,
        records,
        plan,
        now,
        invocation: &invocation,
        places: &places,
    })
}

struct Teller<'a> {
    planner: &'a Planner<'a>,
    told: &'a Told<'a>,
    saved: Option<Saved<'a>>,
    products: BTreeMap<&'a Key, &'a ProductPlan>,
    submissions: BTreeMap<&'a SubmissionId, &'a Submission>,
    invocation: Invocation,
    now: Timestamp,
}

impl Teller<'_> {
    fn tell(&self, product: &ProductAccount, entries: &mut Vec<Entry>) {
        let plan = self.products.get(&product.key).filter(|_| self.told.is_after);
        let next = plan.map(|found| next_of(found, &self.invocation));
        let mut add = |submission: Option<SubmissionId>, what: String, deed: Deed, next: Option<Next>| {
            let (product, name) = (product.key.clone(), product.name.clone());
            entries.push(Entry { product, name, submission, what, deed, next });
        };
        for (submission, verdict) in &product.verdicts {
            let deed = self.verdict(product, submission, verdict);
            // Who acts after a rejection is the question it raises; after an approval the plan goes on below.
            let next = next.clone().flatten().filter(|_| matches!(deed, Deed::Rejected(_) | Deed::TakenBack));
            add(Some(submission.clone()), self.what(&product.key, submission), deed, next);
        }
        let is_told = product.verdicts.iter().any(|(_, verdict)| *verdict == Verdict::Withdrawn);
        if product.withdrawn && !is_told {
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

    /// Products that the machine did not get to, and those whose definitions nobody can read.
    fn left_out(&self, run: &Run, limit: &Limit, entries: &mut Vec<Entry>) {
        let definitions = &self.planner.definitions;
        let wanted = definitions.desired.keys().map(|key| (key, false));
        let broken =
            definitions.broken.iter().filter(|key| definitions.catalog.definition(key.as_str()).is_some());
        let all: BTreeMap<&Key, bool> = wanted.chain(broken.map(|key| (key, true))).collect();
        for (key, is_broken) in all {
            let is_known = run.products.iter().any(|found| found.key == *key);
            if is_known || !limit.allows(key) || (!is_broken && run.stopped.is_none()) {
                continue;
            }
            let (deed, who, command) = match is_broken {
                true => {
                    let why = "its definition, or one that names it, has errors".to_owned();
                    (Deed::Blocked(why), Actor::Seller, "check")
                }
                false => {
                    (Deed::NotSent("the run ended before it looked".to_owned()), Actor::Run, "reconcile")
                }
            };
            let what = match who {
                Actor::Seller => "puts the definition right",
                _ => "tries again, when the cause is gone",
            };
            let next = Next { who, what: what.to_owned(), command: Some(self.invocation.command(command)) };
            let desired = definitions.desired.get(key);
            let name = desired.map_or(key.as_str(), |found| found.desired.product.display_name());
            entries.push(Entry {
                product: key.clone(),
                name: name.to_owned(),
                submission: None,
                what: String::new(),
                deed,
                next: Some(next),
            });
        }
    }

    fn verdict(&self, product: &ProductAccount, id: &SubmissionId, verdict: &Verdict) -> Deed {
        match verdict {
            Verdict::Approved if product.approved_differently => {
                let found = self.products.get(&product.key);
                let drift = found.into_iter().flat_map(|found| &found.drift);
                Deed::ApprovedDifferently(drift.map(differs).collect())
            }
            Verdict::Approved => Deed::Approved,
            Verdict::Rejected { reason } => Deed::Rejected(self.rejection(&product.key, id, reason.clone())),
            Verdict::Withdrawn if product.withdrawn => Deed::Withdrawn,
            Verdict::Withdrawn | Verdict::Discarded => Deed::TakenBack,
        }
    }

    fn rejection(&self, key: &Key, id: &SubmissionId, reason: Option<String>) -> Rejection {
        let history = self.told.records.history(key);
        let held = history.held.values().find(|held| held.submission == *id);
        let reason = reason.or_else(|| held?.reason.clone());
        let chain = self.products.get(key).into_iter().flat_map(|found| &found.chain);
        let mut held_now = chain.filter_map(|step| match &step.action {
            Action::Submit(submission) if submission.id == *id => Some(submission),
            Action::Submit(_) | Action::Withdraw { .. } | Action::Manual(_) => None,
        });
        let locate = |item: &Item, excerpt: Option<&str>| self.planner.locate(key, item, excerpt);
        let submission = held_now.next().or_else(|| self.submissions.get(id).copied());
        let accepted = self.told.events.iter().find_map(|event| match &event.kind {
            EventKind::Accepted { submission, application } if submission == id => Some(application.clone()),
            _ => None,
        });
        Rejection {
            submission: id.clone(),
            application: accepted,
            commit: commit(self.told.events, id),
            places: submission.map(|found| places(reason.as_deref(), found, &locate)).unwrap_or_default(),
            reason,
        }
    }

    fn deed(&self, product: &ProductAccount) -> Option<(Option<SubmissionId>, Deed)> {
        let history = self.told.records.history(&product.key);
        Some(match &product.outcome {
            Outcome::Nothing => return self.drifted(&product.key).map(|deed| (None, deed)),
            Outcome::Submitted { submission, application } => {
                let expected_by = expected_by(&self.planner.target.profile, self.now);
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
                (None, Deed::Refused { rules, text, technical: refusal.passes() })
            }
            Outcome::Rejected { .. } | Outcome::TakenBack { .. }
                if product.verdicts.iter().any(|(_, verdict)| *verdict != Verdict::Approved) =>
            {
                return None;
            }
            Outcome::TakenBack { submission } => (Some(submission.clone()), Deed::TakenBack),
            Outcome::Rejected { reason, submission } => {
                let id = submission.clone().or_else(|| self.held(&product.key))?;
                let rejection = self.rejection(&product.key, &id, reason.clone());
                (Some(id), Deed::Rejected(rejection))
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

    /// The submission that is held.
    fn held(&self, key: &Key) -> Option<SubmissionId> {
        let chain = &self.products.get(key)?.chain;
        chain.iter().find_map(|step| match (&step.action, &step.state) {
            (Action::Submit(submission), StepState::Held { .. }) => Some(submission.id.clone()),
            (Action::Submit(_) | Action::Withdraw { .. } | Action::Manual(_), _) => None,
        })
    }

    /// What somebody else changed of a product for which there is nothing to do.
    fn drifted(&self, key: &Key) -> Option<Deed> {
        let found = self.products.get(key).filter(|found| found.standing == Standing::Drifted)?;
        let items: Vec<String> = found.drift.iter().map(|drift| drift.item.describe()).collect();
        Some(Deed::Drifted(items.join(", ")))
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

/// How the released state differs from what was approved: `price of starter: it is 105.00, and 109.00 was asked for`.
fn differs(drift: &Drift) -> String {
    let item = drift.item.describe();
    match (&drift.released, &drift.desired) {
        (Some(released), Some(desired)) => format!("{item}: it is {released}, and {desired} was asked for"),
        (None, Some(desired)) => format!("{item}: it is not there, and {desired} was asked for"),
        (Some(released), None) => format!("{item}: it is {released}, and nothing was asked for"),
        (None, None) => item,
    }
}

fn next_of(plan: &ProductPlan, invocation: &Invocation) -> Option<Next> {
    let next = next(plan, invocation);
    (next.who != Actor::Nobody).then_some(next)
}

fn waiting(whom: WaitingFor, what: &str) -> String {
    let who = match whom {
        WaitingFor::Reviewer => "the marketplace's reviewer",
        WaitingFor::Person => "a person of yours",
        // What it is says it all: the end of a pause, the approval of the step before.
        WaitingFor::Plan if !what.is_empty() => return what.to_owned(),
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
