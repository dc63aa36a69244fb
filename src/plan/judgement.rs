//! What rules, guards and the review desk say of one product's plan.

use super::guards::{Guarded, finding};
use super::product::Planner;
use super::review;
use super::{
    Action, Block, History, Named, OpenSubmission, ProductPlan, Standing, Step, StepState, VerifyItem, named,
};
use crate::diagnostic::{Finding, Route, Severity, Step as Along};
use crate::diff;
use crate::model::{Item, Key, ProductField};
use crate::released::ObservedApplication;
use crate::rules::levels::{Ran, weigh};
use crate::rules::{Content, Transition};
use crate::submission::{OperationId, OperationKind, SubmissionId};
use std::collections::BTreeSet;

/// How much of a reviewer's words stands at each thing they name; the step holds all of them.
const SHOWN: usize = 200;

impl Planner<'_> {
    /// Findings of the rule book: errors stop the chain, the rest is shown.
    pub(super) fn judge(
        &self,
        plan: &ProductPlan,
        transition: &Transition<'_>,
        excused: Vec<Finding>,
    ) -> (Vec<Block>, Vec<Finding>) {
        let levels = self.context.levels;
        let mut findings = self.content(transition);
        findings.extend(self.input.compared.iter().cloned().map(|finding| self.milder_if_untouched(finding)));
        findings.extend(self.context.rules.check_transition(transition));
        findings.extend(self.reused_keys());
        findings.extend(self.foreign(plan));
        findings.extend(self.refused(plan));
        findings.extend(self.named_by_reviewer(plan));
        findings.extend(self.failing());
        findings.extend(excused);
        let findings = weigh(findings, &self.desired.exceptions, levels, self.context.today, Ran::All);
        let show = self.show_operation();
        let (mut blocks, mut notices) = (Vec::new(), Vec::new());
        for finding in findings {
            if finding.severity != Severity::Error {
                notices.push(finding);
                continue;
            }
            let approval = (finding.rule == "hidden-specification-exposed").then(|| show.clone()).flatten();
            if approval.as_ref().is_none_or(|id| !self.input.approvals.contains(id)) {
                blocks.push(Block { finding, approval });
            } else {
                // Approved does not mean gone: until it is hidden again everybody sees the specification (R35).
                notices.push(Finding { severity: Severity::Warning, ..finding });
            }
        }
        for (finding, lifted_by_release) in &self.input.catalog_blocks {
            let release = plan.chain.iter().find_map(|step| match &step.action {
                Action::Submit(submission) => submission
                    .operations
                    .iter()
                    .find(|operation| operation.kind == OperationKind::ReleaseProduct)
                    .map(|operation| operation.id(&self.context.scope.target, self.input.key)),
                Action::Withdraw { .. } | Action::Manual(_) => None,
            });
            if *lifted_by_release && release.is_none() {
                continue;
            }
            let approval = release.filter(|_| *lifted_by_release);
            if approval.as_ref().is_none_or(|id| !self.input.approvals.contains(id)) {
                blocks.push(Block { finding: finding.clone(), approval });
            }
        }
        (blocks, notices)
    }

    /// What content rules find. What is released already only warns: the marketplace took it once.
    fn content(&self, transition: &Transition<'_>) -> Vec<Finding> {
        if self.desired.retire.is_some() || self.is_gone() {
            return Vec::new();
        }
        let site = self.context.site;
        let cases = self.desired.cases.as_deref();
        let of = |product, whole| self.context.rules.content.check(&Content { site, product, whole, cases });
        if self.input.released.is_none() {
            return of(transition.expected, true);
        }
        let found = of(transition.expected, false);
        if found.is_empty() {
            return found;
        }
        let before = if self.changes.is_empty() { found.clone() } else { of(&self.on_sale, false) };
        let known = |finding: &Finding| {
            let same = |old: &Finding| old.rule == finding.rule && old.message == finding.message;
            before.iter().any(|old| same(old) && old.route == finding.route)
        };
        found
            .into_iter()
            .map(|finding| if known(&finding) { self.milder_if_untouched(finding) } else { finding })
            .collect()
    }

    /// An error about what is released and stays as it is becomes a warning.
    fn milder_if_untouched(&self, finding: Finding) -> Finding {
        let touched = self.input.released.is_none()
            || self.changes.iter().any(|change| is_within(&change.item.route(), &finding.route));
        if touched || finding.severity != Severity::Error {
            return finding;
        }
        Finding { severity: Severity::Warning, ..finding }
    }

    /// Interfaces that were red in the last preflight, while the product is on sale.
    fn failing(&self) -> Option<Finding> {
        let failing = self.input.history.failing.as_ref()?;
        if self.input.released.is_none() || self.is_gone() {
            return None;
        }
        let since = self.context.site.day(failing.since);
        let days = self.context.today.since(since).map_or(0, |span| span.get_days());
        let lasting = match days {
            0 => format!("since today, {since}"),
            1 => format!("since {since}, for a day"),
            days => format!("since {since}, for {days} days"),
        };
        let message = format!(
            "the interfaces do not answer as they should {lasting}: {}; the marketplace freezes trading after five such days \
             in a row",
            failing.what
        );
        finding("interface-failing", &Item::Field(ProductField::InterfaceUrl), message, String::new())
    }

    fn show_operation(&self) -> Option<OperationId> {
        let operations = diff::operations(&self.changes);
        let show = operations.iter().find(|operation| operation.kind == OperationKind::ShowProduct)?;
        Some(show.id(&self.context.scope.target, self.input.key))
    }

    fn reused_keys(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let history = self.input.history;
        if history.retired && self.desired.retire.is_none() && self.input.released.is_none() {
            let message = format!("the key `{}` belongs to a retired product", self.input.key);
            found.extend(finding(
                "retired-key-reused",
                &Item::Product,
                message,
                "retired for ever".to_owned(),
            ));
        }
        let discontinued = self.input.released.map(|released| &released.discontinued);
        for key in
            self.wanted.specifications.keys().filter(|key| !self.on_sale.specifications.contains_key(*key))
        {
            let item = Item::Specification(key.clone());
            let formers =
                self.desired.specifications.get(key).into_iter().flat_map(|intent| &intent.formerly);
            let names: BTreeSet<&Key> = formers.chain([key]).collect();
            if discontinued.is_some_and(|gone| names.iter().any(|name| gone.contains(*name))) {
                let message = format!("specification `{key}` is off the catalog and cannot come back");
                let rule = "specification-restored-after-retirement";
                found.extend(finding(rule, &item, message, "released: discontinued".to_owned()));
            } else if names.iter().any(|name| history.retired_specifications.contains(*name)) {
                let message = format!("the key `{key}` belongs to a retired specification");
                found.extend(finding("retired-key-reused", &item, message, "retired for ever".to_owned()));
            }
        }
        let gone = self.input.released.map(|released| &released.discontinued_skus);
        for change in self.changes.iter().filter(|change| change.from.is_none()) {
            let Item::Sku(key, sku) = &change.item else { continue };
            let formers =
                self.desired.specifications.get(key).into_iter().flat_map(|intent| &intent.formerly);
            let mut names = formers.chain([key]);
            if gone.is_some_and(|gone| names.any(|name| gone.contains(&(name.clone(), sku.clone())))) {
                let message = format!("SKU `{sku}` of `{key}` is off the catalog and cannot come back");
                let rule = "specification-restored-after-retirement";
                found.extend(finding(rule, &change.item, message, "released: discontinued".to_owned()));
            }
        }
        found
    }

    /// R70: somebody else's draft or application holds the product's only place in the queue.
    fn foreign(&self, plan: &ProductPlan) -> Vec<Finding> {
        if !self.context.site.one_in_flight {
            return Vec::new();
        }
        let ours: BTreeSet<&SubmissionId> = plan
            .chain
            .iter()
            .filter_map(|step| match &step.action {
                Action::Submit(submission) => Some(&submission.id),
                Action::Withdraw { submission, .. } => Some(submission),
                Action::Manual(_) => None,
            })
            .collect();
        let foreign = review::foreign(self.input.applications, &ours, self.input.history);
        let found = foreign.into_iter().filter_map(|application| {
            if self.is_ours_and_over(application) {
                let message = format!(
                    "{} is ours and over, and the marketplace still shows it as open: somebody deletes it under My \
                     Applications",
                    application.application
                );
                return finding("foreign-application-open", &Item::Product, message, String::new());
            }
            let what = match application.state {
                crate::released::ApplicationState::Draft => "a draft",
                _ => "an application in review",
            };
            let since = application.submitted_at.strftime("%Y-%m-%d");
            let message = format!(
                "somebody has {what} of this product open ({}, since {since})",
                application.application
            );
            finding("foreign-application-open", &Item::Product, message, String::new())
        });
        found.collect()
    }

    /// An application of a submission of ours whose review ended, by all that the ledger knows.
    fn is_ours_and_over(&self, application: &ObservedApplication) -> bool {
        let History { ended, held, .. } = self.input.history;
        let by_id = application.submission.as_ref().is_some_and(|id| ended.contains(id));
        by_id || held.values().any(|held| held.application.as_ref() == Some(&application.application))
    }

    /// R67: the reviewer's words at what they name of a rejected submission.
    fn named_by_reviewer(&self, plan: &ProductPlan) -> Vec<Finding> {
        let mut found = Vec::new();
        for step in &plan.chain {
            let (Action::Submit(submission), StepState::Held { reason: Some(reason) }) =
                (&step.action, &step.state)
            else {
                continue;
            };
            let mut held = self.input.history.held.values();
            if !held.any(|held| held.submission == submission.id && !held.taken_back) {
                continue;
            }
            let words: String = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = words.chars().take(SHOWN).collect();
            let more = if short.len() < words.len() { " ..." } else { "" };
            for Named { item, excerpt: _ } in named(reason, submission) {
                let message = format!("the reviewer's reason names {}: \"{short}{more}\"", item.describe());
                found.extend(finding("rejection-reason-lost", &item, message, String::new()));
            }
        }
        found
    }

    fn refused(&self, plan: &ProductPlan) -> Option<Finding> {
        let last = self.input.history.refused.as_ref().filter(|last| !last.refusal.passes())?;
        let wanted = plan.chain.iter().any(|step| match &step.action {
            Action::Submit(submission) => {
                let operations =
                    review::ids(&self.context.scope.target, self.input.key, &submission.operations);
                last.is_about(&operations, submission.base.as_ref())
            }
            Action::Withdraw { .. } | Action::Manual(_) => false,
        });
        let numbers: Vec<String> = last.refusal.rules.iter().map(|number| format!("R{number}")).collect();
        let text = format!("{} {}", last.refusal.text, numbers.join(", "));
        let mut message = format!("the marketplace refused this submission: {}", text.trim_end());
        // Perhaps it took it all the same; asking again under the same id tells, and sends nothing twice.
        let there = self.input.applications.iter().find(|found| {
            let about = |step: &Step| matches!(&step.action, Action::Submit(sent) if Some(&sent.id) == found.submission.as_ref());
            plan.chain.iter().any(about)
        });
        if let Some(there) = there {
            message.push_str(&format!(
                "; it shows {} under the same id all the same: `submissions retry` asks again",
                there.application
            ));
        }
        wanted.then(|| finding("refused-at-the-door", &Item::Product, message, String::new())).flatten()
    }

    /// What people recorded too long ago: nothing is submitted on top of it.
    fn record_too_old(&self, plan: &ProductPlan) -> Option<Block> {
        let recorded_at = self.input.released?.recorded_at?;
        let days = self.context.now.duration_since(recorded_at).as_hours() / 24;
        let allowed = self.context.guards.recorded_days;
        let submits = plan.chain.iter().any(|step| {
            matches!(step.action, Action::Submit(_))
                && matches!(step.state, StepState::Ready | StepState::Waiting(_))
        });
        if !submits || days <= i64::from(allowed) {
            return None;
        }
        let message = format!("what is recorded as released is {days} days old, and at most {allowed} count");
        let label = format!("recorded {}", recorded_at.strftime("%Y-%m-%d"));
        let finding = finding("record-too-old", &Item::Product, message, label)?;
        Some(Block { finding, approval: None })
    }

    /// Rules stop the whole chain; guards and open checks stop the step they stand before, and everything after it.
    pub(super) fn guard(&self, plan: &mut ProductPlan, unconfirmed: Vec<Unconfirmed>) {
        plan.blocks.extend(self.record_too_old(plan));
        let guarded = Guarded {
            guards: self.context.guards,
            target: &self.context.scope.target,
            desired: self.desired,
            on_sale: &self.on_sale,
            approved: &self.input.approvals,
        };
        let mut blocked = !plan.blocks.is_empty();
        let confirmed_until = unconfirmed.iter().map(|check| check.before).min();
        plan.blocks.extend(unconfirmed.into_iter().map(|check| check.block));
        for (number, step) in (1..).zip(&mut plan.chain) {
            blocked |= confirmed_until.is_some_and(|before| number >= before);
            let open = matches!(step.state, StepState::Ready | StepState::Waiting(_));
            // What is held keeps its approvals; whether it needs more is said when it is tried again.
            let held = matches!(step.state, StepState::Held { .. });
            if let Action::Submit(submission) = &step.action
                && (open || held)
            {
                let (blocks, passed) = guarded.judge(&submission.operations);
                plan.approved.extend(passed);
                blocked |= open && !blocks.is_empty();
                plan.blocks.extend(blocks.into_iter().filter(|_| open));
            }
            if blocked && open && !step.action.takes_back() {
                step.state = StepState::Blocked;
            }
        }
    }

    pub(super) fn standing(&self, plan: &ProductPlan) -> Standing {
        let any = |wanted: &dyn Fn(&Step) -> bool| plan.chain.iter().any(wanted);
        let held = any(&|step| matches!(step.state, StepState::Held { .. }));
        let taken_back =
            |step: &Step| matches!(&step.action, Action::Submit(found) if self.was_taken_back(&found.id));
        let taken_back =
            held && !any(&|step| matches!(step.state, StepState::Held { .. }) && !taken_back(step));
        let refused = plan.blocks.iter().any(|block| block.finding.rule == "refused-at-the-door");
        let retried =
            any(&|step| matches!(&step.state, StepState::Waiting(text) if text.starts_with("another try")));
        let unwanted = any(&|step| step.action.takes_back());
        let submits = any(&|step| step.state == StepState::Ready && matches!(step.action, Action::Submit(_)));
        let in_doubt = any(&|step| matches!(step.state, StepState::InDoubt { .. }));
        let missing = in_doubt && self.input.history.open.as_ref().is_some_and(OpenSubmission::is_missing);
        let handed_over = any(&|step| matches!(step.state, StepState::HandedOver { .. }));
        let in_review = any(&|step| matches!(step.state, StepState::InReview { .. }));
        match () {
            () if missing => Standing::Missing,
            () if unwanted => Standing::UnwantedInReview,
            () if refused || retried => Standing::Refused,
            () if held && !taken_back => Standing::Rejected,
            // What is on its way comes first; what stands in the way of what follows is told beside it.
            () if in_doubt => Standing::InDoubt,
            () if handed_over => Standing::HandedOver,
            () if in_review => Standing::InReview,
            () if !plan.blocks.is_empty() && !submits => Standing::Blocked,
            () if !plan.drift.is_empty() => Standing::Drifted,
            () if taken_back => Standing::TakenBack,
            () if submits => Standing::ToSubmit,
            () if !plan.chain.is_empty() => Standing::Waiting,
            () if self.desired.retire.is_some() => Standing::Retired,
            () => Standing::InSync,
        }
    }
}

