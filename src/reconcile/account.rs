//! What a run did, did not do, and waits for.

use crate::model::{Digest, Key};
use crate::plan::Standing;
use crate::submission::{ApplicationId, OperationId, Refusal, SubmissionId, Verdict};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use jiff::civil::Date;

/// The true account of one run. It holds even when the run was stopped half-way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Products within the run's limit, in the order of their keys.
    pub products: Vec<ProductAccount>,
    /// Why the run ended before it had looked after every product; `None` when it did.
    pub stopped: Option<String>,
}

/// The account of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductAccount {
    /// Our key.
    pub key: Key,
    /// The name buyers see.
    pub name: String,
    /// Where the plan saw it, before this run took its step.
    pub standing: Standing,
    /// Verdicts this run learned and recorded, oldest first.
    pub verdicts: Vec<(SubmissionId, Verdict)>,
    /// Whether what was approved is not what we predicted; the plan's drift says where.
    pub approved_differently: bool,
    /// Whether this run took back a submission of ours before the rest.
    pub withdrawn: bool,
    /// How it ended for this product.
    pub outcome: Outcome,
}

/// Whom a product waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitingFor {
    /// The marketplace's reviewer.
    Reviewer,
    /// A person of ours, who must do or confirm something.
    Person,
    /// Another step or product of the plan.
    Plan,
    /// Another day: enough was submitted today.
    Tomorrow,
    /// Another run that holds the product now.
    OtherRun,
}

/// How a run ended for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There was nothing to do.
    Nothing,
    /// Submitted for review in this run.
    Submitted {
        /// Our id.
        submission: SubmissionId,
        /// The marketplace's id.
        application: ApplicationId,
    },
    /// Given to a person on a change sheet in this run.
    HandedOver {
        /// Our id.
        submission: SubmissionId,
        /// The sheet's file.
        sheet: Utf8PathBuf,
    },
    /// Meant to be done now and not done; nothing changed on the marketplace.
    NotDone {
        /// Why.
        why: String,
    },
    /// It may or may not have arrived.
    Unknown {
        /// Our id.
        submission: SubmissionId,
        /// Since when.
        since: Timestamp,
        /// What is known.
        why: String,
    },
    /// Waiting.
    Waiting {
        /// For whom.
        whom: WaitingFor,
        /// For what, as a sentence; empty where `whom` says it all.
        what: String,
        /// Since when, where known.
        since: Option<Timestamp>,
        /// When it is due, where known.
        expected_by: Option<Date>,
    },
    /// Stopped by rules, guards or somebody else's work; the reasons in order.
    Blocked {
        /// What is wrong, as sentences.
        why: Vec<String>,
        /// Operations whose approval would lift a guard.
        approvals: Vec<OperationId>,
    },
    /// Refused at the door for good; other operations are needed.
    Refused(Refusal),
    /// Taken back by somebody and unchanged since.
    TakenBack {
        /// Our id of the submission that was taken back.
        submission: SubmissionId,
    },
    /// Rejected by a reviewer and unchanged since.
    Rejected {
        /// The reviewer's text; unknown stays unknown.
        reason: Option<String>,
        /// Our id of the rejected submission, where known.
        submission: Option<SubmissionId>,
    },
    /// The saved plan no longer fits; this product was left alone.
    Stale {
        /// Digest of the product's part in the saved plan.
        approved: Digest,
        /// Digest of its part now.
        current: Digest,
    },
    /// The definitions are older than what was applied last.
    Outdated {
        /// The commit of this run.
        commit: String,
        /// The commit applied last.
        applied: String,
    },
}
