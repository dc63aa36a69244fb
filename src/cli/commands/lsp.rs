//! `gallerist lsp`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::lsp::{self, Ending, Options};
use gallerist::report::Outcome;
use jiff::Timestamp;
use std::io::{BufReader, stdin, stdout};

/// Serve an editor: findings while you type, fixes, explanations
///
/// Speaks the Language Server Protocol on stdin and stdout; editors start it. Asks no marketplace over a network and
/// changes no file. docs/editors.md says how editors are told.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist lsp
  gallerist lsp --released released.json")]
pub(crate) struct Lsp {
    /// An exported released state, to tell what it forbids; left out, what is at hand in the catalog counts
    #[arg(long, value_name = "FILE")]
    released: Option<Utf8PathBuf>,
}

/// Serves until the editor ends it.
pub(crate) fn run(arguments: Lsp, session: &mut Session) -> Result<Outcome, CliError> {
    let fixed = session.moment;
    let options = Options {
        request: session.request.clone(),
        released: arguments.released,
        clock: Box::new(move || fixed.unwrap_or_else(Timestamp::now)),
    };
    let ended = lsp::serve(options, BufReader::new(stdin()), stdout().lock());
    match ended.map_err(|error| CliError::work(error.to_string()))? {
        Ending::AsAgreed => Ok(Outcome::Done),
        Ending::Abrupt => Err(CliError::work("the editor left without a shutdown")),
    }
}
