//! The data of a plan.

use crate::diagnostic::{Finding, RuleId};
use crate::diff::Change;
use crate::model::{Canonical, CanonicalWriter, Currency, DeliveryMethod, Digest, Item, Key, Value};
use crate::submission::{ApplicationId, OperationId, Revision, Scope, Submission, SubmissionId};
use camino::Utf8PathBuf;
use jiff::Timestamp;
use jiff::civil::Date;

/// How a released field came to differ, from last applied L, released R and desired D.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftKind {
    /// D = L ≠ R: somebody changed it on the marketplace.
    Drift,
    /// All three differ.
    Conflict,
    /// The marketplace did it by itself (freeze R125, visibility reset R35): shown, never reverted automatically.
    ByMarketplace,
}

/// A field that differs from what was applied last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which field.
    pub item: Item,
    /// How it came about.
    pub kind: DriftKind,
    /// What we applied last.
    pub last_applied: Option<Value>,
    /// What is released now.
    pub released: Option<Value>,
    /// What the definition says.
    pub desired: Option<Value>,
}

/// Somebody else's change that somebody decided to leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// What differs.
    pub drift: Drift,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it is drift again.
    pub until: Timestamp,
}

/// Something only a person can check; shown as "confirm before submitting".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyItem {
    /// The step of the chain that it stands before, from 1; `None` when it stands before all of them.
    pub before: Option<u32>,
    /// Stable name for `confirm`: it changes with what is to be checked, so that an old confirmation does not count.
    pub id: String,
    /// What must be true, as a statement.
    pub text: String,
    /// The rule that asks for it.
    pub rule: RuleId,
    /// Whether the submission is held back until somebody confirmed it.
    pub holds: bool,
    /// Days after which a confirmation is stale; `None` where it stays true.
    pub fresh_days: Option<u32>,
    /// Whether a preflight proves it as well.
    pub by_preflight: bool,
    /// The confirmation that stands in the ledger.
    pub confirmed: Option<Confirmed>,
}

/// Who confirmed something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// From when it no longer counts; `None` keeps it.
    pub expires: Option<Timestamp>,
}

/// A step only the console can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualStep {
    /// Stable name for `confirm`.
    pub id: String,
    /// What to do, as an order.
    pub text: String,
    /// What kind of thing it is.
    pub kind: ManualKind,
}

/// What a person is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManualKind {
    /// Set something beside the forms that are reviewed; nothing waits for it.
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

impl ManualKind {
    /// Whether what follows in the chain waits for it.
    #[must_use]
    pub fn holds(self) -> bool {
        self == Self::Asset
    }

    /// Whether it takes back what is on its way and no longer wanted.
    #[must_use]
    pub fn takes_back(self) -> bool {
        matches!(self, Self::ThrowAway | Self::Withdraw | Self::AskToReject)
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Hand a submission to the reviewer.
    Submit(Submission),
    /// Take back a submission of ours that is no longer wanted.
    Withdraw {
        /// Our id.
        submission: SubmissionId,
        /// The marketplace's id.
        application: Option<ApplicationId>,
    },
    /// Something only a person can do in the console.
    Manual(ManualStep),
}

impl Action {
    /// Whether it takes back what is on its way and no longer wanted.
    #[must_use]
    pub fn takes_back(&self) -> bool {
        match self {
            Self::Withdraw { .. } => true,
            Self::Manual(manual) => manual.kind.takes_back(),
            Self::Submit(_) => false,
        }
    }
}

/// Where a step of a chain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// Done by an earlier run.
    Done,
    /// With the reviewer.
    InReview {
        /// Since when.
        since: Timestamp,
        /// When the verdict is due by the site's habit (R60).
        expected_by: Date,
    },
    /// A run ended before it was known whether it arrived.
    InDoubt {
        /// Since when.
        since: Timestamp,
    },
    /// With a person, who enters it in the console.
    HandedOver {
        /// Since when.
        since: Timestamp,
    },
    /// Can be carried out now.
    Ready,
    /// Waits for the step before it, or for another product; the sentence says for what.
    Waiting(String),
    /// Not carried out until the product's blocks are gone.
    Blocked,
    /// Rejected by a reviewer and unchanged since.
    Held {
        /// The reviewer's text; unknown stays unknown.
        reason: Option<String>,
    },
}

impl StepState {
    /// Whether it is with somebody else, or may be.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::InReview { .. } | Self::InDoubt { .. } | Self::HandedOver { .. })
    }
}

/// One step of a product's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub action: Action,
    /// Where it stands.
    pub state: StepState,
    /// Why it stands at this place of the chain; empty where it needs no word.
    pub because: String,
}

/// Something that stops a product's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What is wrong and what to do instead.
    pub finding: Finding,
    /// The operation whose approval would lift it; `None` when no approval can.
    pub approval: Option<OperationId>,
}

/// A product's standing in one word, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// A submission of ours waits for review and is no longer wanted.
    UnwantedInReview,
    /// The last submission was rejected and nothing changed since.
    Rejected,
    /// The marketplace no longer knows an application of ours that it had: how its review ended is not known.
    Missing,
    /// The last submission was refused at the door.
    Refused,
    /// A rule, a guard or somebody else's draft stops it.
    Blocked,
    /// The released state was changed by somebody else.
    Drifted,
    /// Somebody took the last submission back and nothing changed since.
    TakenBack,
    /// A run ended before it was known whether a submission arrived.
    InDoubt,
    /// There is something to submit now.
    ToSubmit,
    /// Waiting for a person to enter it in the console.
    HandedOver,
    /// Waiting for the reviewer.
    InReview,
    /// Waiting for another product, a manual step or the daily cap.
    Waiting,
    /// Nothing to do.
    InSync,
    /// Off the catalog.
    Retired,
    /// Not managed any more.
    Unmanaged,
}

