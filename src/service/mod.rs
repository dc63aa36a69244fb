//! What the commands do, without a terminal: open a catalog, check, plan, apply.
//!
//! Every function here is one command. They take what was asked for and give back a report; printing and exit
//! codes are the command line's.

use crate::diagnostic::Diagnostics;
use crate::ledger::LedgerError;
use crate::marketplace::MarketplaceError;
use crate::model::Key;
use crate::plan::Plan;
use crate::report::{Account, Invocation, PendingReview, Status, SubmissionDetail, SubmissionRow};
use crate::submission::{ApplicationId, OperationId, SubmissionId};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};

/// Which catalog and target a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The catalog's folder, or one inside it.
    pub directory: Utf8PathBuf,
    /// The target; `None` is the default one.
    pub target: Option<Key>,
    /// The moment of the run.
    pub now: Timestamp,
}

/// Why a command could not do its work. What is wrong with definitions is a finding, not an error.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The command is not connected yet.
    #[error("`gallerist {0}` is not available in this build")]
    Unavailable(&'static str),
    /// The catalog cannot be opened; the findings say why.
    #[error("the catalog cannot be opened")]
    Catalog(Box<Diagnostics>),
    /// Something was asked for that is not there or makes no sense now.
    #[error("{message}")]
    Request {
        /// What is wrong, lower case.
        message: String,
        /// What to do instead.
        hints: Vec<String>,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} {path}: {reason}")]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// Which file.
        path: Utf8PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The marketplace failed.
    #[error(transparent)]
    Marketplace(#[from] MarketplaceError),
}

/// The text of a file that is not saved yet, for editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaved {
    /// The path it will have.
    pub path: Utf8PathBuf,
    /// Its text.
    pub text: String,
}

/// What checking found.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// How many products were checked.
    pub products: usize,
    /// The findings, sorted.
    pub diagnostics: Diagnostics,
}

/// A plan with what was found on the way.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan of every product that could be planned.
    pub plan: Plan,
    /// Findings about definitions; errors mean that products are missing from the plan. Blocks are in the plan.
    pub diagnostics: Diagnostics,
    /// How to write further commands for this target.
    pub invocation: Invocation,
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The account.
    pub account: Account,
    /// Findings about definitions.
    pub diagnostics: Diagnostics,
}

/// Something that was recorded or changed, told in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What happened, a whole sentence.
    pub sentence: String,
    /// The file that was written, if one was.
    pub path: Option<Utf8PathBuf>,
    /// The command to run next, where one helps.
    pub next: Option<String>,
}

/// An approval somebody wants to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRequest {
    /// Which operation.
    pub operation: OperationId,
    /// Who approves; `None` takes the git user.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
    /// How long it counts from now; `None` keeps it.
    pub expires: Option<SignedDuration>,
}

/// A confirmation that something was done or checked by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmationRequest {
    /// Of which product.
    pub product: Key,
    /// The id of the manual step or verify item.
    pub id: String,
    /// Who vouches; `None` takes the git user.
    pub by: Option<String>,
    /// What was seen or done.
    pub reason: String,
}

/// A decision at the sandbox's review desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Approve one application, or all that wait.
    Approve(Option<ApplicationId>),
    /// Reject one application.
    Reject {
        /// Which.
        application: ApplicationId,
        /// What the seller is told.
        reason: String,
    },
}

