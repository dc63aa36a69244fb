//! Whether a saved plan still fits what would be done now.

use crate::model::{Digest, Product};
use crate::plan::{Action, ProductPlan, StepState};
use crate::submission::{Operation, Revision, Submission, SubmissionKind};

/// One product's part of a saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedProduct {
    /// Digest of the part.
    pub digest: Digest,
    /// The released revision it was made from.
    pub base: Option<Revision>,
    /// What it does, in order.
    pub chain: Vec<Action>,
}

impl From<&ProductPlan> for SavedProduct {
    fn from(plan: &ProductPlan) -> Self {
        let chain = plan.chain.iter().map(|step| step.action.clone()).collect();
        Self { digest: plan.digest, base: plan.base.clone(), chain }
    }
}

impl SavedProduct {
    /// Whether what is left to do now is this plan, or the rest of it after progress made by it.
    ///
    /// Each approval changes the base, and with it the ids of the submissions that follow; so submissions are
    /// compared by what they ask for, and the way up to them by what was applied last.
    pub(super) fn covers(&self, current: &ProductPlan, last_applied: Option<&Product>) -> bool {
        if self.digest == current.digest {
            return true;
        }
        let left: Vec<&Action> = current
            .chain
            .iter()
            .filter(|step| step.state != StepState::Done)
            .map(|step| &step.action)
            .collect();
        let planned = submissions(self.chain.iter());
        let following = submissions(left.iter().copied());
        let Some(done) = planned.len().checked_sub(following.len()) else { return false };
        let (before, rest) = planned.split_at(done);
        let same = rest.iter().zip(&following).all(|(planned, now)| asks(planned) == asks(now));
        let others_known = left.iter().all(|action| match action {
            Action::Submit(_) => true,
            Action::Withdraw { .. } | Action::Manual(_) => self.chain.contains(action),
        });
        let on_the_way = match before.last() {
            Some(applied) => last_applied == Some(&applied.predicted),
            // A manual step changes the base too, and shows by being gone.
            None => self.base == current.base || left.len() < self.chain.len(),
        };
        same && others_known && on_the_way
    }
}

fn submissions<'a>(actions: impl Iterator<Item = &'a Action>) -> Vec<&'a Submission> {
    let submitted = actions.filter_map(|action| match action {
        Action::Submit(submission) => Some(submission),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    });
    submitted.collect()
}

fn asks(submission: &Submission) -> (SubmissionKind, &[Operation]) {
    (submission.kind, &submission.operations)
}