impl Standing {
    /// The words printed for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnwantedInReview => "unwanted in review",
            Self::Rejected => "rejected",
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::Drifted => "drifted",
            Self::TakenBack => "taken back",
            Self::InDoubt => "in doubt",
            Self::ToSubmit => "to submit",
            Self::HandedOver => "handed over",
            Self::InReview => "in review",
            Self::Waiting => "waiting",
            Self::InSync => "in sync",
            Self::Retired => "retired",
            Self::Unmanaged => "unmanaged",
        }
    }
}

/// One product's part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductPlan {
    /// Our key.
    pub key: Key,
    /// The name buyers see.
    pub name: String,
    /// How it is delivered.
    pub delivery: DeliveryMethod,
    /// The definition's file, as shown to people; `None` for a product without one.
    pub path: Option<Utf8PathBuf>,
    /// In one word.
    pub standing: Standing,
    /// The released revision the plan was computed from; `None` when not released.
    pub base: Option<Revision>,
    /// Desired against expected.
    pub changes: Vec<Change>,
    /// Steps in order.
    pub chain: Vec<Step>,
    /// What stops the chain; empty when nothing does.
    pub blocks: Vec<Block>,
    /// Warnings and notes.
    pub notices: Vec<Finding>,
    /// Fields somebody else changed.
    pub drift: Vec<Drift>,
    /// Fields somebody else changed and that are left as they are.
    pub ignored: Vec<Ignored>,
    /// To be confirmed before submitting.
    pub verify: Vec<VerifyItem>,
    /// Approvals that let guarded operations of this plan pass.
    pub approved: Vec<OperationId>,
    /// Digest over target, product, base and chain: what `apply PLAN` is tied to.
    pub digest: Digest,
}

impl ProductPlan {
    /// A plan that says nothing yet: in sync with a release of an unknown revision.
    #[must_use]
    pub(super) fn empty(key: Key, name: String, delivery: DeliveryMethod) -> Self {
        Self {
            key,
            name,
            delivery,
            path: None,
            standing: Standing::InSync,
            base: None,
            changes: Vec::new(),
            chain: Vec::new(),
            blocks: Vec::new(),
            notices: Vec::new(),
            drift: Vec::new(),
            ignored: Vec::new(),
            verify: Vec::new(),
            approved: Vec::new(),
            digest: Digest::of_bytes(&[]),
        }
    }

    /// The plan of a product in sync with a revision, of which nothing is to be said.
    #[must_use]
    pub fn settled(
        target: &Key,
        key: Key,
        name: String,
        delivery: DeliveryMethod,
        path: Utf8PathBuf,
        base: Revision,
    ) -> Self {
        Self { path: Some(path), base: Some(base), ..Self::empty(key, name, delivery) }.finish(target)
    }

    /// Whether the product is in sync and nothing is to be said of it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let Self {
            key: _,
            name: _,
            delivery: _,
            path: _,
            standing,
            base,
            changes,
            chain,
            blocks,
            notices,
            drift,
            ignored,
            verify,
            approved,
            digest: _,
        } = self;
        let says_nothing = changes.is_empty()
            && chain.is_empty()
            && blocks.is_empty()
            && notices.is_empty()
            && drift.is_empty()
            && ignored.is_empty()
            && verify.is_empty()
            && approved.is_empty();
        *standing == Standing::InSync && base.is_some() && says_nothing
    }

    /// The same with its digest, at a target.
    #[must_use]
    pub(super) fn finish(mut self, target: &Key) -> Self {
        struct Identity<'a>(&'a Key, &'a ProductPlan);
        impl Canonical for Identity<'_> {
            fn write(&self, to: &mut CanonicalWriter) {
                self.0.write(to);
                self.1.key.write(to);
                self.1.base.as_ref().map(|base| base.0.as_str()).write(to);
                for step in &self.1.chain {
                    match &step.action {
                        Action::Submit(submission) => {
                            to.text(submission.kind.name());
                            submission.operations.write(to);
                        }
                        Action::Withdraw { submission, application: _ } => to.text(&submission.0),
                        Action::Manual(ManualStep { id, .. }) => to.text(id),
                    }
                }
            }
        }
        self.digest = Digest::of("product-plan", &Identity(target, &self));
        self
    }
}

/// A plan for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Catalog and target.
    pub scope: Scope,
    /// Site profile's name.
    pub site: String,
    /// Currency of all prices.
    pub currency: Currency,
    /// The date it was made for, in the site's time zone.
    pub date: Date,
    /// The commit of the definitions, where they are in git and clean.
    pub commit: Option<String>,
    /// When the released state was observed, by the marketplace's clock.
    pub observed_at: Timestamp,
    /// Where people record the released state: when the oldest record was made.
    pub recorded_at: Option<Timestamp>,
    /// Products in the order of their keys.
    pub products: Vec<ProductPlan>,
    /// Products on sale that no definition is bound to: id and name.
    pub unbound: Vec<(String, String)>,
}
