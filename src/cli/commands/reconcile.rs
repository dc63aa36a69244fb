//! `gallerist reconcile`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::report::Outcome;
use gallerist::service;

/// Take the next safe step of every product
///
/// Asks the marketplace, plans, hands over what is due, picks up verdicts, writes everything down and ends. Nothing
/// waits for a reviewer: run it again later, by hand or on a schedule. Running it twice does no harm.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist reconcile
  gallerist reconcile --exit-code=detailed")]
pub(crate) struct Reconcile {}

/// Runs once and gives the account.
pub(crate) fn run(_: &Reconcile, session: &mut Session) -> Result<Outcome, CliError> {
    let ran = service::reconcile(&session.request)?;
    session.account(&ran)
}
