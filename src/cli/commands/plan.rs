//! `gallerist plan`

use crate::cli::arguments::{Format, Outputs, VersionArguments};
use crate::cli::cache;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use gallerist::render::{self, Style};
use gallerist::report::{Outcome, Withheld};
use gallerist::service::{self, Memory, PlanRequest, View};
use jiff::Timestamp;

/// Show what would happen, without doing it
///
/// Compares the definitions with what is on sale and with what is in review, and tells for each product what would
/// be submitted, in which order, what is irreversible, what is blocked, and who acts next.
#[derive(Debug, Args)]
#[command(after_help = "\
What each format is for stands in docs/formats.md.

Examples:
  gallerist plan
  gallerist plan --target eu
  gallerist plan --out plan.json        save it for `gallerist apply plan.json`
  gallerist plan --released file.json   plan against an exported state
  gallerist plan --rev v2               plan what a commit says
  gallerist plan --base main            what this branch adds to main
  gallerist plan --saved plan.json      what differs from a saved plan
  gallerist plan --exit-code=detailed   tell scripts what was found
  gallerist plan --output markdown=plan.md --output json=plan-report.json")]
pub(crate) struct Plan {
    #[command(flatten)]
    version: VersionArguments,
    /// Plan against a released state saved by `gallerist export`, a file or a folder, instead of asking the marketplace
    #[arg(long, value_name = "PATH")]
    released: Option<Utf8PathBuf>,
    /// Read every file, also those that have not changed since an earlier plan against a folder
    #[arg(long)]
    no_cache: bool,
    /// Show what differs from a plan that was saved, and perhaps approved, earlier
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["rev", "base"])]
    saved: Option<Utf8PathBuf>,
    /// Leave out what not everybody may know yet: `prices` that are not on sale, addresses (`urls`) of hidden products, or
    /// `prices,urls`
    #[arg(long, value_name = "WHAT", conflicts_with = "out")]
    withhold: Option<Withheld>,
    /// Save the plan, so that exactly this can be applied later
    #[arg(long, value_name = "FILE")]
    out: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

impl Plan {
    /// Files that are read, and the saved plan.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        [&self.released, &self.saved, &self.out].into_iter().flatten().map(Utf8PathBuf::as_path)
    }
}

/// What a plan can be written as.
pub(crate) const FORMATS: &[Format] = &[
    Format::Text,
    Format::Short,
    Format::Json,
    Format::Markdown,
    Format::Html,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
];

/// Plans, shows the plan and saves it where asked.
pub(crate) fn run(arguments: &Plan, session: &mut Session) -> Result<Outcome, CliError> {
    let asked = PlanRequest {
        version: arguments.version.version(),
        released: arguments.released.clone(),
        saved: arguments.saved.clone(),
    };
    let cache = if arguments.no_cache { None } else { cache::folder() };
    let memory = cache.as_deref().map(|folder| Memory { folder, begun: Timestamp::now() });
    service::ends_soon();
    let planned = service::plan_recalling(&session.request, &asked, memory)?;
    let withheld = arguments.withhold.unwrap_or_default();
    let planned = planned.withhold(&withheld);
    session.printer.detail(&format!("Read {} definition files.", planned.files_read));
    let found = &planned.diagnostics;
    let outcome = Outcome::worst([Outcome::of_plan(&planned.plan), Outcome::of_diagnostics(found)]);
    let text = |style: Style| {
        let mut text =
            render::plan_beside(&planned.plan, planned.compared.as_ref(), &planned.invocation, style);
        if !found.list.is_empty() {
            text.push('\n');
            // Excerpts would show what is left out.
            text.push_str(&match withheld.is_nothing() {
                true => render::diagnostics(found, style),
                false => render::diagnostics_short(found, style),
            });
        }
        text
    };
    let short = |style: Style| {
        render::plan_short(&planned.plan, &planned.invocation, style)
            + &render::diagnostics_short(found, style)
    };
    let outcome = session.report_to(&arguments.outputs.list, View::Plan(&planned), outcome, text, short)?;
    if let Some(path) = &arguments.out {
        service::save_plan(&planned, path)?;
        session.printer.remark(&format!("The plan is saved as {path}."));
        session.printer.next(&planned.invocation.command(&format!("apply {path}")));
    }
    // The program ends, and what it holds goes with it.
    std::mem::forget(planned);
    Ok(outcome)
}
