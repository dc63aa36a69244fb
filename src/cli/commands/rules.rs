//! `gallerist rules`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::rules::{self, Rule};
use gallerist::service::View;

/// List all rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist rules
  gallerist rules --format short        one line per rule
  gallerist explain R25                 one of them in full")]
pub(crate) struct Rules {}

/// Shows the table.
pub(crate) fn run(_: &Rules, session: &mut Session) -> Result<Outcome, CliError> {
    let all: Vec<&'static Rule> = rules::all().collect();
    let text = |session: &Session| render::rule_table(&all, session.printer.style);
    let short = |_: &Session| all.iter().map(|rule| format!("{}\n", rule.doc.id)).collect();
    session.report(View::Rules(&all), Outcome::Done, text, short)
}
