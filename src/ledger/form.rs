//! The JSON form of an event: one line of text, the same bytes for the same event. A store keeps it as it is.

use super::EventKind;
use crate::submission::{ApplicationId, OperationId, SubmissionId};
use crate::wire::{
    Evidence, IgnoredDrift, Name, Pause, Product, ProductBinding, Refusal, Submission, Verdict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(super) enum Form {
    Prepared {
        submission: Submission,
        commit: Option<String>,
    },
    HandedOver {
        submission: Name<SubmissionId>,
        sheet: String,
    },
    Accepted {
        submission: Name<SubmissionId>,
        application: Name<ApplicationId>,
    },
    Refused {
        submission: Name<SubmissionId>,
        refusal: Refusal,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intents: Option<u32>,
    },
    NotSent {
        submission: Name<SubmissionId>,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intents: Option<u32>,
    },
    Unknown {
        submission: Name<SubmissionId>,
        reason: String,
    },
    Ended {
        submission: Name<SubmissionId>,
        verdict: Verdict,
    },
    Bound {
        binding: ProductBinding,
    },
    Applied {
        product: Product,
        commit: Option<String>,
    },
    Vouched {
        evidence: Evidence,
    },
    Retried {
        operations: Vec<Name<OperationId>>,
        by: String,
    },
    ClosedAsMoot {
        submission: Name<SubmissionId>,
    },
    Adopted {
        by: String,
    },
    Claimed {
        submission: Submission,
        application: Name<ApplicationId>,
        since: Name<Timestamp>,
        by: String,
    },
    Paused {
        all: bool,
        pause: Pause,
    },
    Resumed {
        all: bool,
        by: String,
    },
    Ignored {
        drift: Vec<IgnoredDrift>,
    },
    Preflighted {
        failing: Option<String>,
    },
    Notified {
        notices: Vec<String>,
    },
}

impl From<&EventKind> for Form {
    fn from(core: &EventKind) -> Self {
        let name = |id: &SubmissionId| Name(id.clone());
        match core {
            EventKind::Prepared { submission, commit } => {
                Self::Prepared { submission: submission.into(), commit: commit.clone() }
            }
            EventKind::HandedOver { submission, sheet } => {
                Self::HandedOver { submission: name(submission), sheet: sheet.clone() }
            }
            EventKind::Accepted { submission, application } => {
                Self::Accepted { submission: name(submission), application: Name(application.clone()) }
            }
            EventKind::Refused { submission, refusal, intents } => {
                Self::Refused { submission: name(submission), refusal: refusal.into(), intents: *intents }
            }
            EventKind::NotSent { submission, reason, intents } => {
                Self::NotSent { submission: name(submission), reason: reason.clone(), intents: *intents }
            }
            EventKind::Unknown { submission, reason } => {
                Self::Unknown { submission: name(submission), reason: reason.clone() }
            }
            EventKind::Ended { submission, verdict } => {
                Self::Ended { submission: name(submission), verdict: verdict.into() }
            }
            EventKind::Bound { binding } => Self::Bound { binding: binding.into() },
            EventKind::Applied { product, commit } => {
                Self::Applied { product: product.into(), commit: commit.clone() }
            }
            EventKind::Vouched { evidence } => Self::Vouched { evidence: evidence.into() },
            EventKind::Retried { operations, by } => {
                Self::Retried { operations: operations.iter().cloned().map(Name).collect(), by: by.clone() }
            }
            EventKind::ClosedAsMoot { submission } => Self::ClosedAsMoot { submission: name(submission) },
            EventKind::Adopted { by } => Self::Adopted { by: by.clone() },
            EventKind::Claimed { submission, application, since, by } => Self::Claimed {
                submission: submission.into(),
                application: Name(application.clone()),
                since: Name(*since),
                by: by.clone(),
            },
            EventKind::Paused { all, pause } => Self::Paused { all: *all, pause: pause.into() },
            EventKind::Resumed { all, by } => Self::Resumed { all: *all, by: by.clone() },
            EventKind::Ignored { drift } => Self::Ignored { drift: drift.iter().map(Into::into).collect() },
            EventKind::Preflighted { failing } => Self::Preflighted { failing: failing.clone() },
            EventKind::Notified { notices } => Self::Notified { notices: notices.clone() },
        }
    }
}

impl From<Form> for EventKind {
    fn from(form: Form) -> Self {
        match form {
            Form::Prepared { submission, commit } => Self::Prepared { submission: submission.into(), commit },
            Form::HandedOver { submission, sheet } => Self::HandedOver { submission: submission.0, sheet },
            Form::Accepted { submission, application } => {
                Self::Accepted { submission: submission.0, application: application.0 }
            }
            Form::Refused { submission, refusal, intents } => {
                Self::Refused { submission: submission.0, refusal: refusal.into(), intents }
            }
            Form::NotSent { submission, reason, intents } => {
                Self::NotSent { submission: submission.0, reason, intents }
            }
            Form::Unknown { submission, reason } => Self::Unknown { submission: submission.0, reason },
            Form::Ended { submission, verdict } => {
                Self::Ended { submission: submission.0, verdict: verdict.into() }
            }
            Form::Bound { binding } => Self::Bound { binding: binding.into() },
            Form::Applied { product, commit } => Self::Applied { product: product.into(), commit },
            Form::Vouched { evidence } => Self::Vouched { evidence: evidence.into() },
            Form::Retried { operations, by } => {
                Self::Retried { operations: operations.into_iter().map(|id| id.0).collect(), by }
            }
            Form::ClosedAsMoot { submission } => Self::ClosedAsMoot { submission: submission.0 },
            Form::Adopted { by } => Self::Adopted { by },
            Form::Claimed { submission, application, since, by } => Self::Claimed {
                submission: submission.into(),
                application: application.0,
                since: since.0,
                by,
            },
            Form::Paused { all, pause } => Self::Paused { all, pause: pause.into() },
            Form::Resumed { all, by } => Self::Resumed { all, by },
            Form::Ignored { drift } => Self::Ignored { drift: drift.into_iter().map(Into::into).collect() },
            Form::Preflighted { failing } => Self::Preflighted { failing },
            Form::Notified { notices } => Self::Notified { notices },
        }
    }
}

/// An event as one line of JSON.
///
/// # Errors
/// Never for the events of this crate; the reason otherwise.
pub fn encode(kind: &EventKind) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Form::from(kind))
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// When the text is no event of this version; the place and what is wrong there.
pub fn decode(text: &str) -> Result<EventKind, serde_json::Error> {
    serde_json::from_str::<Form>(text).map(Into::into)
}
