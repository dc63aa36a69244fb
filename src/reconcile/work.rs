//! Carrying out one task: lease, look again, record the intent, send, record how it ended, give back.

use super::account::{Outcome, WaitingFor};
use super::choice::{Deed, Task, tomorrow};
use super::daily::Day;
use super::machine::{Effect, Input, Machine, Phase, Stage, Then, fence};
use crate::ledger::{Event, EventKind, LedgerError, intents, pause};
use crate::marketplace::{MarketplaceError, SubmitOutcome};
use crate::model::Key;
use crate::submission::Submission;
use jiff::Timestamp;

impl Machine<'_> {
    pub(super) fn next_task(&mut self) -> Option<Effect> {
        let Some(task) = self.tasks.front().cloned() else { return self.next_round() };
        if self.is_winding_down() {
            return self.wound_down();
        }
        match task.deed {
            Deed::Close(submission) => {
                self.phase = Phase::Working(Stage::Closing);
                Some(Effect::Append { product: task.product, event: EventKind::ClosedAsMoot { submission } })
            }
            Deed::Submit(_) | Deed::Withdraw(_) => {
                self.phase = Phase::Working(Stage::Leasing);
                Some(self.lease(task.product))
            }
        }
    }

    /// What was taken back is looked at again from the start: the marketplace may have decided first.
    fn next_round(&mut self) -> Option<Effect> {
        match self.again.is_some() {
            true => self.free(Then::Read),
            false => None,
        }
    }

    pub(super) fn work(&mut self, stage: Stage, input: Input) -> Option<Effect> {
        let Some(Task { product, deed }) = self.tasks.front().cloned() else { return self.surprised(&input) };
        match (stage, input, deed) {
            (Stage::Closing | Stage::Concluding, Input::Done, _) => self.free(Then::NextTask),
            (Stage::Leasing, Input::Done, _) => {
                self.leased.insert(product);
                self.phase = Phase::Working(Stage::Rereading);
                Some(Effect::Read)
            }
            (Stage::Leasing, Input::LedgerFailed(LedgerError::Leased { until, .. }), _) => {
                let what = format!("it is held until {} at the latest", until.strftime("%H:%M UTC"));
                self.leave(&product, what)
            }
            // Certainly not written, so nothing is sent.
            (
                Stage::Leasing | Stage::Rereading | Stage::Preparing | Stage::Closing,
                Input::LedgerFailed(error @ LedgerError::Conflict),
                _,
            ) => self.leave(&product, error.to_string()),
            (Stage::Rereading, Input::Events(events), deed) => {
                let of_product =
                    events.iter().filter(|event| event.product == product && event.kind.is_step());
                let last = of_product.map(|event| event.sequence).max();
                if last != self.seen.get(&product).copied() {
                    return self.leave(&product, "it took a step since this run looked".to_owned());
                }
                if let Some(what) = self.halted(&product, &events) {
                    return self.leave(&product, what);
                }
                if let Deed::Submit(submission) = &deed {
                    self.intents = intents(&events, &submission.id).saturating_add(1);
                }
                self.begin(product, deed)
            }
            (Stage::Preparing, Input::Done, Deed::Submit(_)) => {
                self.phase = Phase::Working(Stage::Counting);
                Some(Effect::Read)
            }
            (Stage::Counting, Input::Events(events), Deed::Submit(submission)) => {
                if let Some((reason, outcome)) = self.second_thoughts(&product, &submission, &events) {
                    let effect = self.conclude(product.clone(), &submission, SubmitOutcome::NotSent(reason));
                    self.settle(&product, outcome);
                    return effect;
                }
                self.phase = Phase::Working(Stage::Sending);
                let fence = fence(&events, &product, 0);
                Some(Effect::Submit { submission, fence })
            }
            // Certainly not sent; where nobody can be asked about it, this is the last chance to say so.
            (Stage::Counting, Input::LedgerFailed(error), Deed::Submit(submission)) => {
                self.conclude(product, &submission, SubmitOutcome::NotSent(error.to_string()))
            }
            (Stage::Sending, Input::Sent(outcome), Deed::Submit(submission)) => {
                self.conclude(product, &submission, outcome)
            }
            (Stage::Withdrawing, Input::Done, _) => {
                let why = "it was taken back and not looked at again".to_owned();
                self.settle(&product, Outcome::NotDone { why });
                self.mark_withdrawn(&product);
                self.again.get_or_insert_default().insert(product);
                self.free(Then::NextTask)
            }
            // It may have ended a moment ago, by this very request even: it is looked at again.
            (Stage::Withdrawing, Input::MarketplaceFailed(MarketplaceError::Refused(why)), _) => {
                let why = format!("it cannot be withdrawn: {why}");
                self.settle(&product, Outcome::NotDone { why: why.clone() });
                self.denied.insert(product.clone(), why);
                self.again.get_or_insert_default().insert(product);
                self.free(Then::NextTask)
            }
            (Stage::Withdrawing, Input::MarketplaceFailed(error), Deed::Withdraw(submission)) => {
                let why = format!("nobody can say whether it was withdrawn: {error}");
                self.settle(&product, Outcome::Unknown { submission, since: self.now, why });
                self.free(Then::NextTask)
            }
            (stage, Input::LedgerFailed(error), _) => {
                if !matches!(stage, Stage::Closing | Stage::Concluding) {
                    self.settle(&product, Outcome::NotDone { why: error.to_string() });
                }
                self.stop(error.advice())
            }
            (_, input, _) => self.surprised(&input),
        }
    }

    /// Why what was prepared is not sent after all, for the ledger and for the account: what other runs and people wrote
    /// while this one did.
    fn second_thoughts(
        &self,
        product: &Key,
        submission: &Submission,
        events: &[Event],
    ) -> Option<(String, Outcome)> {
        if self.now >= self.until {
            let reason = "recording took longer than the lease lasts".to_owned();
            return Some((reason.clone(), Outcome::NotDone { why: reason }));
        }
        let elsewhere = |reason: String| {
            let (whom, what) = (WaitingFor::OtherRun, reason.clone());
            Some((reason, Outcome::Waiting { whom, what, since: None, expected_by: None }))
        };
        let is_step = |event: &&Event| event.product == *product && event.kind.is_step();
        let last = events.iter().rfind(is_step).map(|event| &event.kind);
        let is_ours = |kind: &EventKind| matches!(kind, EventKind::Prepared { submission: own, .. } if own.id == submission.id);
        if !last.is_some_and(is_ours) {
            return elsewhere("it took a step while this run prepared it".to_owned());
        }
        if let Some(why) = self.halted(product, events) {
            return elsewhere(why);
        }
        let today = Day::of(self.run.site, self.now);
        match today.before(&self.applications, events, &submission.id) {
            Some(before) if before >= today.most() => {
                Some((format!("{before} others came first that day (R61)"), tomorrow(today)))
            }
            Some(_) | None => None,
        }
    }

    /// Why nothing is sent at this moment: somebody paused, or a freeze began, after the plan was made.
    fn halted(&self, product: &Key, events: &[Event]) -> Option<String> {
        let paused = pause(events, product, self.now);
        let paused = paused.map(|pause| format!("{} paused it a moment ago", pause.by));
        paused.or_else(|| (self.run.is_frozen)(self.now).map(|what| format!("it waits for {what}")))
    }

    fn mark_withdrawn(&mut self, product: &Key) {
        self.withdrawn.insert(product.clone());
        for account in self.account.products.iter_mut().filter(|account| account.key == *product) {
            account.withdrawn = true;
        }
    }

    fn begin(&mut self, product: Key, deed: Deed) -> Option<Effect> {
        match deed {
            Deed::Submit(submission) => {
                self.phase = Phase::Working(Stage::Preparing);
                let event = EventKind::Prepared { submission, commit: self.commit.clone() };
                Some(Effect::Append { product, event })
            }
            Deed::Withdraw(submission) => {
                self.phase = Phase::Working(Stage::Withdrawing);
                Some(Effect::Withdraw { product, submission })
            }
            Deed::Close(submission) => {
                self.phase = Phase::Working(Stage::Closing);
                Some(Effect::Append { product, event: EventKind::ClosedAsMoot { submission } })
            }
        }
    }

    /// Leaves a product to the run that holds it.
    fn leave(&mut self, product: &Key, what: String) -> Option<Effect> {
        let whom = WaitingFor::OtherRun;
        self.settle(product, Outcome::Waiting { whom, what, since: None, expected_by: None });
        self.free(Then::NextTask)
    }

    /// The account is written first: it stays true when the ledger fails.
    fn conclude(&mut self, product: Key, sent: &Submission, outcome: SubmitOutcome) -> Option<Effect> {
        let submission = sent.id.clone();
        self.settle(&product, settled(sent, &outcome, self.now));
        let event = match outcome {
            SubmitOutcome::Accepted(application) => EventKind::Accepted { submission, application },
            SubmitOutcome::HandedOver(sheet) => EventKind::HandedOver { submission, sheet: sheet.digest },
            SubmitOutcome::Refused(refusal) => {
                EventKind::Refused { submission, refusal, intents: Some(self.intents) }
            }
            SubmitOutcome::NotSent(reason) => {
                EventKind::NotSent { submission, reason, intents: Some(self.intents) }
            }
            SubmitOutcome::Unknown(reason) => EventKind::Unknown { submission, reason },
        };
        self.phase = Phase::Working(Stage::Concluding);
        Some(Effect::Append { product, event })
    }
}

fn settled(sent: &Submission, outcome: &SubmitOutcome, now: Timestamp) -> Outcome {
    let submission = sent.id.clone();
    match outcome {
        SubmitOutcome::Accepted(application) => {
            Outcome::Submitted { submission, application: application.clone() }
        }
        SubmitOutcome::HandedOver(sheet) => Outcome::HandedOver { submission, sheet: sheet.path.clone() },
        SubmitOutcome::Refused(refusal) => Outcome::Refused(refusal.clone()),
        SubmitOutcome::NotSent(why) => Outcome::NotDone { why: why.clone() },
        SubmitOutcome::Unknown(why) => Outcome::Unknown { submission, since: now, why: why.clone() },
    }
}
