//! What commands found, as documents: one for each kind of report. Read again are those that are
//! shown elsewhere: of a plan ([`read_planned`]), and what was rejected ([`read_rejections`]).

mod account;
mod checkup;
mod formatted;
mod found;
mod ledger;
mod moving;
mod planned;
mod preflight;
mod recorded;
mod rejected;
mod rules;
mod status;
mod submissions;

pub use account::{Deed, Entry, Notified, Ran};
pub use checkup::{Area, Checkup, Examined, Health};
pub use formatted::Formatted;
pub use found::{AppliedFix, Checked};
pub use ledger::{Evidenced, LedgerAudit, LedgerFlaw, LedgerLog, LedgerRow, Merged, StandingApproval};
pub use moving::{
    Adoption, Imported, ImportedProduct, LeftOut, MatchedProduct, MatchedSku, MatchedSpecification, Stranger,
};
pub use planned::{Baseline, Compared, Invocation, Planned, read_planned};
pub use preflight::{CasePlace, Preflight, PreflightCall, PreflightedProduct, Problem};
pub use recorded::Recorded;
pub use rejected::read_rejections;
pub use rules::{Basis, Rule, Rules};
pub use status::{Actor, Next, Place, Rejection, Status, StatusRow};
pub use submissions::{Happening, Pending, PendingReview, SubmissionDetail, SubmissionRow, Submissions};

use super::{Document, Name};
use crate::report::Outcome;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

/// What one kind of report says, apart from how its command ended.
pub trait Content: Serialize + JsonSchema {
    /// The document's name: `status-report`.
    const NAME: &'static str;
    /// The document's format.
    const FORMAT: u32;
}

/// A report as a document: how the command ended, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", bound = "")]
#[schemars(rename = "Report", description = description_of::<C>())]
pub struct Report<C: Content> {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// How the command ended, in one word.
    pub outcome: Name<Outcome>,
    /// The exit code of the command.
    pub exit_code: u8,
    /// What was found.
    #[serde(flatten)]
    pub content: C,
}

impl<C: Content> Report<C> {
    /// The report of a command that ended with this outcome and exit code.
    #[must_use]
    pub fn new(outcome: Outcome, exit_code: u8, content: C) -> Self {
        Self { document: C::NAME.into(), format: C::FORMAT, outcome: Name(outcome), exit_code, content }
    }
}

impl<C: Content> Document for Report<C> {
    const NAME: &'static str = C::NAME;
    const FORMAT: u32 = C::FORMAT;
}

/// The schema of a report is described by what its content is.
fn description_of<C: JsonSchema>() -> String {
    let schema = C::json_schema(&mut SchemaGenerator::default());
    schema.get("description").and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}
