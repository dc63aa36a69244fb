//! `gallerist check`

use crate::cli::arguments::{Format, Output, Outputs, VersionArguments};
use crate::cli::cache;
use crate::cli::error::CliError;
use crate::cli::input::read_stdin;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::diagnostic::Diagnostic;
use gallerist::render::{self, Page, Paint, Paragraph, Style};
use gallerist::report::Outcome;
use gallerist::service::{self, AppliedFix, Checked, Fixed, Memory, ServiceError, Unsaved, Version, View};
use jiff::Timestamp;

/// Find mistakes in the definitions
///
/// Reads every definition and shows what is wrong, at the line where it is wrong. Asks no marketplace and changes
/// nothing, unless it is told to fix what it can.
#[derive(Debug, Args)]
#[command(after_help = "\
What each format is for stands in docs/formats.md.

Examples:
  gallerist check
  gallerist check products/acme-crm.yaml
  gallerist check --format short
  gallerist check --fix
  gallerist check --rev v2
  gallerist check --base main
  gallerist check --stdin-filename products/acme-crm.yaml < unsaved.yaml
  gallerist check --format github --output sarif=findings.sarif")]
pub(crate) struct Check {
    /// Check these files only; left out, the whole catalog
    #[arg(value_name = "FILE")]
    files: Vec<Utf8PathBuf>,
    #[command(flatten)]
    version: VersionArguments,
    /// Read one file's text from stdin, as if it were saved under this name
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    stdin_filename: Option<Utf8PathBuf>,
    /// Write the fixes that leave no doubt about what was meant
    #[arg(long, conflicts_with = "stdin_filename")]
    fix: bool,
    /// Write fixes that are guesses, too; look at the difference afterwards
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,
    /// Look at every file, also those that have not changed since an earlier check
    #[arg(long)]
    no_cache: bool,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

/// What findings can be written as.
pub(crate) const FORMATS: &[Format] = &[
    Format::Text,
    Format::Short,
    Format::Json,
    Format::Markdown,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
];

/// Checks and shows the findings.
pub(crate) fn run(arguments: Check, session: &mut Session) -> Result<Outcome, CliError> {
    let Check { mut files, version, stdin_filename, fix, unsafe_fixes, no_cache, outputs } = arguments;
    let Outputs { list: outputs } = outputs;
    let version = version.version();
    if version != Version::WorkTree && (fix || !files.is_empty() || stdin_filename.is_some()) {
        return Err(CliError::usage("a commit is checked whole, and nothing in it is fixed")
            .hint("leave out files, `--fix` and `--stdin-filename`, or `--rev` and `--base`"));
    }
    if fix {
        return mend(&files, unsafe_fixes, &outputs, session);
    }
    let unsaved = stdin_filename.map(|path| read_stdin().map(|text| Unsaved { path, text })).transpose()?;
    files.extend(unsaved.iter().map(|unsaved| unsaved.path.clone()));
    service::ends_soon();
    let cache = if no_cache { None } else { cache::folder() };
    let checked = match (version, cache) {
        (Version::WorkTree, Some(folder)) if unsaved.is_none() => {
            let memory = Memory { folder: &folder, begun: Timestamp::now() };
            service::check_recalling(&session.request, &files, memory)
        }
        (Version::WorkTree, _) => service::check(&session.request, &files, unsaved.as_slice()),
        (version, _) => service::check_version(&session.request, &version),
    };
    let checked = match checked {
        // What is wrong in the settings is a finding like others, where findings go to other programs.
        Err(ServiceError::Catalog(found)) if !outputs.is_empty() || session.is_for_others() => {
            Checked { diagnostics: *found, ..Checked::default() }
        }
        other => other?,
    };
    session.printer.detail(&format!(
        "Read {} definition files; {} of them have not changed since an earlier check.",
        checked.files_read, checked.recalled
    ));
    let outcome = Outcome::of_diagnostics(&checked.diagnostics);
    let text = |style: Style| findings(&checked, style);
    let short = |style: Style| render::diagnostics_short(&checked.diagnostics, style);
    let outcome = session.report_to(&outputs, View::Check(&checked), outcome, text, short)?;
    let is_certain = |found: &&Diagnostic| found.fix.as_ref().is_some_and(|fix| fix.is_certain);
    let certain = checked.diagnostics.list.iter().filter(is_certain).count();
    if certain > 0 && unsaved.is_none() {
        let fix = session.command("check --fix");
        session.printer.remark(&format!("`{fix}` fixes {certain} of these."));
    }
    // The program ends, and what it holds goes with it.
    std::mem::forget(checked);
    Ok(outcome)
}

/// Fixes, and shows what is left.
fn mend(
    files: &[Utf8PathBuf],
    guesses: bool,
    outputs: &[Output],
    session: &mut Session,
) -> Result<Outcome, CliError> {
    let fixed = service::fix(&session.request, files, guesses)?;
    let Fixed { applied, checked } = &fixed;
    let outcome = Outcome::of_diagnostics(&checked.diagnostics);
    let text = |style: Style| {
        let gap = if applied.is_empty() { "" } else { "\n" };
        fixes(applied, style) + gap + &findings(checked, style)
    };
    let short =
        |style: Style| fixes(applied, style) + &render::diagnostics_short(&checked.diagnostics, style);
    let outcome = session.report_to(outputs, View::Fix(&fixed), outcome, text, short)?;
    let left = checked.diagnostics.list.iter().filter(|found| found.fix.is_some()).count();
    if left > 0 && !guesses {
        session.printer.remark(&format!(
            "{left} more could be fixed by a guess: look at them, or add `--unsafe-fixes` and look afterwards."
        ));
    }
    Ok(outcome)
}

fn findings(checked: &Checked, style: Style) -> String {
    if !checked.diagnostics.list.is_empty() {
        return render::diagnostics(&checked.diagnostics, style);
    }
    match checked.products {
        0 => "There are no products yet.\n".to_owned(),
        1 => "1 product is fine.\n".to_owned(),
        count => format!("{count} products are fine.\n"),
    }
}

/// What was fixed, one line each.
fn fixes(applied: &[AppliedFix], style: Style) -> String {
    let mut page = Page::new(style);
    for AppliedFix { path, position, rule, title } in applied {
        let place = Paragraph::of(&format!("{path}:{position}: ")).paint(Paint::Good, "fixed");
        page.line(0, &place.text(&format!("[{rule}]: {title}")));
    }
    page.finish()
}
