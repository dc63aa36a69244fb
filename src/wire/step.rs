//! Steps of a plan's chain, with the names approvals know its operations by.

use super::{Item, Name, Product, Submission, Value, present};
use crate::model::Key;
use crate::plan;
use crate::submission::{
    self, ApplicationId, OperationId, OperationKind, Revision, SubmissionId, SubmissionKind,
};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An operation of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedOperation {
    /// The name approvals use.
    pub id: Name<OperationId>,
    /// What kind of thing.
    pub kind: Name<OperationKind>,
    /// Whether it can never be undone.
    pub irreversible: bool,
    /// To what.
    pub item: Item,
    /// The released value; left out where there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// The desired value; left out where it is taken away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
    /// Why it is taken off the catalog; removals only.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A submission of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedSubmission {
    /// Digest of scope, product, base, operations and attempt.
    pub id: Name<SubmissionId>,
    /// Which form.
    pub kind: Name<SubmissionKind>,
    /// The product, by our key.
    pub product: Name<Key>,
    /// The marketplace's id of the product, once released.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The released revision the operations were computed from; left out before the first release.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub base: Option<Name<Revision>>,
    /// What is to be done, in order.
    pub operations: Vec<PlannedOperation>,
    /// 1, or one more for each fix after a rejection or withdrawal.
    pub attempt: u32,
    /// The released content after approval.
    pub predicted: Product,
}

impl PlannedSubmission {
    pub(super) fn of(core: &submission::Submission, target: &Key) -> Self {
        let Submission { id, kind, product, product_id, base, operations: _, attempt, predicted } =
            core.into();
        let operation = |operation: &submission::Operation| {
            let submission::Operation { kind, item, from, to, reason } = operation;
            PlannedOperation {
                id: Name(operation.id(target, &core.product)),
                kind: Name(*kind),
                irreversible: kind.is_irreversible(),
                item: item.into(),
                from: from.as_ref().map(Into::into),
                to: to.as_ref().map(Into::into),
                reason: reason.clone(),
            }
        };
        let operations = core.operations.iter().map(operation).collect();
        Self { id, kind, product, product_id, base, operations, attempt, predicted }
    }

    /// Which part contradicts what it is derived from: ids are digests of content, so an edited plan shows here.
    pub(super) fn contradiction(&self, scope: &submission::Scope) -> Option<String> {
        let core = submission::Submission::from(self.clone());
        for (index, (wire, operation)) in self.operations.iter().zip(&core.operations).enumerate() {
            if wire.id.0 != operation.id(&scope.target, &core.product) {
                return Some(format!("operation {} is not the one its id `{}` names", index + 1, wire.id.0));
            }
        }
        let id = submission::Submission::identify(
            scope,
            &core.product,
            core.base.as_ref(),
            &core.operations,
            core.attempt,
        );
        (id != core.id).then(|| format!("the submission is not the one its id `{}` names", core.id))
    }
}

