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
/// the marketplace cannot be asked, as on pull requests from forks. As a folder it may be published in a branch: what did
/// not change keeps its bytes, and a plan of a few products reads the files of a few.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist export > released.json
  gallerist export --out released.json
  gallerist export --out released/
  gallerist export --released released.json --out released/
  gallerist plan --released released.json")]
pub(crate) struct Export {
    /// Write to this file instead of stdout; with a `/` at its end, to a folder with a file for each product
    #[arg(long, value_name = "PATH")]
    out: Option<Utf8PathBuf>,
    /// Make the folder of a state that was saved earlier, and ask nobody
    #[arg(long, value_name = "PATH", requires = "out")]
    released: Option<Utf8PathBuf>,
}

/// Exports to stdout or a file.
pub(crate) fn run(arguments: &Export, session: &mut Session) -> Result<Outcome, CliError> {
    if let Some(folder) = arguments.out.as_ref().filter(|path| path.as_str().ends_with('/') || path.is_dir())
    {
        match &arguments.released {
            Some(saved) => service::export_saved(&session.request, saved, folder)?,
            None => service::export_folder(&session.request, folder)?,
        }
        session.printer.remark(&format!("The released state is saved in {folder}."));
        return Ok(Outcome::Done);
    }
    if arguments.released.is_some() {
        return Err(CliError::usage("only a folder is made of a saved state").hint("end `--out` with a `/`"));
    }
    let document = service::export(&session.request)?;
    match &arguments.out {
        None => session.printer.result(&document)?,
        Some(path) => {
            service::write(path, document.as_bytes())?;
            session.printer.remark(&format!("The released state is saved as {path}."));
        }
    }
    Ok(Outcome::Done)
}
