//! What people are told, before anybody decides how it looks: outcomes, the summary of a plan, status rows and
//! the account of a run. Rendering and wire formats only ever see these and the core types.

mod account;
mod checkup;
mod comparison;
mod ledger;
mod moving;
mod next;
mod notice;
mod outcome;
mod outside;
mod part;
mod placed;
mod preflight;
mod proposal;
mod rejected;
mod rejection;
mod review;
pub mod sheet;
mod status;
mod summary;
mod withhold;

pub use account::{Account, Deed, Entry};
pub use checkup::{Area, Checkup, Examined, Health};
pub use comparison::{Baseline, Comparison, Difference};
pub use ledger::{Evidenced, LedgerAudit, LedgerFlaw, LedgerLog, LedgerRow, Merged, StandingApproval};
pub use moving::{Adoption, Imported, ImportedProduct, LeftOut, WrittenFile};
pub use next::{Actor, Invocation, Next, next};
pub use notice::{Detail, Notice, Notified};
pub use outcome::{ExitCodes, Outcome};
pub use outside::{Outside, Subject};
pub use part::Part;
pub use placed::{FilePlace, PlacedFinding, PlacedFix};
pub use preflight::{
    CallKind, CallResult, CallVerdict, PREFLIGHT_RULE, Preflight, PreflightCheck, PreflightStanding,
    PreflightedProduct, Problem,
};
pub use proposal::{Observed, Proposal, compared_with_sale};
pub use rejected::{Rejected, Rejections};
pub use rejection::{Locate, Place, Rejection, places};
pub use review::{PendingReview, SubmissionDetail, SubmissionRow};
pub use status::{LocateIn, Status, StatusRow, rows};
pub use summary::{Irreversible, Risk, Summary, is_told, riskiest_first};
pub use withhold::{Withheld, withhold};
