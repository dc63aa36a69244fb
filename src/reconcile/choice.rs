//! From a plan to the tasks of this round, and to the account of every product that has none.

use super::Run;
use super::account::{Outcome, ProductAccount, WaitingFor};
use super::daily::Day;
use super::verdicts::is_doubtful;
use crate::ledger::{Event, Records};
use crate::model::Key;
use crate::plan::{Action, History, Plan, ProductPlan, Standing, StepState};
use crate::released::{ObservedApplication, Released};
use crate::submission::{Submission, SubmissionId, SubmissionKind, Verdict};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// Something to do for a product.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) product: Key,
    pub(super) deed: Deed,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// Record that a rejection no longer matters.
    Close(SubmissionId),
    Submit(Submission),
    Withdraw(SubmissionId),
}

/// What the tasks are chosen from.
pub(super) struct Choice<'a> {
    pub(super) run: Run<'a>,
    pub(super) plan: &'a Plan,
    pub(super) released: &'a Released,
    pub(super) records: &'a Records,
    pub(super) events: &'a [Event],
    /// Products another run holds while their submissions are in doubt.
    pub(super) busy: &'a BTreeMap<Key, Timestamp>,
    pub(super) verdicts: &'a BTreeMap<Key, Vec<(SubmissionId, Verdict)>>,
    pub(super) withdrawn: &'a BTreeSet<Key>,
    /// Products whose submission the marketplace did not give back in this run, and why.
    pub(super) denied: &'a BTreeMap<Key, String>,
    /// The products of this round; `None` for all.
    pub(super) only: Option<&'a BTreeSet<Key>>,
}

/// The tasks in the order of product keys, and the account as it stands before they are done.
pub(super) fn choose(choice: &Choice<'_>) -> (Vec<Task>, Vec<ProductAccount>) {
    let (mut tasks, mut accounts) = (Vec::new(), Vec::new());
    for plan in &choice.plan.products {
        let looked_after = choice.run.limit.allows(&plan.key)
            && choice.only.is_none_or(|products| products.contains(&plan.key));
        if !looked_after {
            continue;
        }
        let history = choice.records.history(&plan.key);
        let (deeds, outcome) = choice.judge(plan, &history);
        tasks.extend(deeds.into_iter().map(|deed| Task { product: plan.key.clone(), deed }));
        accounts.push(choice.account(plan, outcome));
    }
    choice.cap(&mut tasks, &mut accounts);
    (tasks, accounts)
}

fn waiting(whom: WaitingFor, what: impl Into<String>) -> Outcome {
    Outcome::Waiting { whom, what: what.into(), since: None, expected_by: None }
}