impl Planner<'_> {
    fn was_taken_back(&self, submission: &SubmissionId) -> bool {
        let mut held = self.input.history.held.values();
        held.any(|held| held.submission == *submission && held.taken_back)
    }
}

/// What only a person can check, as a finding at its place.
pub(super) fn to_confirm(item: &VerifyItem, place: &Item) -> Option<Finding> {
    finding(item.rule, place, unconfirmed_text(item), String::new())
}

fn unconfirmed_text(item: &VerifyItem) -> String {
    format!("nobody confirmed yet that {}", item.text)
}

/// A check that holds back until somebody confirmed it.
pub(super) struct Unconfirmed {
    /// The step it stands before, from 1.
    before: u32,
    block: Block,
}

pub(super) fn unconfirmed(item: &VerifyItem, place: &Item) -> Option<Unconfirmed> {
    if !item.holds || item.confirmed.is_some() {
        return None;
    }
    let label = format!("`{}` waits for a confirmation", item.id);
    let finding = finding(item.rule, place, unconfirmed_text(item), label)?;
    Some(Unconfirmed { before: item.before.unwrap_or(1), block: Block { finding, approval: None } })
}

/// Whether one of two places stands inside the other. A whole is shown at its key, so that last step does not count.
fn is_within(changed: &Route, found: &Route) -> bool {
    let steps = |route: &'_ Route| -> Vec<Along> {
        let mut steps = route.0.clone();
        if matches!(steps.last(), Some(Along::Key(key)) if key == "key") {
            steps.pop();
        }
        steps
    };
    let (changed, found) = (steps(changed), steps(found));
    changed.starts_with(&found) || found.starts_with(&changed)
}