/// What a command found, on its way into a versioned JSON document.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "each variant is the report of the command with its name")]
pub enum View<'a> {
    Check(&'a Checked),
    Plan(&'a Planned),
    Run(&'a Ran),
    Status(&'a Status),
    Submissions(&'a [SubmissionRow]),
    Submission(&'a SubmissionDetail),
    Pending(&'a [PendingReview]),
    Recorded(&'a Recorded),
    Rules(&'a [&'static crate::rules::Rule]),
}

/// The JSON document of a report, with the outcome and exit code of the command in it.
///
/// # Errors
/// When there is no JSON form for it.
pub fn json(view: View<'_>, outcome: crate::report::Outcome, exit_code: u8) -> Result<String, ServiceError> {
    let _ = (view, outcome, exit_code);
    Err(ServiceError::Unavailable("--format json"))
}

/// Checks all definitions, or only some files; an unsaved text stands for the file with its path.
///
/// # Errors
/// When the catalog cannot be read at all.
pub fn check(
    request: &Request,
    files: &[Utf8PathBuf],
    unsaved: Option<&Unsaved>,
) -> Result<Checked, ServiceError> {
    let _ = (request, files, unsaved);
    Err(ServiceError::Unavailable("check"))
}

/// Plans; `released` is an exported released state that stands for asking the marketplace.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read.
pub fn plan(request: &Request, released: Option<&Utf8Path>) -> Result<Planned, ServiceError> {
    let _ = (request, released);
    Err(ServiceError::Unavailable("plan"))
}

/// Saves a plan for [`apply`].
///
/// # Errors
/// When the file cannot be written.
pub fn save_plan(planned: &Planned, path: &Utf8Path) -> Result<(), ServiceError> {
    let _ = (planned, path);
    Err(ServiceError::Unavailable("plan --out"))
}

/// Carries out a saved plan, and nothing else.
///
/// # Errors
/// When the plan, catalog, ledger or marketplace cannot be read.
pub fn apply(request: &Request, plan: &Utf8Path) -> Result<Ran, ServiceError> {
    let _ = (request, plan);
    Err(ServiceError::Unavailable("apply"))
}

/// Takes the next safe step of every product.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read.
pub fn reconcile(request: &Request) -> Result<Ran, ServiceError> {
    let _ = request;
    Err(ServiceError::Unavailable("reconcile"))
}

/// Where products stand; all of them when none is named.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read, or a product is unknown.
pub fn status(request: &Request, products: &[Key]) -> Result<Status, ServiceError> {
    let _ = (request, products);
    Err(ServiceError::Unavailable("status"))
}

/// The released state as a document for `plan --released`.
///
/// # Errors
/// When the ledger or marketplace cannot be read.
pub fn export(request: &Request) -> Result<String, ServiceError> {
    let _ = request;
    Err(ServiceError::Unavailable("export"))
}

/// Records an approval as a file of the catalog.
///
/// # Errors
/// When no planned operation has the id, or the file cannot be written.
pub fn approve(request: &Request, approval: &ApprovalRequest) -> Result<Recorded, ServiceError> {
    let _ = (request, approval);
    Err(ServiceError::Unavailable("approve"))
}

/// Records in the ledger that something was done or checked by hand.
///
/// # Errors
/// When the product has no such step or item, or the ledger cannot be written.
pub fn confirm(request: &Request, confirmation: &ConfirmationRequest) -> Result<Recorded, ServiceError> {
    let _ = (request, confirmation);
    Err(ServiceError::Unavailable("confirm"))
}

/// Writes `retire` into a product's definition, or into one of its specifications.
///
/// # Errors
/// When there is no such product or specification, or the file cannot be written.
pub fn retire(
    request: &Request,
    product: &Key,
    specification: Option<&Key>,
    reason: &str,
) -> Result<Recorded, ServiceError> {
    let _ = (request, product, specification, reason);
    Err(ServiceError::Unavailable("retire"))
}

/// All submissions, newest first.
///
/// # Errors
/// When the ledger cannot be read.
pub fn submissions(request: &Request) -> Result<Vec<SubmissionRow>, ServiceError> {
    let _ = request;
    Err(ServiceError::Unavailable("submissions list"))
}

/// One submission; the beginning of its id is enough when only one begins so.
///
/// # Errors
/// When the ledger cannot be read, or the id is unknown or ambiguous.
pub fn submission(request: &Request, id: &SubmissionId) -> Result<SubmissionDetail, ServiceError> {
    let _ = (request, id);
    Err(ServiceError::Unavailable("submissions show"))
}

/// Takes a pending submission back.
///
/// # Errors
/// When it is not pending, cannot be withdrawn at this site, or the marketplace cannot be reached.
pub fn withdraw(request: &Request, id: &SubmissionId) -> Result<Recorded, ServiceError> {
    let _ = (request, id);
    Err(ServiceError::Unavailable("submissions withdraw"))
}

/// Lets rejected or refused operations be submitted again unchanged.
///
/// # Errors
/// When the submission was not rejected or refused, or the ledger cannot be written.
pub fn retry(request: &Request, id: &SubmissionId, by: Option<&str>) -> Result<Recorded, ServiceError> {
    let _ = (request, id, by);
    Err(ServiceError::Unavailable("submissions retry"))
}

/// What waits at the sandbox's review desk, oldest first.
///
/// # Errors
/// When the target's marketplace is not the sandbox, or it cannot be read.
pub fn sandbox_pending(request: &Request) -> Result<Vec<PendingReview>, ServiceError> {
    let _ = request;
    Err(ServiceError::Unavailable("sandbox review"))
}

/// Decides at the sandbox's review desk.
///
/// # Errors
/// When nothing with that id waits.
pub fn sandbox_decide(request: &Request, decision: &Decision) -> Result<Recorded, ServiceError> {
    let _ = (request, decision);
    Err(ServiceError::Unavailable("sandbox review"))
}

/// Moves the sandbox's clock forward.
///
/// # Errors
/// When the sandbox cannot be written.
pub fn sandbox_advance(request: &Request, by: SignedDuration) -> Result<Recorded, ServiceError> {
    let _ = (request, by);
    Err(ServiceError::Unavailable("sandbox advance"))
}

/// Forgets everything the sandbox and its ledger know.
///
/// # Errors
/// When the files cannot be removed.
pub fn sandbox_reset(request: &Request) -> Result<Recorded, ServiceError> {
    let _ = request;
    Err(ServiceError::Unavailable("sandbox reset"))
}

/// Names of the JSON Schemas with their text, in the order of their names.
///
/// # Errors
/// When schemas are not part of this build.
pub fn schemas() -> Result<Vec<(&'static str, String)>, ServiceError> {
    Err(ServiceError::Unavailable("schema"))
}
