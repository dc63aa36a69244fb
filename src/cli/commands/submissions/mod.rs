//! `gallerist submissions`

mod record;
mod walk;

use crate::cli::arguments::person;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::{Args, Subcommand};
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, View};
use gallerist::submission::SubmissionId;
use record::{Record, Sheet};

/// List, show, withdraw, retry or record submissions
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist submissions list
  gallerist submissions show s-0123456789ab
  gallerist submissions withdraw s-0123456789ab
  gallerist submissions retry s-0123456789ab
  gallerist submissions sheet s-0123456789ab
  gallerist submissions record s-0123456789ab --interactive
  gallerist submissions record s-0123456789ab submitted --application A-17
  gallerist submissions record s-0123456789ab approved --product-id P-4711")]
pub(crate) struct Submissions {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All submissions, newest first
    List,
    /// One submission: what it asks for, where it stands, what happened
    Show {
        /// The submission's id, or its beginning: s-...
        #[arg(value_name = "ID", value_parser = submission)]
        id: SubmissionId,
    },
    /// Take a submission back from the reviewer
    Withdraw {
        /// The submission's id, or its beginning: s-...
        #[arg(value_name = "ID", value_parser = submission)]
        id: SubmissionId,
    },
    /// Let a rejected or withdrawn submission go to the reviewer again, unchanged
    Retry {
        /// The submission's id, or its beginning: s-...
        #[arg(value_name = "ID", value_parser = submission)]
        id: SubmissionId,
        /// Who wants it; left out, the git user
        #[arg(long, value_name = "NAME", value_parser = person)]
        by: Option<String>,
    },
    Record(Record),
    Sheet(Sheet),
}

/// Does what was asked for.
pub(crate) fn run(arguments: Submissions, session: &mut Session) -> Result<Outcome, CliError> {
    match arguments.action {
        Action::List => {
            let rows = service::submissions(&session.request)?;
            let text = |session: &Session| render::submissions(&rows, session.printer.style);
            session.report(View::Submissions(&rows), Outcome::Done, text, text)
        }
        Action::Show { id } => {
            let detail = service::submission(&session.request, &id)?;
            let text = |session: &Session| render::submission(&detail, session.printer.style);
            session.report(View::Submission(&detail), Outcome::Done, text, text)
        }
        Action::Withdraw { id } => {
            let recorded = service::withdraw(&session.request, &id)?;
            session.recorded(&recorded)
        }
        Action::Record(arguments) => record::run(arguments, session),
        Action::Sheet(arguments) => record::sheet(&arguments, session),
        Action::Retry { id, by } => {
            let recorded = service::retry(&session.request, &id, by.as_deref())?;
            session.recorded(&recorded)
        }
    }
}

fn submission(text: &str) -> Result<SubmissionId, String> {
    let digits = text.strip_prefix("s-").unwrap_or("");
    if digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(SubmissionId(text.to_ascii_lowercase()))
    } else {
        Err("write `s-` and at least 4 hex digits".to_owned())
    }
}
