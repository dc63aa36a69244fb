//! `gallerist completions`

use crate::cli::arguments::Cli;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use gallerist::report::Outcome;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist completions bash > gallerist.bash && . ./gallerist.bash
  gallerist completions fish > ~/.config/fish/completions/gallerist.fish")]
pub(crate) struct Completions {
    /// Which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &Completions, session: &mut Session) -> Result<Outcome, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "gallerist", &mut script);
    session.printer.result(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
