//! `gallerist issue`

use crate::cli::arguments::{On, duration, key};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use gallerist::forge::{Asked, Subject};
use gallerist::model::Key;
use gallerist::report::{Outcome, Withheld};
use gallerist::service::{self, IssueRequest};
use jiff::SignedDuration;

/// Keep one rolling issue about what drifted, or about what was rejected
///
/// The issue of a repository is opened when there is something to list, brought up to date by every run, closed when nothing
/// is left, and opened again when something comes back. A product leaves the list only when a report shows that it was looked at
/// again. A rejection whose commit came with a pull or merge request is told there instead. It needs the report and a token
/// of the forge, and no catalog: run it in a job that has no key to the marketplace. The token comes from
/// GITHUB_TOKEN or GH_TOKEN, from GITLAB_TOKEN or CI_JOB_TOKEN, or from a file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist drift --output json=drift.json
  gallerist issue drift.json --about drift
  gallerist status --format json > status.json
  gallerist issue status.json --about rejections
  gallerist issue drift.json --about drift --dry-run
  gallerist issue drift.json --about drift --on gitlab --repository acme/catalog")]
pub(crate) struct IssueArguments {
    /// The report that a job with access to the catalog saved: of `drift` or `plan`, or of `status` or `reconcile`
    #[arg(value_name = "REPORT")]
    report: Utf8PathBuf,
    /// What the issue is about
    #[arg(long, value_name = "SUBJECT")]
    about: AboutWhat,
    /// Which forge; left out, the one whose CI this is
    #[arg(long, value_name = "FORGE")]
    on: Option<On>,
    /// The repository: `owner/name`, or on GitLab a project's path or number
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// The address of the forge's interface
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// Read the token from this file
    #[arg(long, value_name = "FILE")]
    token_file: Option<Utf8PathBuf>,
    /// Leave out prices that are not on sale yet, addresses of hidden products, or both: `prices,urls`
    #[arg(long, value_name = "WHAT")]
    withhold: Option<Withheld>,
    /// Take this product off the list: it was renamed or is not in the catalog any more
    #[arg(long = "forget", value_name = "PRODUCT", value_parser = key)]
    forgotten: Vec<Key>,
    /// How long one answer of the forge may take
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s")]
    timeout: SignedDuration,
    /// Print what would be listed and post nothing
    #[arg(long)]
    dry_run: bool,
}

/// What an issue is about, as an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AboutWhat {
    Drift,
    Rejections,
}

impl From<AboutWhat> for Subject {
    fn from(about: AboutWhat) -> Self {
        match about {
            AboutWhat::Drift => Self::Drift,
            AboutWhat::Rejections => Self::Rejections,
        }
    }
}

/// Keeps the issue, or prints what it would list.
pub(crate) fn run(arguments: IssueArguments, session: &mut Session) -> Result<Outcome, CliError> {
    let IssueArguments {
        report,
        about,
        on,
        repository,
        api,
        token_file,
        withhold,
        forgotten,
        timeout,
        dry_run,
    } = arguments;
    let asked = Asked { on: on.map(Into::into), repository, api, ..Asked::default() };
    let wanted = IssueRequest {
        report,
        subject: about.into(),
        asked,
        token_file,
        withheld: withhold.unwrap_or_default(),
        forgotten,
        time_max: timeout.try_into().ok(),
        now: session.request.now,
    };
    if dry_run {
        session.is_for_people("an issue", "drift")?;
        session.printer.result(&service::issue_text(&wanted)?)?;
        return Ok(Outcome::Done);
    }
    session.recorded(&service::issue(&wanted)?)
}
