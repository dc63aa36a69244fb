//! `gallerist fmt`

use crate::cli::arguments::Format;
use crate::cli::error::CliError;
use crate::cli::input::read_stdin;
use crate::cli::session::Session;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use gallerist::diagnostic::Severity;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, FormatRequest, Formatted, Rewritten, ServiceError, View};

/// What a text on stdin is called.
const STDIN: &str = "<stdin>";

/// Bring the definitions into one form
///
/// Puts fields in the order of their form, indents by two spaces and tidies empty lines. Values keep the way they are
/// written, and comments stay with what they are about. A file with mistakes in its form is left alone, and said.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist fmt
  gallerist fmt products/acme-crm.yaml
  gallerist fmt --check
  gallerist fmt - < unsaved.yaml

Exit codes:
  0  everything is in canonical form now
  3  files were left alone, or --check found something to do")]
pub(crate) struct Fmt {
    /// Format these files only; left out, all of the catalog. `-` reads stdin
    /// and writes stdout
    #[arg(value_name = "FILE")]
    files: Vec<Utf8PathBuf>,
    /// Change nothing; show what would change
    #[arg(long)]
    check: bool,
    /// Raise documents to the newest `apiVersion`, too
    #[arg(long)]
    upgrade: bool,
}

/// Formats and says what changed.
pub(crate) fn run(arguments: Fmt, session: &mut Session) -> Result<Outcome, CliError> {
    let Fmt { files, check, upgrade } = arguments;
    let is_stdin = |file: &Utf8PathBuf| file == "-";
    let formatted = if files.iter().any(is_stdin) {
        if files.len() > 1 {
            return Err(CliError::usage("`-` stands for stdin and goes with no other file"));
        }
        let before = read_stdin()?;
        let after = service::format_text(Utf8Path::new(STDIN), &before, upgrade).map_err(left_alone)?;
        if !check {
            if session.format == Format::Json {
                let error = CliError::usage("`gallerist fmt -` writes the text itself, not a report");
                return Err(error.hint("leave `--format json` out, or add `--check`"));
            }
            session.printer.result(&after)?;
            return Ok(Outcome::Done);
        }
        let differs = before != after;
        let rewritten = Rewritten { path: STDIN.into(), before, after };
        let rewritten = differs.then_some(rewritten).into_iter().collect();
        Formatted { files: 1, rewritten, only_looked: true, ..Formatted::default() }
    } else {
        service::format(&session.request, &FormatRequest { files, only_look: check, upgrade })?
    };
    show(&formatted, session)
}

/// A text on stdin with mistakes is no catalog that cannot be opened.
fn left_alone(error: ServiceError) -> CliError {
    let error = CliError::from(error);
    CliError { message: "the text on stdin is left alone".to_owned(), ..error }
}

fn show(formatted: &Formatted, session: &mut Session) -> Result<Outcome, CliError> {
    let Formatted { files, rewritten, only_looked, diagnostics } = formatted;
    let would_change = *only_looked && !rewritten.is_empty();
    let found = if would_change { Outcome::Blocked } else { Outcome::Done };
    let outcome = Outcome::worst([Outcome::of_diagnostics(diagnostics), found]);
    let text = |session: &Session| {
        let style = session.printer.style;
        let mut text = if *only_looked {
            let texts =
                rewritten.iter().map(|file| (file.path.as_path(), file.before.as_str(), file.after.as_str()));
            render::rewritten(texts, style)
        } else {
            render::rewritten_short(rewritten.iter().map(|file| file.path.as_path()), style)
        };
        if !diagnostics.list.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&render::diagnostics(diagnostics, style));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text + &summary(*files, rewritten.len(), diagnostics.count(Severity::Error), *only_looked)
    };
    let short = |session: &Session| {
        let style = session.printer.style;
        render::rewritten_short(rewritten.iter().map(|file| file.path.as_path()), style)
            + &render::diagnostics_short(diagnostics, style)
    };
    let outcome = session.report(View::Format(formatted), outcome, text, short)?;
    if would_change {
        session.printer.next("gallerist fmt");
    }
    Ok(outcome)
}

/// One sentence about all files.
fn summary(files: usize, rewritten: usize, errors: usize, only_looked: bool) -> String {
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    let done = match (rewritten, only_looked) {
        (0, _) if errors == 0 => format!("{files} looked at: nothing to do"),
        (0, _) => format!("{files} looked at"),
        (count, true) => format!("{count} of {files} would be formatted"),
        (count, false) => format!("{count} of {files} formatted"),
    };
    let left = if errors > 0 { "; what has errors is left alone" } else { "" };
    format!("{done}{left}.\n")
}
