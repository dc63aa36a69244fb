//! `gallerist status`

use crate::cli::arguments::key;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, View};

/// Show where every product stands and who acts next
///
/// Most urgent first: what was rejected and why, what waits for review and since when, and the command that helps.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist status
  gallerist status acme-crm
  gallerist status --format short")]
pub(crate) struct Status {
    /// Show these products only
    #[arg(value_name = "PRODUCT", value_parser = key)]
    products: Vec<Key>,
}

/// Shows the table.
pub(crate) fn run(arguments: &Status, session: &mut Session) -> Result<Outcome, CliError> {
    let (status, found) = service::status(&session.request, &arguments.products)?;
    let standings = status.rows.iter().map(|row| row.outcome);
    let broken = Outcome::of_diagnostics(&found);
    let outcome = Outcome::worst(standings.chain([broken]));
    let text = |session: &Session| render::status(&status, session.printer.style);
    let short = |session: &Session| render::status_short(&status, session.printer.style);
    let outcome = session.report(View::Status(&status), outcome, text, short)?;
    if broken == Outcome::Blocked {
        session.printer.remark("Definitions have errors; their products are not shown.");
        session.printer.next("gallerist check");
    }
    Ok(outcome)
}
