//! `gallerist resume`

use crate::cli::arguments::{key, person};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service;

/// End a pause
///
/// The pause of the products that are named, or the one of all products. The next run hands over what is due.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist resume
  gallerist resume acme-crm")]
pub(crate) struct Resume {
    /// The products that were paused by name
    #[arg(value_name = "PRODUCT", value_parser = key)]
    products: Vec<Key>,
    /// Who resumes; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
}

/// Records the end of the pause.
pub(crate) fn run(arguments: &Resume, session: &mut Session) -> Result<Outcome, CliError> {
    let recorded = service::resume(&session.request, &arguments.products, arguments.by.as_deref())?;
    session.recorded(&recorded)
}
