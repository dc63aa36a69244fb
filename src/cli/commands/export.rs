//! `gallerist export`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::report::Outcome;
use gallerist::service;

/// Save what is on sale now
///
/// Writes the released state as a JSON document that `gallerist plan --released` understands: for planning where
/// the marketplace cannot be asked, as on pull requests from forks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist export > released.json
  gallerist export --out released.json
  gallerist plan --released released.json")]
pub(crate) struct Export {
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<Utf8PathBuf>,
}

/// Exports to stdout or a file.
pub(crate) fn run(arguments: &Export, session: &mut Session) -> Result<Outcome, CliError> {
    let document = service::export(&session.request)?;
    match &arguments.out {
        None => session.printer.result(&document)?,
        Some(path) => {
            std::fs::write(path, document)
                .map_err(|error| CliError::work(format!("cannot write {path}: {error}")))?;
            session.printer.remark(&format!("The released state is saved as {path}."));
        }
    }
    Ok(Outcome::Done)
}
