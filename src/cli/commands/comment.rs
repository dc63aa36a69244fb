//! `gallerist comment`

use crate::cli::arguments::{On, duration};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::forge::Asked;
use gallerist::report::{Outcome, Withheld};
use gallerist::service::{self, CommentRequest};
use jiff::SignedDuration;

/// Post a saved plan on the pull or merge request
///
/// Writes one comment per catalog and target, and later brings the same comment up to date. It needs the report and a
/// token of the forge, and no catalog: run it in a job that has no key to the marketplace. Where to post is known in
/// CI; elsewhere the options say it. The token comes from GITHUB_TOKEN or GH_TOKEN, from GITLAB_TOKEN or CI_JOB_TOKEN,
/// or from a file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist comment plan.json
  gallerist comment plan.json --status --labels
  gallerist comment plan.json --dry-run
  gallerist comment plan.json --on github --repository acme/catalog --request 12
  gallerist comment plan.json --withhold prices,urls")]
pub(crate) struct CommentArguments {
    /// The report that a job with access to the catalog saved
    #[arg(value_name = "REPORT")]
    report: Utf8PathBuf,
    /// Which forge; left out, the one whose CI this is
    #[arg(long, value_name = "FORGE")]
    on: Option<On>,
    /// The repository: `owner/name`, or on GitLab a project's path or number
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// The number of the pull or merge request
    #[arg(long, value_name = "NUMBER")]
    request: Option<String>,
    /// The commit that was planned
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// The address of the forge's interface
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// Read the token from this file
    #[arg(long, value_name = "FILE")]
    token_file: Option<Utf8PathBuf>,
    /// Set a commit status, too
    #[arg(long)]
    status: bool,
    /// Publish a check with remarks beside the lines of files, too (GitHub; needs the token of an app or workflow)
    #[arg(long)]
    check: bool,
    /// The catalog's folder in the repository, for the paths of remarks
    #[arg(long, value_name = "FOLDER", default_value = "", hide_default_value = true)]
    folder: Utf8PathBuf,
    /// Put a label on the request that says what the plan comes to
    #[arg(long)]
    labels: bool,
    /// Write no comment when nothing is to be done; one that is there is brought up to date
    #[arg(long)]
    skip_when_nothing: bool,
    /// Where everything can be read when a comment is too small for it; left out, the page of the CI run
    #[arg(long, value_name = "URL")]
    rest: Option<String>,
    /// Leave out prices that are not on sale yet, addresses of hidden products, or both: `prices,urls`
    #[arg(long, value_name = "WHAT")]
    withhold: Option<Withheld>,
    /// How long one answer of the forge may take
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s")]
    timeout: SignedDuration,
    /// Print the comment and post nothing
    #[arg(long)]
    dry_run: bool,
}

/// Posts the report, or prints what would be posted.
pub(crate) fn run(arguments: CommentArguments, session: &mut Session) -> Result<Outcome, CliError> {
    let CommentArguments { report, on, repository, request, commit, api, token_file, .. } = arguments;
    let CommentArguments { status, check, folder, labels, skip_when_nothing, rest, .. } = arguments;
    let asked = Asked { on: on.map(Into::into), repository, request, commit, api, rest };
    let wanted = CommentRequest {
        report,
        asked,
        token_file,
        status,
        check,
        labels,
        skip_when_nothing,
        withheld: arguments.withhold.unwrap_or_default(),
        folder,
        time_max: arguments.timeout.try_into().ok(),
        now: session.request.now,
    };
    if arguments.dry_run {
        session.is_for_people("a comment", "plan")?;
        session.printer.result(&service::comment_text(&wanted)?)?;
        return Ok(Outcome::Done);
    }
    session.recorded(&service::comment(&wanted)?)
}
