//! `gallerist sandbox`

mod serve;

use crate::cli::arguments::{duration, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::{Args, Subcommand};
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, Decision, View};
use gallerist::submission::ApplicationId;
use jiff::SignedDuration;

/// Play the marketplace in the sandbox
///
/// The sandbox is a marketplace of your own in a file: it needs no account and no network. Here you are the
/// reviewer, and the clock is yours.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist sandbox review                      what waits for a verdict
  gallerist sandbox review --approve KG0000000001
  gallerist sandbox review --approve-all
  gallerist sandbox review --auto               as the marketplace would
  gallerist sandbox review --reject KG0000000001 --reason \"wrong logo\"
  gallerist sandbox review --partly KG0000000001
  gallerist sandbox review --withdraw KG0000000001
  gallerist sandbox review --forget KG0000000001
  gallerist sandbox advance 1d
  gallerist sandbox serve                       to programs and browsers
  gallerist sandbox reset")]
pub(crate) struct Sandbox {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what waits for a verdict, or decide it
    Review(Review),
    /// Move the sandbox's clock forward
    Advance {
        /// How far: 12h, 1d, 2w
        #[arg(value_name = "TIME", value_parser = duration)]
        by: SignedDuration,
    },
    Serve(serve::Serve),
    /// Forget everything the sandbox and its ledger know
    Reset,
}

#[derive(Debug, Args)]
struct Review {
    /// Approve this application
    #[arg(long, value_name = "ID")]
    approve: Option<String>,
    /// Approve everything that waits
    #[arg(long, conflicts_with_all = ["approve", "reject"])]
    approve_all: bool,
    /// Read everything that waits as the marketplace's operations manager would
    ///
    /// Names, pictures, texts and documents are held against what the site wants. An application with something
    /// wrong in it is rejected, and the reason says what and names the rule; the others are approved. What was wrong
    /// on the marketplace already and is not touched is not held against an application.
    #[arg(long, conflicts_with_all = ["approve", "approve_all", "reject"])]
    auto: bool,
    /// Reject this application
    #[arg(long, value_name = "ID", requires = "reason", conflicts_with = "approve")]
    reject: Option<String>,
    /// Approve this application without the last thing it asks for
    ///
    /// Left out is the last operation, or the last specification of a first release. The next run finds the difference
    /// and says so.
    #[arg(long, value_name = "ID", conflicts_with_all = ["approve", "approve_all", "auto", "reject"])]
    partly: Option<String>,
    /// Take this application back in the console, as a colleague would
    ///
    /// The next run says so, and does not submit the same again before somebody says `gallerist submissions retry`.
    #[arg(long, value_name = "ID", conflicts_with_all = ["approve", "approve_all", "auto", "reject", "partly"])]
    withdraw: Option<String>,
    /// Let this application be forgotten, as a marketplace does with what is old
    ///
    /// The next run cannot find out how its review ended. It says so and asks for `gallerist submissions record`.
    #[arg(long, value_name = "ID", conflicts_with_all = ["approve", "approve_all", "auto", "reject", "partly", "withdraw"])]
    forget: Option<String>,
    /// What the seller is told
    #[arg(long, value_name = "TEXT", value_parser = reason, requires = "reject")]
    reason: Option<String>,
}

impl Review {
    /// The decision; `None` lists.
    fn decision(self) -> Option<Decision> {
        let Self { approve, approve_all, auto, reject, reason, partly, withdraw, forget } = self;
        let by_hand = [
            partly.map(ApplicationId).map(Decision::ApproveInPart),
            withdraw.map(ApplicationId).map(Decision::Withdraw),
            forget.map(ApplicationId).map(Decision::Forget),
        ];
        if let Some(decision) = by_hand.into_iter().flatten().next() {
            return Some(decision);
        }
        match (approve, reject, reason) {
            (Some(id), _, _) => Some(Decision::Approve(Some(ApplicationId(id)))),
            (None, Some(id), Some(reason)) => {
                Some(Decision::Reject { application: ApplicationId(id), reason })
            }
            (None, _, _) if approve_all => Some(Decision::Approve(None)),
            (None, _, _) if auto => Some(Decision::Automatic),
            (None, _, _) => None,
        }
    }
}

/// Does what was asked for.
pub(crate) fn run(arguments: Sandbox, session: &mut Session) -> Result<Outcome, CliError> {
    let recorded = match arguments.action {
        Action::Review(review) => match review.decision() {
            Some(decision) => service::sandbox_decide(&session.request, &decision)?,
            None => return list(session),
        },
        Action::Serve(arguments) => return serve::serve(&arguments, session),
        Action::Advance { by } => service::sandbox_advance(&session.request, by)?,
        Action::Reset => service::sandbox_reset(&session.request)?,
    };
    session.recorded(&recorded)
}

fn list(session: &mut Session) -> Result<Outcome, CliError> {
    let pending = service::sandbox_pending(&session.request)?;
    let text = |session: &Session| render::review_desk(&pending, session.printer.style);
    let outcome = session.report(View::Pending(&pending), Outcome::Done, text, text)?;
    if let Some(first) = pending.first() {
        let approve = session.command(&format!("sandbox review --approve {}", first.application));
        session.printer.next(&approve);
    }
    Ok(outcome)
}
