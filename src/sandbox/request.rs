//! What can be asked of the sandbox, and what it answers.

use crate::model::{Key, Product};
use crate::released::{Bindings, Observation, ProductBinding, ProductStatus};
use crate::submission::{
    ApplicationId, Fence, Operation, Refusal, Review, Submission, SubmissionId, SubmissionKind, Verdict,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How a SaaS product's production interfaces answer the probe on submission (R28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Health {
    /// Normally.
    #[default]
    Healthy,
    /// With an abnormal result.
    Failing,
    /// Not within the time.
    Timeout,
}

impl Health {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Healthy, Self::Failing, Self::Timeout];

    /// The name in commands and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Failing => "failing",
            Self::Timeout => "timeout",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|health| health.name() == name)
    }
}

/// How the review desk decides what is pending. Never applied by a submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Decides nothing: a person does.
    #[default]
    Manual,
    /// Approves everything.
    ApproveAll,
    /// Rejects the first application of each product, approves the later ones.
    RejectFirst,
    /// Rejects about one in three, always the same ones for the same seed.
    Scripted(u64),
    /// Reads the content as an operations manager would: rejects what there are objections to, with all of them as
    /// the reason, and approves the rest.
    Automatic,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Read the released state and the applications.
    Observe,
    /// Where submissions of ours stand.
    Reviews(Vec<SubmissionId>),
    /// Hand over a submission.
    Submit {
        /// The submission.
        submission: Box<Submission>,
        /// A skuCode of each specification that exists, by the sender's key. The marketplace keeps the key a
        /// specification was added under; this is how a sender that renamed one (`formerly`, `adopt`) still names it.
        references: BTreeMap<Key, String>,
        /// Until when the sender holds the product; nothing is taken under an earlier fence than the latest one.
        fence: Option<Fence>,
    },
    /// Take nothing about a product any more under an earlier fence.
    Bar {
        /// The product by the seller's key.
        product: Key,
        /// The fence.
        fence: Fence,
    },
    /// Take back a pending submission of ours.
    Withdraw(SubmissionId),
    /// Delete a draft, rejected or withdrawn application.
    Discard(ApplicationId),
    /// Somebody takes a pending application back in the console.
    WithdrawByHand {
        /// Who.
        by: String,
        /// What.
        application: ApplicationId,
    },
    /// The account forgets an application: nobody can ask about it any more, and its id is free again.
    Forget(ApplicationId),
    /// The operations manager approves, but something else takes effect than was asked for: a part, or other values.
    ApproveAs {
        /// What.
        application: ApplicationId,
        /// What takes effect; values before are not looked at.
        operations: Vec<Operation>,
    },
    /// The operations manager approves.
    Approve(ApplicationId),
    /// The operations manager rejects.
    Reject {
        /// What.
        application: ApplicationId,
        /// Why.
        reason: String,
    },
    /// The desk goes through all that is pending, oldest first.
    Review(Policy),
    /// Somebody saves a draft in the console.
    SaveForeignDraft {
        /// Who.
        by: String,
        /// The product by the seller's key; a product that is not there makes it a release.
        product: Key,
        /// Which form.
        kind: SubmissionKind,
        /// What the form holds; may be empty.
        operations: Vec<Operation>,
    },
    /// Somebody submits a draft that was saved in the console.
    SubmitForeign(ApplicationId),
    /// Somebody changes the catalog in the console; approved at once.
    ConsoleEdit {
        /// Who.
        by: String,
        /// The product by the seller's key.
        product: Key,
        /// What is changed; values before are not looked at.
        operations: Vec<Operation>,
    },
    /// Sets how a product's interfaces answer from now on.
    SetInterfaceHealth {
        /// The product by the seller's key.
        product: Key,
        /// How.
        health: Health,
    },
    /// The operator freezes a product's trading, or lifts that (R125).
    Freeze {
        /// The product by the seller's key.
        product: Key,
        /// Frozen or not.
        frozen: bool,
    },
    /// Moves the sandbox's clock forward; then the desk decides what has waited for the site's review time.
    AdvanceClock {
        /// By how much.
        seconds: u32,
        /// How the desk decides.
        policy: Policy,
    },
    /// Puts products into the catalog as they are, without review: the account's past.
    Seed(Vec<Seeded>),
    /// Empties the account, clock included.
    Reset,
}

/// A product of the account's past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seeded {
    /// Content; a group that says nothing is empty.
    pub product: Product,
    /// Specifications that are off the catalog already.
    pub discontinued: BTreeSet<Key>,
    /// State.
    pub status: ProductStatus,
}

impl Seeded {
    /// A product on sale with everything in it.
    #[must_use]
    pub fn on_sale(product: Product) -> Self {
        Self { product, discontinued: BTreeSet::new(), status: ProductStatus::OnSale }
    }
}

/// What the sandbox answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Done,
    /// In review under this id, or what became of it earlier.
    Accepted(ApplicationId),
    /// Not done, and why.
    Refused(Refusal),
    /// Not done: somebody else holds the product under a later fence.
    Late,
    /// The released state and the applications.
    Observation(Box<Observation>),
    /// Where submissions stand; ids never seen are missing.
    Reviews(Vec<Report>),
    /// What the desk decided.
    Decided(Vec<(ApplicationId, Verdict)>),
    /// The ids of what was seeded.
    Seeded(Bindings),
}

/// Where a submission of ours stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Our id.
    pub submission: SubmissionId,
    /// The marketplace's id.
    pub application: ApplicationId,
    /// Pending or ended.
    pub review: Review,
    /// Since when, by the sandbox's clock.
    pub at: Timestamp,
    /// After approval: the ids of everything it created, by the submission's own keys.
    pub binding: Option<ProductBinding>,
}
