//! `gallerist approve`

use crate::cli::arguments::{duration, person, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::report::Outcome;
use gallerist::service::{self, ApprovalRequest};
use gallerist::submission::OperationId;
use jiff::SignedDuration;

/// Let one guarded operation pass
///
/// Writes an approval file for exactly one operation, as the plan names it. It counts once it is merged, and dies
/// when the operation changes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist approve o-0123456789abcdef --reason \"agreed in the pricing meeting\"
  gallerist approve o-0123456789abcdef --reason \"end of sale\" --expires 30d")]
pub(crate) struct Approve {
    /// The operation, as `gallerist plan` names it: o-...
    #[arg(value_name = "OPERATION", value_parser = operation)]
    operation: OperationId,
    /// Why it may pass
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Who approves; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
    /// How long it counts: 12h, 30d, 2w
    #[arg(long, value_name = "TIME", value_parser = duration)]
    expires: Option<SignedDuration>,
}

/// Records the approval.
pub(crate) fn run(arguments: Approve, session: &mut Session) -> Result<Outcome, CliError> {
    let Approve { operation, reason, by, expires } = arguments;
    let approval = ApprovalRequest { operation, by, reason, expires };
    let recorded = service::approve(&session.request, &approval)?;
    session.recorded(&recorded)
}

fn operation(text: &str) -> Result<OperationId, String> {
    let digits = text.strip_prefix("o-").unwrap_or("");
    if digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(OperationId(text.to_ascii_lowercase()))
    } else {
        Err("write `o-` and 16 hex digits".to_owned())
    }
}
