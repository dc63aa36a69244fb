//! What only a person can check before a submission, and whether somebody did.

use super::manual;
use super::product::Planner;
use super::{Action, Confirmed, ProductPlan, Step, StepState, VerifyItem};
use crate::diagnostic::Severity;
use crate::model::{Digest, Item, ProductField};
use crate::rules::{self, Transition};
use crate::submission::{Evidence, EvidenceKind, Submission, SubmissionKind};
use jiff::SignedDuration;

/// The rule whose statement a preflight proves as well as a person does (R28).
pub(super) const PROVED_BY_PREFLIGHT: &str = "interface-not-answering";

/// How far the clock of who proved something may be ahead.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(15);

/// What `confirm` calls the first plan of a product that was adopted or claimed.
pub const ADOPTED: &str = "adopted";

/// Whether a release or modification comes next, were it not held or blocked: now, or after steps that are ours. What
/// follows a verdict is checked after it, when it is known what then is on sale.
pub(super) fn submits(chain: &[Step]) -> bool {
    !chain.iter().any(|step| step.state.is_away()) && chain.iter().any(|step| {
        is_to_come(step)
            && matches!(&step.action, Action::Submit(submission) if submission.kind != SubmissionKind::Remove)
    })
}

/// Whether a person is to set something now.
fn is_by_hand(step: &Step) -> bool {
    matches!(&step.action, Action::Manual(manual) if !manual.kind.takes_back())
        && step.state == StepState::Ready
}

fn is_to_come(step: &Step) -> bool {
    matches!(
        step.state,
        StepState::Ready | StepState::Waiting(_) | StepState::Blocked | StepState::Held { .. }
    )
}

/// The step that an item stands before: the first still to come that submits what it is about, or the step by hand where
/// nothing is submitted. No check is about a removal, so it stands before one only where nothing else is submitted.
fn before(chain: &[Step], item: &Item) -> Option<u32> {
    let is_about = |about: &Item| {
        about == item
            || *about == Item::Product
            || about.specification().is_some_and(|key| item.specification() == Some(key))
    };
    let about_it = |submission: &Submission| {
        *item != Item::Product && submission.operations.iter().any(|operation| is_about(&operation.item))
    };
    let first = |wanted: &dyn Fn(&Submission) -> bool| {
        chain.iter().position(|step| {
            is_to_come(step) && matches!(&step.action, Action::Submit(submission) if wanted(submission))
        })
    };
    let edits = |submission: &Submission| submission.kind != SubmissionKind::Remove;
    let at = first(&|submission| edits(submission) && about_it(submission))
        .or_else(|| first(&edits))
        .or_else(|| first(&|_| true))
        .or_else(|| chain.iter().position(is_by_hand));
    at.and_then(|at| u32::try_from(at + 1).ok())
}

impl Planner<'_> {
    /// What a person must check before what is submitted next or done by hand now.
    pub(super) fn verify(&self, plan: &ProductPlan, transition: &Transition<'_>) -> Vec<(VerifyItem, Item)> {
        if !transition.submits && !plan.chain.iter().any(is_by_hand) {
            return Vec::new();
        }
        let asked = rules::to_verify(transition, self.context.levels).into_iter();
        // What was submitted already is not checked again because of a step by hand.
        let is_away = plan.chain.iter().any(|step| step.state.is_away());
        let asked =
            asked.filter(|(_, verify)| !is_away || manual::is_manual(self.context.site, &verify.item));
        let subject = self.preflight_subject(transition);
        let items = asked.map(|(rule, verify)| {
            let identity = format!(
                "{} {} {} {}",
                self.context.scope.target, self.input.key, rule.doc.id, verify.subject
            );
            let id = format!("v-{}", Digest::of("verify", &identity).short());
            let level = rule.level(self.context.levels).unwrap_or(rule.doc.level);
            let item = VerifyItem {
                confirmed: self.confirmed(&id, rule.doc.id, subject.as_deref()),
                id,
                text: verify.text,
                rule: rule.doc.id,
                holds: level == Severity::Error
                    || (rule.doc.id == PROVED_BY_PREFLIGHT && self.context.preflight.required),
                by_preflight: rule.doc.id == PROVED_BY_PREFLIGHT && subject.is_some(),
                fresh_days: verify.fresh_days,
                before: before(&plan.chain, &verify.item),
            };
            (item, verify.item)
        });
        items.collect()
    }

    /// What was adopted or claimed is only shown until somebody confirms what would be done: once, for what follows is
    /// the product's ordinary life. No exception in a definition lifts this.
    pub(super) fn report_only(&self, plan: &ProductPlan) -> Option<(VerifyItem, Item)> {
        let history = self.input.history;
        let since = history.report_only?;
        let later = |found: &&Evidence| {
            matches!(&found.kind, EvidenceKind::Confirmation(id) if id == ADOPTED) && found.at >= since
        };
        let confirmed =
            history.evidence.iter().filter(later).any(|found| found.is_valid_at(self.context.now));
        let acts =
            plan.chain.iter().any(|step| !matches!(step.state, StepState::Done | StepState::InReview { .. }));
        if confirmed || !acts {
            return None;
        }
        let day = self.context.site.day(since);
        let item = VerifyItem {
            id: ADOPTED.to_owned(),
            text: format!("what this plan changes is wanted: the product was adopted or claimed on {day}"),
            rule: "adoption-unconfirmed",
            holds: true,
            fresh_days: None,
            before: None,
            by_preflight: false,
            confirmed: None,
        };
        Some((item, Item::Product))
    }

    /// What a preflight of this product is about; `None` where its cases or its address are not written down.
    fn preflight_subject(&self, transition: &Transition<'_>) -> Option<String> {
        let cases = self.desired.cases.as_deref()?;
        Some(cases.subject(&self.wanted, transition.wanted.fields.text(ProductField::InterfaceUrl)?))
    }

    /// The newest confirmation that still counts. A preflight counts for what it was about, as long as the target says.
    fn confirmed(&self, id: &str, rule: &str, subject: Option<&str>) -> Option<Confirmed> {
        let end = |evidence: &Evidence| match &evidence.kind {
            EvidenceKind::Preflight(_) => evidence.at.checked_add(self.context.preflight.age_max).ok(),
            EvidenceKind::Confirmation(_) | EvidenceKind::Approval(_) => evidence.expires,
        };
        // A later red one says more than a green one before, and a clock that is ahead proves nothing for longer.
        let failing = self.input.history.failing.as_ref();
        let is_overtaken = |evidence: &Evidence| {
            failing.is_some_and(|failing| evidence.at <= failing.since)
                || evidence.at.duration_since(self.context.now) > CLOCKS_APART
        };
        let about = |evidence: &&Evidence| match &evidence.kind {
            EvidenceKind::Confirmation(confirmed) => confirmed == id,
            EvidenceKind::Preflight(of) => {
                let is_about_this = subject.is_some() && of.as_deref() == subject;
                rule == PROVED_BY_PREFLIGHT && is_about_this && !is_overtaken(evidence)
            }
            EvidenceKind::Approval(_) => false,
        };
        let valid = self.input.history.evidence.iter().filter(about);
        let now = self.context.now;
        let counts = |found: &&Evidence| found.is_valid_at(now) && end(found).is_none_or(|end| now < end);
        let newest = valid.filter(counts).max_by_key(|found| found.at)?;
        let expires = [end(newest), newest.expires].into_iter().flatten().min();
        Some(Confirmed { by: newest.by.clone(), at: newest.at, expires })
    }
}