impl Choice<'_> {
    fn account(&self, plan: &ProductPlan, outcome: Outcome) -> ProductAccount {
        let verdicts = self.verdicts.get(&plan.key).cloned().unwrap_or_default();
        let approved = verdicts.iter().any(|(_, verdict)| *verdict == Verdict::Approved);
        ProductAccount {
            key: plan.key.clone(),
            name: plan.name.clone(),
            standing: plan.standing,
            // Nobody else had time to change what was approved just now.
            approved_differently: approved && !plan.drift.is_empty(),
            verdicts,
            withdrawn: self.withdrawn.contains(&plan.key),
            outcome,
        }
    }

    /// What to do for a product, and what to say while it is not done.
    fn judge(&self, plan: &ProductPlan, history: &History) -> (Vec<Deed>, Outcome) {
        let ready = plan.chain.iter().filter(|step| step.state == StepState::Ready);
        let deed = ready.map(|step| &step.action).find_map(|action| match action {
            Action::Submit(submission) => Some(Deed::Submit(submission.clone())),
            Action::Withdraw { submission, .. } => Some(Deed::Withdraw(submission.clone())),
            Action::Manual(_) => None,
        });
        if let Some(outcome) = self.doubt(plan, history) {
            return (Vec::new(), outcome);
        }
        let open_steps = plan.chain.iter().any(|step| step.state != StepState::Done);
        let saved = self.run.limit.saved.as_ref().and_then(|saved| saved.get(&plan.key));
        let stale = saved.filter(|saved| !saved.covers(plan, history.last_applied.as_ref()));
        if let Some(saved) = stale.filter(|_| open_steps) {
            return (Vec::new(), Outcome::Stale { approved: saved.digest, current: plan.digest });
        }
        let Some(deed) = deed else {
            return (moot(plan, history), outcome(plan, history));
        };
        if let Some(outcome) = self.objection(plan, history, &deed) {
            return (Vec::new(), outcome);
        }
        (vec![deed], Outcome::NotDone { why: "the run ended before its turn".to_owned() })
    }

    fn doubt(&self, plan: &ProductPlan, history: &History) -> Option<Outcome> {
        let open = history.open.as_ref().filter(|open| is_doubtful(open))?;
        if let Some(until) = self.busy.get(&plan.key) {
            return Some(waiting(
                WaitingFor::OtherRun,
                format!("it is held until {} at the latest", until.strftime("%H:%M UTC")),
            ));
        }
        let why = match open.application.as_ref().filter(|_| open.is_missing()) {
            Some(known) => format!("the marketplace does not know application {known} any more"),
            None => "nobody can say whether it arrived".to_owned(),
        };
        Some(Outcome::Unknown { submission: open.submission.id.clone(), since: open.since, why })
    }

    /// Why a deed of the plan must not be done in this run. The planner should have said so; this is the last door.
    fn objection(&self, plan: &ProductPlan, history: &History, deed: &Deed) -> Option<Outcome> {
        if let (Some(commit), Some(applied)) = (&self.plan.commit, &history.commit)
            && (self.run.is_ancestor)(commit, applied)
        {
            return Some(Outcome::Outdated { commit: commit.clone(), applied: applied.clone() });
        }
        let blocked = |why: String| Some(Outcome::Blocked { why: vec![why], approvals: Vec::new() });
        match deed {
            Deed::Submit(_) if history.open.is_some() => {
                blocked("a submission of ours is in review".to_owned())
            }
            Deed::Submit(submission) => {
                if submission.kind == SubmissionKind::Release && history.last_applied.is_some() {
                    return blocked("it was released before, and its product ID is not known".to_owned());
                }
                let mut applications = self.released.applications.iter();
                let foreign = applications
                    .find(|found| is_foreign(found, submission) && !self.is_of_another(found, &plan.key))?;
                blocked(format!("application {} about it is open and not ours", foreign.application))
            }
            Deed::Withdraw(_) if self.withdrawn.contains(&plan.key) => {
                Some(waiting(WaitingFor::Reviewer, "the marketplace has not confirmed the withdrawal yet"))
            }
            Deed::Withdraw(_) => self.denied.get(&plan.key).map(|why| Outcome::NotDone { why: why.clone() }),
            Deed::Close(_) => None,
        }
    }

    /// Whether an application is that of another product of ours: two may have one name.
    fn is_of_another(&self, found: &ObservedApplication, key: &Key) -> bool {
        let mut others = self.records.products.iter().filter(|(other, _)| *other != key);
        others.any(|(_, record)| {
            let id = record.history.open.as_ref().map(|open| &open.submission.id);
            id.is_some() && id == found.submission.as_ref()
        })
    }

    /// At most so many submissions a day (R61): corrections first, then those whose last turn is longest ago.
    fn cap(&self, tasks: &mut Vec<Task>, accounts: &mut [ProductAccount]) {
        let today = Day::of(self.run.site, self.released.taken_at);
        let left = today.most().saturating_sub(today.submitted(&self.released.applications, self.events));
        let last_turn: BTreeMap<&Key, Timestamp> =
            self.events.iter().map(|event| (&event.product, event.at)).collect();
        let mut queue: Vec<(bool, Option<Timestamp>, Key)> = tasks
            .iter()
            .filter_map(|task| match &task.deed {
                Deed::Submit(submission) => {
                    let held = !self.records.history(&task.product).held.is_empty();
                    let correction = submission.attempt > 1 || held;
                    Some((!correction, last_turn.get(&task.product).copied(), task.product.clone()))
                }
                Deed::Close(_) | Deed::Withdraw(_) => None,
            })
            .collect();
        queue.sort();
        let late: BTreeSet<Key> = queue.into_iter().skip(left).map(|(_, _, product)| product).collect();
        tasks.retain(|task| !(matches!(task.deed, Deed::Submit(_)) && late.contains(&task.product)));
        for account in accounts.iter_mut().filter(|account| late.contains(&account.key)) {
            account.outcome = tomorrow(today);
        }
    }
}

/// Enough was submitted that day.
pub(super) fn tomorrow(today: Day<'_>) -> Outcome {
    Outcome::Waiting {
        whom: WaitingFor::Tomorrow,
        what: format!("at most {} submissions a day; more make reviews slower (R61)", today.most()),
        since: None,
        expected_by: today.date.checked_add(1.day()).ok(),
    }
}

