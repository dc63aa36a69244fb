//! `gallerist man`

use crate::cli::arguments::Cli;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::{Args, CommandFactory};
use gallerist::report::Outcome;

/// Print the manual page, or write the pages of all commands
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist man | man -l -
  gallerist man --out /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<Utf8PathBuf>,
}

/// Prints or writes.
pub(crate) fn run(arguments: &Man, session: &mut Session) -> Result<Outcome, CliError> {
    let failed = |error: std::io::Error| CliError::work(format!("cannot write the manual: {error}"));
    match &arguments.out {
        Some(folder) => {
            clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
            session.printer.remark(&format!("The pages are in {folder}."));
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(failed)?;
            session.printer.result(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Outcome::Done)
}
