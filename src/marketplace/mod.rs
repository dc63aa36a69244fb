//! What a marketplace driver can do, in a reading and a writing half. Planning only ever holds the reading half.

use crate::model::Key;
use crate::released::{Observation, ProductBinding};
use crate::submission::{ApplicationId, Fence, Refusal, Review, Submission, SubmissionId};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

/// What a driver guarantees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The marketplace knows our submission ids: a lost answer can be resolved by asking (exactly once).
    pub knows_submission_ids: bool,
    /// The marketplace remembers the latest fence of each product and takes nothing under an earlier one. Where it does
    /// not, a run that is held up between its last look and its send may still send: the window is what lies between the
    /// two, and the lease is looked at last.
    pub checks_fences: bool,
    /// How many of our ids one question may name; at least 1.
    pub ids_per_question: usize,
}

/// Why a driver could not do its work. Never a verdict about content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarketplaceError {
    /// The marketplace could not be reached, or answered with a technical failure.
    #[error("the marketplace cannot be reached: {0}")]
    Unreachable(String),
    /// The marketplace does not let us in: credentials are missing, wrong or expired. It says nothing of what we asked about.
    #[error("the marketplace does not let us in: {0}")]
    Denied(String),
    /// The marketplace was asked too often and wants to be left alone for a while.
    #[error("the marketplace wants to be asked less often: {0}")]
    Throttled(String),
    /// The marketplace answered something this driver does not understand.
    #[error("the marketplace's answer cannot be understood: {0}")]
    Unintelligible(String),
    /// The driver's own storage failed.
    #[error("{0}")]
    Storage(String),
    /// The request makes no sense in this state (withdrawing what was decided).
    #[error("{0}")]
    Refused(String),
}

impl MarketplaceError {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Throttled(_) => {
                "run the command again later: what was sent is not sent twice"
            }
            Self::Denied(_) => "look at the credentials and the clock: `gallerist doctor` does",
            Self::Unintelligible(_) => "look at what answers there: `gallerist doctor` does",
            Self::Storage(_) => {
                "look at the file: `gallerist doctor` says what is wrong; a damaged one is replaced by a copy, or a \
                 sandbox begun anew with `gallerist sandbox reset`"
            }
            Self::Refused(_) => "`gallerist status` shows where it stands",
        }
    }
}

/// How handing over a submission ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitOutcome {
    /// In review under this id.
    Accepted(ApplicationId),
    /// Given to a person, who enters it in the console and records what became of it.
    HandedOver(Sheet),
    /// Not taken at the door.
    Refused(Refusal),
    /// Certainly not sent.
    NotSent(String),
    /// The answer was lost: it may or may not have arrived.
    Unknown(String),
}

/// The change sheet a person works from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Digest of its text: the same submission gives the same sheet.
    pub digest: String,
    /// The file, as people find it from the catalog's folder.
    pub path: Utf8PathBuf,
}

/// Where one of our submissions stands, as the marketplace tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewReport {
    /// Our id.
    pub submission: SubmissionId,
    /// The marketplace's id.
    pub application: ApplicationId,
    /// Pending or ended.
    pub review: Review,
    /// When the state was reached, by the marketplace's clock.
    pub at: Timestamp,
    /// After approval: the ids of everything the submission created, keyed by the submission's own keys.
    pub binding: Option<ProductBinding>,
}

/// The reading half of a driver.
pub trait Observe {
    /// What the driver guarantees.
    fn capabilities(&self) -> Capabilities;

    /// The marketplace's clock.
    ///
    /// # Errors
    /// When it cannot be read.
    fn now(&self) -> Result<Timestamp, MarketplaceError>;

    /// Reads the released state and the applications of the account.
    ///
    /// # Errors
    /// When it cannot be read; there is no partial answer without a partial [`crate::released::Coverage`].
    fn observe(&self) -> Result<Observation, MarketplaceError>;

    /// Where our submissions with these ids stand; ids the marketplace never saw are missing from the answer.
    ///
    /// # Errors
    /// When it cannot be read.
    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError>;
}

/// The writing half of a driver.
pub trait Submit: Observe {
    /// Hands a submission to the reviewer. The same id with the same content is the same submission. `fence` tells until
    /// when the run holds the product; `None` where nobody else could.
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome;

    /// Sees to it that nothing is taken any more that another run, which held the product earlier, sends about it too late.
    ///
    /// # Errors
    /// When the marketplace cannot be reached; one that checks no fences has nothing to do.
    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError>;

    /// Takes back a pending submission.
    ///
    /// # Errors
    /// When the marketplace does not allow it or cannot be reached.
    fn withdraw(&mut self, product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError>;
}

/// Writes files of the catalog and finds those that belong to products.
pub trait Files {
    /// Writes a file whole or not at all; `path` is from the catalog's root.
    ///
    /// # Errors
    /// When it cannot be written; the reason.
    fn write(&mut self, path: &Utf8Path, bytes: &[u8]) -> Result<(), String>;

    /// The content of the file with this digest that a product names; `None` when it names none any more.
    fn content(&self, product: &Key, digest: &str) -> Option<Vec<u8>>;
}
