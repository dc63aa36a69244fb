//! `gallerist apply`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::report::Outcome;
use gallerist::service;

/// Carry out a saved plan, and nothing else
///
/// Takes the next safe step of every product in the plan. A product whose plan would be different now is left
/// alone, and the difference is shown.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist plan --out plan.json
  gallerist apply plan.json")]
pub(crate) struct Apply {
    /// The plan saved by `gallerist plan --out`
    #[arg(value_name = "PLAN")]
    plan: Utf8PathBuf,
}

/// Carries out the plan and gives the account.
pub(crate) fn run(arguments: &Apply, session: &mut Session) -> Result<Outcome, CliError> {
    let ran = service::apply(&session.request, &arguments.plan)?;
    session.account(&ran)
}