/// An open application about the product that is not the submission itself (R70).
fn is_foreign(found: &ObservedApplication, submission: &Submission) -> bool {
    let about = match (&found.product_id, &submission.product_id) {
        (Some(theirs), Some(ours)) => theirs == ours,
        (None, None) => found.product_name == submission.predicted.display_name(),
        (Some(_), None) | (None, Some(_)) => false,
    };
    found.state.is_open() && about && found.submission.as_ref() != Some(&submission.id)
}

/// Rejections that no longer matter: desired and released agree.
fn moot(plan: &ProductPlan, history: &History) -> Vec<Deed> {
    let agree = plan.changes.is_empty()
        && plan.chain.iter().all(|step| step.state == StepState::Done)
        && plan.drift.is_empty()
        && plan.blocks.is_empty();
    if !agree {
        return Vec::new();
    }
    let rejected: BTreeSet<&SubmissionId> = history.held.values().map(|held| &held.submission).collect();
    rejected.into_iter().map(|submission| Deed::Close(submission.clone())).collect()
}

/// What to say about a product for which this run has nothing to do.
fn outcome(plan: &ProductPlan, history: &History) -> Outcome {
    let manual = || {
        let ready = plan.chain.iter().filter(|step| step.state == StepState::Ready);
        let step = ready.map(|step| &step.action).find_map(|action| match action {
            Action::Manual(step) => Some(step),
            Action::Submit(_) | Action::Withdraw { .. } => None,
        });
        step.map(|step| waiting(WaitingFor::Person, step.text.clone()))
    };
    let in_review = || {
        plan.chain.iter().find_map(|step| {
            let StepState::InReview { since, expected_by } = &step.state else { return None };
            let (whom, what) = (WaitingFor::Reviewer, String::new());
            Some(Outcome::Waiting { whom, what, since: Some(*since), expected_by: Some(*expected_by) })
        })
    };
    let in_doubt = || {
        plan.chain.iter().find_map(|step| {
            let StepState::InDoubt { since } = &step.state else { return None };
            let what = "says whether what a run was handing over when it ended was entered".to_owned();
            Some(Outcome::Waiting { whom: WaitingFor::Person, what, since: Some(*since), expected_by: None })
        })
    };
    let handed_over = || {
        plan.chain.iter().find_map(|step| {
            let StepState::HandedOver { since } = &step.state else { return None };
            let what = "enters the change sheet in the console and records it".to_owned();
            Some(Outcome::Waiting { whom: WaitingFor::Person, what, since: Some(*since), expected_by: None })
        })
    };
    let held = || {
        plan.chain.iter().find_map(|step| {
            let StepState::Held { reason } = &step.state else { return None };
            Some(held(plan, history, reason.clone()))
        })
    };
    let blocked = || {
        let why = plan.blocks.iter().map(|block| block.finding.message.clone()).collect();
        let approvals = plan.blocks.iter().filter_map(|block| block.approval.clone()).collect();
        (!plan.blocks.is_empty()).then_some(Outcome::Blocked { why, approvals })
    };
    let plan_waits = || {
        plan.chain.iter().find_map(|step| {
            let StepState::Waiting(what) = &step.state else { return None };
            Some(waiting(WaitingFor::Plan, what.clone()))
        })
    };
    let unwanted = plan.standing == Standing::UnwantedInReview;
    let first = if unwanted { manual() } else { None };
    let rest = first
        .or_else(in_doubt)
        .or_else(in_review)
        .or_else(handed_over)
        .or_else(held)
        .or_else(blocked)
        .or_else(manual)
        .or_else(plan_waits);
    rest.unwrap_or(Outcome::Nothing)
}

fn held(plan: &ProductPlan, history: &History, reason: Option<String>) -> Outcome {
    let for_good = history.refused.as_ref().filter(|last| !last.refusal.passes());
    if let Some(last) = for_good.filter(|_| plan.standing == Standing::Refused) {
        return Outcome::Refused(last.refusal.clone());
    }
    let rejected = history.held.values().find(|held| !held.taken_back);
    match history.held.values().next().filter(|_| rejected.is_none()) {
        Some(held) => Outcome::TakenBack { submission: held.submission.clone() },
        None => Outcome::Rejected { reason, submission: rejected.map(|held| held.submission.clone()) },
    }
}
