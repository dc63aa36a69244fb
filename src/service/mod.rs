//! What the commands do, without a terminal: open a catalog, check, plan, apply.
//!
//! Every function here is one command. They take what was asked for and give back a report; printing and exit
//! codes are the command line's.

mod accept;
mod adopt;
mod at_hand;
mod between;
mod calls;
mod cause;
mod check;
mod claim;
mod comment;
mod configuration;
mod credentials;
mod desk;
mod digests;
mod doctor;
mod editor;
mod evidence;
mod figures;
mod fix;
mod format;
mod ignore;
mod import;
mod issue;
mod json;
mod judging;
mod known;
mod ledger;
mod marketplace;
mod marking;
mod merged;
mod notices;
mod notify;
mod offer;
mod outcomes;
mod outside;
mod pause;
mod plan;
mod planning;
mod posting;
mod preflight;
mod record;
mod recorded;
mod released;
mod retire;
mod revision;
mod run;
mod saved_plan;
mod serving;
mod settled;
mod settling;
mod snapshot;
mod staging;
mod status;
mod store;
mod submissions;
mod telling;
mod texts;
mod unmanage;
mod workspace;

pub use accept::{DriftChoice, accept, revert};
pub use adopt::{AdoptRequest, adopt};
pub use calls::{Call, Calls, Party};
pub use cause::Cause;
pub use check::{check, check_recalling, check_version};
pub use claim::claim;
pub use comment::{CommentRequest, comment, comment_text};
pub use desk::{sandbox_advance, sandbox_decide, sandbox_pending, sandbox_reset};
pub use doctor::{DoctorRequest, doctor};
pub use editor::{Editor, Looked};
pub use evidence::{approve, confirm, retry};
pub use figures::Figures;
pub use fix::fix;
pub use format::{format, format_text};
pub use ignore::{IgnoreRequest, heed, ignore};
pub use import::{ImportRequest, import};
pub use issue::{IssueRequest, issue, issue_text};
pub use json::{gateway_document, json, schemas};
pub use ledger::{
    ledger_export, ledger_import, ledger_may_replace, ledger_migrate, ledger_show, ledger_upgrade,
    ledger_verify,
};
pub use offer::{OfferRequest, offer};
pub use outcomes::{Memory, ends_soon};
pub use outside::{Form, outside, read_proposal};
pub use pause::{PauseRequest, pause, resume};
pub use plan::{PlanRequest, drift, plan, plan_recalling};
pub use preflight::{PreflightRequest, Preflighted, preflight};
pub use record::{Outcome as RecordedOutcome, RecordRequest, record};
pub use recorded::{Reprint, change_sheet, checklists, confirm_recorded};
pub use retire::retire;
pub use run::{Turn, apply, reconcile, reconcile_as, scope};
pub use saved_plan::save_plan;
pub use serving::sandbox_account;
pub use snapshot::{export, export_folder, export_saved};
pub use status::status;
pub use submissions::{submission, submissions, withdraw};
pub use unmanage::unmanage;

use crate::diagnostic::{Diagnostics, Fix, RuleId};
use crate::forge::ForgeError;
use crate::ledger::LedgerError;
use crate::marketplace::MarketplaceError;
use crate::model::Key;
use crate::plan::Plan;
use crate::report::{
    Account, Adoption, Checkup, Comparison, Imported, Invocation, LedgerAudit, LedgerLog, Observed,
    PendingReview, PlacedFinding, Proposal, Status, Subject, SubmissionDetail, SubmissionRow, Withheld,
    withhold,
};
use crate::submission::{ApplicationId, OperationId};
use crate::text::{Position, TextEdit};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::io::Read as _;

/// Which catalog and target a command is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The catalog's folder, or one inside it.
    pub directory: Utf8PathBuf,
    /// The target; `None` is the default one.
    pub target: Option<Key>,
    /// The moment of the run.
    pub now: Timestamp,
    /// Whether the machine is thrown away after the run, as in CI: what is kept in its files is lost.
    pub on_throwaway_machine: bool,
}

