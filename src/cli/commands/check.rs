//! `gallerist check`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, Unsaved, View};
use std::io::Read;

/// Largest text read from stdin.
const STDIN_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Find mistakes in the definitions
///
/// Reads every definition and shows what is wrong, at the line where it is wrong. Asks no marketplace and changes
/// nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist check
  gallerist check products/acme-crm.yaml
  gallerist check --format short
  gallerist check --stdin-filename products/acme-crm.yaml < unsaved.yaml")]
pub(crate) struct Check {
    /// Check these files only; left out, the whole catalog
    #[arg(value_name = "FILE")]
    files: Vec<Utf8PathBuf>,
    /// Read one file's text from stdin, as if it were saved under this name
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    stdin_filename: Option<Utf8PathBuf>,
}

/// Checks and shows the findings.
pub(crate) fn run(arguments: Check, session: &mut Session) -> Result<Outcome, CliError> {
    let Check { mut files, stdin_filename } = arguments;
    let unsaved = stdin_filename.map(|path| read_stdin().map(|text| Unsaved { path, text })).transpose()?;
    files.extend(unsaved.iter().map(|unsaved| unsaved.path.clone()));
    let checked = service::check(&session.request, &files, unsaved.as_ref())?;
    let outcome = Outcome::of_diagnostics(&checked.diagnostics);
    let text = |session: &Session| {
        if checked.diagnostics.list.is_empty() {
            match checked.products {
                0 => "There are no products yet.\n".to_owned(),
                1 => "1 product is fine.\n".to_owned(),
                count => format!("{count} products are fine.\n"),
            }
        } else {
            render::diagnostics(&checked.diagnostics, session.printer.style)
        }
    };
    let short = |session: &Session| render::diagnostics_short(&checked.diagnostics, session.printer.style);
    session.report(View::Check(&checked), outcome, text, short)
}

fn read_stdin() -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().take(STDIN_BYTES_MAX + 1);
    stdin.read_to_end(&mut bytes).map_err(|error| CliError::work(format!("cannot read stdin: {error}")))?;
    if bytes.len() as u64 > STDIN_BYTES_MAX {
        return Err(CliError::usage("the text on stdin is larger than 16 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| CliError::usage("the text on stdin is not UTF-8"))
}
