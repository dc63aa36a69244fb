//! `gallerist reconcile`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::reconcile::Shard;
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
  gallerist reconcile --exit-code=detailed
  gallerist reconcile --shard 1/4")]
pub(crate) struct Reconcile {
    /// Look after one part of the products only, as in 1/4; runs on other machines look after the other parts
    #[arg(long, value_name = "PART/PARTS")]
    shard: Option<Shard>,
}

/// Runs once and gives the account.
pub(crate) fn run(arguments: &Reconcile, session: &mut Session) -> Result<Outcome, CliError> {
    let ran = service::reconcile(&session.request, arguments.shard)?;
    session.account(&ran)
}