/// Which version of the definitions a command looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Version {
    /// The work tree.
    #[default]
    WorkTree,
    /// A commit, by any name that git takes for one.
    Revision(String),
    /// What a commit adds to another from which it went off: a pull request.
    Between {
        /// The branch it is to be merged into.
        base: String,
        /// What is to be merged.
        head: String,
    },
}

impl ServiceError {
    /// What is wrong on one line, with the first finding where there are findings: for logs.
    #[must_use]
    pub fn in_short(&self) -> String {
        match self {
            Self::Catalog(found) => {
                found.in_short().map_or_else(|| self.to_string(), |first| format!("{self}: {first}"))
            }
            _ => self.to_string(),
        }
    }
}

/// Why a command could not do its work. What is wrong with definitions is a finding, not an error.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
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
    /// The forge failed.
    #[error(transparent)]
    Forge(#[from] ForgeError),
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
    /// How many definitions were read for it.
    pub files_read: usize,
    /// How many of them an earlier check had read already, and nothing has changed since.
    pub recalled: usize,
    /// What was looked at: the products of the catalog, or the files that were named.
    pub subjects: Vec<Subject>,
    /// Of a part of a catalog: what the definitions of no other products should have in them, by product.
    pub marks: BTreeSet<(Key, String)>,
    /// The catalog's folder, from the root of its git repository; empty at the root and outside of one.
    pub prefix: Utf8PathBuf,
    /// The findings, sorted.
    pub diagnostics: Diagnostics,
}

/// What fixing did, and what is still to be found afterwards.
#[derive(Debug, Clone, Default)]
pub struct Fixed {
    /// What was written, by file and line.
    pub applied: Vec<AppliedFix>,
    /// What checking finds now.
    pub checked: Checked,
}

/// A fix that was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppliedFix {
    /// The file.
    pub path: Utf8PathBuf,
    /// Where the finding stood when it was fixed.
    pub position: Position,
    /// The rule that found it.
    pub rule: RuleId,
    /// What was done, as an order.
    pub title: String,
}

/// Which files are to be formatted, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormatRequest {
    /// These files only; empty means every definition of the catalog.
    pub files: Vec<Utf8PathBuf>,
    /// Whether files are left as they are.
    pub only_look: bool,
    /// Whether documents are raised to the version of their form that this program writes.
    pub upgrade: bool,
}

/// What formatting did, or would do.
#[derive(Debug, Clone, Default)]
pub struct Formatted {
    /// How many files were looked at.
    pub files: usize,
    /// Files that are not in canonical form, by their paths: now, unless they were only looked at.
    pub rewritten: Vec<Rewritten>,
    /// Whether files were left as they are.
    pub only_looked: bool,
    /// Why other files were left alone.
    pub diagnostics: Diagnostics,
}

/// A file with another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The path as shown to people.
    pub path: Utf8PathBuf,
    /// The text before.
    pub before: String,
    /// The text after.
    pub after: String,
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
    /// The plan it is compared with, if it is.
    pub compared: Option<Comparison>,
    /// The products that were looked at, where not all of them are shown.
    pub observed: Option<Observed>,
    /// How many definitions were read for it.
    pub files_read: usize,
    /// The catalog's folder, from the root of its git repository; empty at the root and outside of one.
    pub prefix: Utf8PathBuf,
}

impl Planned {
    /// The same without what not everybody who sees it may know yet. It cannot be applied.
    #[must_use]
    pub fn withhold(self, what: &Withheld) -> Self {
        let findings = PlacedFinding::of_diagnostics(&self.diagnostics);
        let Self { plan, mut diagnostics, compared, invocation, observed, files_read, prefix } = self;
        let shown = withhold(Proposal { plan, findings, compared, invocation, observed }, what);
        let Proposal { plan, findings, compared, invocation, observed } = shown;
        for (found, clean) in diagnostics.list.iter_mut().zip(findings) {
            let PlacedFinding { message, label, why, help, others, fix, .. } = clean;
            (found.message, found.label, found.why, found.help) = (message, label, why, help);
            for (label, (_, text)) in found.labels.iter_mut().zip(others) {
                label.text = text;
            }
            let edits = fix.map(|fix| (fix.title, fix.edits));
            found.fix = found.fix.take().zip(edits).map(|(fix, (title, clean))| {
                let edits = fix.edits.into_iter().zip(clean);
                let edits = edits.map(|(edit, (_, replacement))| TextEdit { replacement, ..edit }).collect();
                Fix { title, edits, ..fix }
            });
        }
        Self { plan, diagnostics, compared, invocation, observed, files_read, prefix }
    }

