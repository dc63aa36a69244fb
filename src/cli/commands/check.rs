//! `gallerist check`

use crate::cli::arguments::Format;
use crate::cli::error::CliError;
use crate::cli::input::read_stdin;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::diagnostic::Diagnostic;
use gallerist::render::{self, Page, Paint, Paragraph};
use gallerist::report::Outcome;
use gallerist::service::{self, AppliedFix, Checked, Fixed, Unsaved, View};

/// Find mistakes in the definitions
///
/// Reads every definition and shows what is wrong, at the line where it is wrong. Asks no marketplace and changes
/// nothing, unless it is told to fix what it can.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist check
  gallerist check products/acme-crm.yaml
  gallerist check --format short
  gallerist check --fix
  gallerist check --stdin-filename products/acme-crm.yaml < unsaved.yaml")]
pub(crate) struct Check {
    /// Check these files only; left out, the whole catalog
    #[arg(value_name = "FILE")]
    files: Vec<Utf8PathBuf>,
    /// Read one file's text from stdin, as if it were saved under this name
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    stdin_filename: Option<Utf8PathBuf>,
    /// Write the fixes that leave no doubt about what was meant
    #[arg(long, conflicts_with = "stdin_filename")]
    fix: bool,
    /// Write fixes that are guesses, too; look at the difference afterwards
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,
}

/// Checks and shows the findings.
pub(crate) fn run(arguments: Check, session: &mut Session) -> Result<Outcome, CliError> {
    let Check { mut files, stdin_filename, fix, unsafe_fixes } = arguments;
    if fix {
        let fixed = service::fix(&session.request, &files, unsafe_fixes)?;
        let Fixed { applied, checked } = &fixed;
        let outcome = Outcome::of_diagnostics(&checked.diagnostics);
        let text = |session: &Session| fixes(applied, session) + &findings(checked, session);
        let short = |session: &Session| {
            fixes(applied, session) + &render::diagnostics_short(&checked.diagnostics, session.printer.style)
        };
        let outcome = session.report(View::Fix(&fixed), outcome, text, short)?;
        let guesses = checked.diagnostics.list.iter().filter(|found| found.fix.is_some()).count();
        if guesses > 0 && !unsafe_fixes {
            session.printer.remark(&format!(
                "{guesses} more could be fixed by a guess: look at them, or add `--unsafe-fixes` and look afterwards."
            ));
        }
        return Ok(outcome);
    }
    let unsaved = stdin_filename.map(|path| read_stdin().map(|text| Unsaved { path, text })).transpose()?;
    files.extend(unsaved.iter().map(|unsaved| unsaved.path.clone()));
    let checked = service::check(&session.request, &files, unsaved.as_slice())?;
    let outcome = Outcome::of_diagnostics(&checked.diagnostics);
    let text = |session: &Session| findings(&checked, session);
    let short = |session: &Session| render::diagnostics_short(&checked.diagnostics, session.printer.style);
    let outcome = session.report(View::Check(&checked), outcome, text, short)?;
    let is_certain = |found: &&Diagnostic| found.fix.as_ref().is_some_and(|fix| fix.is_certain);
    let certain = checked.diagnostics.list.iter().filter(is_certain).count();
    if certain > 0 && unsaved.is_none() {
        let fix = session.command("check --fix");
        session.printer.remark(&format!("`{fix}` fixes {certain} of these."));
    }
    Ok(outcome)
}

fn findings(checked: &Checked, session: &Session) -> String {
    if !checked.diagnostics.list.is_empty() {
        return render::diagnostics(&checked.diagnostics, session.printer.style);
    }
    match checked.products {
        0 => "There are no products yet.\n".to_owned(),
        1 => "1 product is fine.\n".to_owned(),
        count => format!("{count} products are fine.\n"),
    }
}

/// What was fixed, one line each.
fn fixes(applied: &[AppliedFix], session: &Session) -> String {
    let mut page = Page::new(session.printer.style);
    for AppliedFix { path, position, rule, title } in applied {
        let place = Paragraph::of(&format!("{path}:{position}: ")).paint(Paint::Good, "fixed");
        page.line(0, &place.text(&format!("[{rule}]: {title}")));
    }
    if !applied.is_empty() && session.format == Format::Text {
        page.gap();
    }
    page.finish()
}
