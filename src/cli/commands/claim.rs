//! `gallerist claim`

use crate::cli::arguments::{key, person};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service;
use gallerist::submission::ApplicationId;

/// Follow an application that somebody else submitted
///
/// Its verdict is recorded when it comes. What it asks for is not known here, so nothing of the product is
/// submitted before it ends, and after that only what somebody confirms.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist claim KG0000000012 acme-crm
  gallerist claim KG0000000012 acme-crm --by \"release owner\"")]
pub(crate) struct Claim {
    /// The application's id on the marketplace
    #[arg(value_name = "APPLICATION")]
    application: String,
    /// The product's key
    #[arg(value_name = "PRODUCT", value_parser = key)]
    product: Key,
    /// Who claims it; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
}

/// Records the claim.
pub(crate) fn run(arguments: Claim, session: &mut Session) -> Result<Outcome, CliError> {
    let Claim { application, product, by } = arguments;
    let application = ApplicationId(application);
    let recorded = service::claim(&session.request, &application, &product, by.as_deref())?;
    session.recorded(&recorded)
}