    /// The same as it is shown outside a terminal.
    #[must_use]
    pub fn proposal(&self) -> Proposal {
        Proposal {
            plan: self.plan.clone(),
            findings: PlacedFinding::of_diagnostics(&self.diagnostics),
            compared: self.compared.clone(),
            invocation: self.invocation.clone(),
            observed: self.observed.clone(),
        }
    }
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The run's own name, as its leases have it.
    pub run: String,
    /// The account.
    pub account: Account,
    /// Whether the marketplace is the sandbox, where the reader is the reviewer.
    pub in_sandbox: bool,
    /// Findings about definitions.
    pub diagnostics: Diagnostics,
    /// Of a saved plan: the plan as it is after the run, beside the saved one.
    pub beside_saved: Option<Planned>,
    /// Numbers about the catalog after the run; `None` when it could not be looked at then.
    pub figures: Option<Figures>,
}

/// Something that was recorded or changed, told in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What happened, a whole sentence; where several things did, each on a line of its own.
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
    /// The ids of the manual steps or verify items.
    pub ids: Vec<String>,
    /// Who vouches; `None` takes the git user.
    pub by: Option<String>,
    /// What was seen or done.
    pub reason: String,
    /// How long it counts from now; `None` as long as the rule says.
    pub expires: Option<SignedDuration>,
}

/// Which entries of the ledger are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerFilter {
    /// Only about this product.
    pub product: Option<Key>,
    /// Only what somebody vouched for.
    pub evidence: bool,
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
    /// Read all that wait as an operations manager would, and reject what there are objections to.
    Automatic,
    /// Approve one application without the last thing it asks for.
    ApproveInPart(ApplicationId),
    /// Take one application back in the console, as a colleague of the seller would.
    Withdraw(ApplicationId),
    /// Let one application be forgotten, as the marketplace does with what is old.
    Forget(ApplicationId),
}

/// What a command found, on its way into a versioned JSON document.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "each variant is the report of the command with its name")]
pub enum View<'a> {
    Check(&'a Checked),
    Fix(&'a Fixed),
    Format(&'a Formatted),
    Plan(&'a Planned),
    Run(&'a Ran),
    Status(&'a Status),
    Submissions(&'a [SubmissionRow]),
    Submission(&'a SubmissionDetail),
    Ledger(&'a LedgerLog),
    LedgerAudit(&'a LedgerAudit),
    Pending(&'a [PendingReview]),
    Recorded(&'a Recorded),
    Imported(&'a Imported),
    Adoption(&'a Adoption),
    Rules(&'a crate::rules::Selection),
    Preflight(&'a Preflighted),
    Doctor(&'a Checkup),
}

/// Writes a file whole or not at all.
///
/// # Errors
/// When it cannot be written; what stood there before still does.
pub fn write(path: &Utf8Path, bytes: &[u8]) -> Result<(), ServiceError> {
    crate::repository::write_atomically(path, bytes).map_err(|error| ServiceError::File {
        action: "write",
        path: path.to_owned(),
        reason: error.reason,
    })
}

/// Reads a document that the command line names: a saved plan, a snapshot, an exported ledger.
fn read(path: &Utf8Path) -> Result<String, ServiceError> {
    const BYTES_MAX: u64 = 1 << 30;
    let failed = |reason: String| ServiceError::File { action: "read", path: path.to_owned(), reason };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
    let read = file.take(BYTES_MAX + 1).read_to_string(&mut text);
    match read.map_err(|error| failed(error.to_string()))? {
        bytes if bytes as u64 > BYTES_MAX => Err(failed(format!("it is larger than {BYTES_MAX} bytes"))),
        _ => Ok(text),
    }
}
