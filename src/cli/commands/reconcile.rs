//! `gallerist reconcile`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, Ran, View};

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
    account(&ran, session)
}

/// Shows what a run did, and what is wrong with definitions it left alone.
pub(crate) fn account(ran: &Ran, session: &mut Session) -> Result<Outcome, CliError> {
    let found = &ran.diagnostics;
    let outcome = Outcome::worst([ran.account.outcome(), Outcome::of_diagnostics(found)]);
    let text = |session: &Session| {
        let style = session.printer.style;
        let mut text = render::account(&ran.account, style);
        if !found.list.is_empty() {
            text.push('\n');
            text.push_str(&render::diagnostics(found, style));
        }
        text
    };
    let short = |session: &Session| {
        let style = session.printer.style;
        render::account_short(&ran.account, style) + &render::diagnostics_short(found, style)
    };
    session.report(View::Run(ran), outcome, text, short)
}
