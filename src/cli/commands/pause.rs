//! `gallerist pause`

use crate::cli::arguments::{duration, key, person, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service::{self, PauseRequest};
use jiff::SignedDuration;

/// Hand nothing over until somebody resumes
///
/// About the products that are named, or about all of them. It counts at once: a run that is at work looks once more
/// before it sends. What is in review stays there, and verdicts are still recorded. The ledger keeps who paused, and why.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist pause --reason \"prices are being checked\"
  gallerist pause acme-crm --reason \"waits for the new logo\" --for 3d
  gallerist resume")]
pub(crate) struct Pause {
    /// Only these products
    #[arg(value_name = "PRODUCT", value_parser = key)]
    products: Vec<Key>,
    /// Why; whoever waits reads it
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// How long: 12h, 3d, 2w; left out, until somebody resumes
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time: Option<SignedDuration>,
    /// Who pauses; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
}

/// Records the pause.
pub(crate) fn run(arguments: Pause, session: &mut Session) -> Result<Outcome, CliError> {
    let Pause { products, reason, time, by } = arguments;
    let recorded = service::pause(&session.request, &PauseRequest { products, reason, time, by })?;
    session.recorded(&recorded)
}