impl From<PlannedSubmission> for submission::Submission {
    fn from(wire: PlannedSubmission) -> Self {
        let operation = |wire: PlannedOperation| submission::Operation {
            kind: wire.kind.0,
            item: wire.item.into(),
            from: wire.from.map(Into::into),
            to: wire.to.map(Into::into),
            reason: wire.reason,
        };
        Self {
            id: wire.id.0,
            kind: wire.kind.0,
            product: wire.product.0,
            product_id: wire.product_id,
            base: wire.base.map(|revision| revision.0),
            operations: wire.operations.into_iter().map(operation).collect(),
            attempt: wire.attempt,
            predicted: wire.predicted.into(),
        }
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// Hand a submission to the reviewer.
    Submit(Box<PlannedSubmission>),
    /// Take back a submission of ours that is no longer wanted.
    Withdraw {
        /// Our id.
        submission: Name<SubmissionId>,
        /// The marketplace's id, where known.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        application: Option<Name<ApplicationId>>,
    },
    /// Something only a person can do in the console.
    Manual {
        /// Name for `gallerist confirm`.
        id: String,
        /// What to do.
        text: String,
        /// What kind of thing it is.
        #[serde(default)]
        kind: ManualKind,
    },
}

/// What a person is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ManualKind {
    /// Set something beside the forms that are reviewed; nothing waits for it.
    #[default]
    Setting,
    /// Change an asset; what follows in the chain waits for it.
    Asset,
    /// Throw a change sheet away that is no longer wanted.
    ThrowAway,
    /// Withdraw an application that is no longer wanted, where only a person can.
    Withdraw,
    /// Have an application rejected that cannot be withdrawn.
    AskToReject,
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum StepState {
    /// Done by an earlier run.
    Done,
    /// With the reviewer.
    InReview {
        /// Since when.
        since: Name<Timestamp>,
        /// When the verdict is due by the site's habit.
        expected_by: Name<Date>,
    },
    /// A run ended before it was known whether it arrived.
    InDoubt {
        /// Since when.
        since: Name<Timestamp>,
    },
    /// With a person, who enters it in the console.
    HandedOver {
        /// Since when.
        since: Name<Timestamp>,
    },
    /// Can be carried out now.
    Ready,
    /// Waits for what the text says.
    Waiting(String),
    /// Not carried out until the product's blocks are gone.
    Blocked,
    /// Rejected by a reviewer and unchanged since.
    Held {
        /// The reviewer's text; left out where it is unknown.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// One step of a product's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// What it does.
    pub action: Action,
    /// Where it stands.
    pub state: StepState,
    /// Why it stands at this place of the chain; may be empty.
    pub because: String,
}

impl Step {
    pub(super) fn of(core: &plan::Step, target: &Key) -> Self {
        let plan::Step { action, state, because } = core;
        let action = match action {
            plan::Action::Submit(submission) => {
                Action::Submit(Box::new(PlannedSubmission::of(submission, target)))
            }
            plan::Action::Withdraw { submission, application } => Action::Withdraw {
                submission: Name(submission.clone()),
                application: application.clone().map(Name),
            },
            plan::Action::Manual(plan::ManualStep { id, text, kind }) => {
                Action::Manual { id: id.clone(), text: text.clone(), kind: (*kind).into() }
            }
        };
        let state = match state {
            plan::StepState::Done => StepState::Done,
            plan::StepState::InReview { since, expected_by } => {
                StepState::InReview { since: Name(*since), expected_by: Name(*expected_by) }
            }
            plan::StepState::InDoubt { since } => StepState::InDoubt { since: Name(*since) },
            plan::StepState::HandedOver { since } => StepState::HandedOver { since: Name(*since) },
            plan::StepState::Ready => StepState::Ready,
            plan::StepState::Waiting(what) => StepState::Waiting(what.clone()),
            plan::StepState::Blocked => StepState::Blocked,
            plan::StepState::Held { reason } => StepState::Held { reason: reason.clone() },
        };
        Self { action, state, because: because.clone() }
    }
}

impl From<Step> for plan::Step {
    fn from(wire: Step) -> Self {
        let action = match wire.action {
            Action::Submit(submission) => plan::Action::Submit((*submission).into()),
            Action::Withdraw { submission, application } => {
                plan::Action::Withdraw { submission: submission.0, application: application.map(|id| id.0) }
            }
            Action::Manual { id, text, kind } => {
                plan::Action::Manual(plan::ManualStep { id, text, kind: kind.into() })
            }
        };
        let state = match wire.state {
            StepState::Done => plan::StepState::Done,
            StepState::InReview { since, expected_by } => {
                plan::StepState::InReview { since: since.0, expected_by: expected_by.0 }
            }
            StepState::InDoubt { since } => plan::StepState::InDoubt { since: since.0 },
            StepState::HandedOver { since } => plan::StepState::HandedOver { since: since.0 },
            StepState::Ready => plan::StepState::Ready,
            StepState::Waiting(what) => plan::StepState::Waiting(what),
            StepState::Blocked => plan::StepState::Blocked,
            StepState::Held { reason } => plan::StepState::Held { reason },
        };
        Self { action, state, because: wire.because }
    }
}
