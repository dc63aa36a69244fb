//! `gallerist apply`

use crate::cli::arguments::Outputs;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::render::{self, Style};
use gallerist::report::Outcome;
use gallerist::service::{self, View};

/// Carry out a saved plan, and nothing else
///
/// Takes the next safe step of every product in the plan. A product whose plan would be different now is left
/// alone, and the difference is shown; `--output` writes it in the formats of `gallerist plan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist plan --out plan.json
  gallerist apply plan.json
  gallerist apply plan.json --output markdown=what-differs.md")]
pub(crate) struct Apply {
    /// The plan saved by `gallerist plan --out`
    #[arg(value_name = "PLAN")]
    pub(crate) plan: Utf8PathBuf,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

/// Carries out the plan and gives the account; pages and other programs get what differs from the saved plan.
pub(crate) fn run(arguments: &Apply, session: &mut Session) -> Result<Outcome, CliError> {
    let ran = service::apply(&session.request, &arguments.plan)?;
    let Some(beside) = &ran.beside_saved else { return session.account(&ran) };
    let outcome = session.outcome(&ran);
    let text =
        |style: Style| render::plan_beside(&beside.plan, beside.compared.as_ref(), &beside.invocation, style);
    let short = |style: Style| render::plan_short(&beside.plan, &beside.invocation, style);
    session.write_to(&arguments.outputs.list, View::Plan(beside), outcome, text, short)?;
    match session.is_for_others() {
        true => session.report_to(&[], View::Plan(beside), outcome, text, short),
        false => session.account(&ran),
    }
}
