//! What only a person can check before a submission, and whether somebody did.

use super::product::Planner;
use super::{Action, Confirmed, ProductPlan, Step, StepState, VerifyItem};
use crate::diagnostic::Severity;
use crate::model::{Digest, Item};
use crate::rules::{self, Transition};
use crate::submission::{Evidence, EvidenceKind, SubmissionKind};

/// The rule whose statement a preflight proves as well as a person does (R28).
const PROVED_BY_PREFLIGHT: &str = "interface-not-answering";

/// Whether a release or modification would be handed in now, were it not held or blocked.
pub(super) fn submits(chain: &[Step]) -> bool {
    chain.iter().any(|step| {
        let open = matches!(step.state, StepState::Ready | StepState::Held { .. });
        matches!(&step.action, Action::Submit(submission) if submission.kind != SubmissionKind::Remove)
            && open
    })
}

impl Planner<'_> {
    /// What a person must check before what is submitted or done by hand now.
    pub(super) fn verify(&self, plan: &ProductPlan, transition: &Transition<'_>) -> Vec<(VerifyItem, Item)> {
        let by_hand = plan
            .chain
            .iter()
            .any(|step| matches!(step.action, Action::Manual(_)) && step.state == StepState::Ready);
        if !transition.submits && !by_hand {
            return Vec::new();
        }
        let asked = rules::to_verify(transition, self.context.levels).into_iter();
        let items = asked.map(|(rule, verify)| {
            let identity = format!(
                "{} {} {} {}",
                self.context.scope.target, self.input.key, rule.doc.id, verify.subject
            );
            let id = format!("v-{}", Digest::of("verify", &identity).short());
            let level = rule.level(self.context.levels).unwrap_or(rule.doc.level);
            let item = VerifyItem {
                confirmed: self.confirmed(&id, rule.doc.id),
                id,
                text: verify.text,
                rule: rule.doc.id,
                holds: level == Severity::Error,
                fresh_days: verify.fresh_days,
            };
            (item, verify.item)
        });
        items.collect()
    }

    /// The newest confirmation that still counts.
    fn confirmed(&self, id: &str, rule: &str) -> Option<Confirmed> {
        let about = |evidence: &&Evidence| match &evidence.kind {
            EvidenceKind::Confirmation(confirmed) => confirmed == id,
            EvidenceKind::Preflight => rule == PROVED_BY_PREFLIGHT,
            EvidenceKind::Approval(_) => false,
        };
        let valid = self.input.history.evidence.iter().filter(about);
        let newest =
            valid.filter(|evidence| evidence.is_valid_at(self.context.now)).max_by_key(|found| found.at)?;
        let Evidence { kind: _, by, reason: _, at, expires } = newest;
        Some(Confirmed { by: by.clone(), at: *at, expires: *expires })
    }
}
