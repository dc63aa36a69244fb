//! What crosses the review desk: operations, submissions, reviews and evidence. Data only.

mod decision;
mod evidence;
mod fence;
mod operation;
mod review;

pub use decision::{IgnoredDrift, Pause};
pub use evidence::{Evidence, EvidenceKind};
pub use fence::Fence;
pub use operation::{Operation, OperationId, OperationKind};
pub use review::{ApplicationId, Refusal, Review, Verdict};

use crate::model::{Canonical, CanonicalWriter, Digest, Key, Product};

/// A revision of a released product, as the marketplace counts; `None` where it never was released.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub String);

/// Our name for a submission: the digest of what is intended, equal on any machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(pub String);

impl std::fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The three forms the marketplace reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmissionKind {
    /// First release of a product.
    Release,
    /// Edits and additions to a released product.
    Modify,
    /// Taking a specification, SKU or the product off the catalog.
    Remove,
}

impl SubmissionKind {
    /// The name in plans and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Modify => "modify",
            Self::Remove => "remove",
        }
    }
}

/// Where a submission goes and whose catalog it is part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The catalog's name from `gallerist.yaml`.
    pub catalog: Key,
    /// The target's name.
    pub target: Key,
}

/// Operations the marketplace reviews as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Digest of scope, product, base, operations and attempt; see [`Submission::identify`].
    pub id: SubmissionId,
    /// Which form.
    pub kind: SubmissionKind,
    /// The product, by our key.
    pub product: Key,
    /// The marketplace's id of the product, once released.
    pub product_id: Option<String>,
    /// The released revision the operations were computed from; `None` before the first release.
    pub base: Option<Revision>,
    /// What is to be done, in order.
    pub operations: Vec<Operation>,
    /// 1, or one more for each fix after a rejection or withdrawal.
    pub attempt: u32,
    /// The released content after approval, with the marketplace's own side effects (R13, R35, R56).
    pub predicted: Product,
}

impl Submission {
    /// Whether it stands for somebody else's application, of which nobody here knows what it asks for.
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        self.operations.is_empty()
    }

    /// The id of a submission with this content.
    #[must_use]
    pub fn identify(
        scope: &Scope,
        product: &Key,
        base: Option<&Revision>,
        operations: &[Operation],
        attempt: u32,
    ) -> SubmissionId {
        struct Identity<'a>(&'a Scope, &'a Key, Option<&'a Revision>, &'a [Operation], u32);
        impl Canonical for Identity<'_> {
            fn write(&self, to: &mut CanonicalWriter) {
                let Self(Scope { catalog, target }, product, base, operations, attempt) = self;
                catalog.write(to);
                target.write(to);
                product.write(to);
                base.map(|revision| revision.0.as_str()).write(to);
                operations.write(to);
                to.number(u64::from(*attempt));
            }
        }
        let digest =
            Digest::of("submission", &Identity(scope, product, base, operations, attempt)).to_string();
        SubmissionId(format!("s-{}", digest.get(..24).unwrap_or(&digest)))
    }
}
