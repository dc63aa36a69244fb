//! `gallerist demo`

use crate::cli::arguments::Cli;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Parser};
use gallerist::report::Outcome;
use gallerist::service;

/// Watch the whole cycle in a throw-away sandbox
///
/// Begins a catalog in a new folder, releases its product to the embedded sandbox, changes a price, and shows what
/// a rejection looks like. Every command is shown before it runs; the folder stays, to play on.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist demo
  gallerist demo my-catalog")]
pub(crate) struct Demo {
    /// The folder to make
    #[arg(value_name = "FOLDER", default_value = "gallerist-demo")]
    folder: Utf8PathBuf,
}

/// Plays every scene.
pub(crate) fn run(arguments: &Demo, session: &mut Session) -> Result<Outcome, CliError> {
    let folder = session.request.directory.join(&arguments.folder);
    if folder.exists() {
        return Err(CliError::usage(format!("{} is there already", arguments.folder))
            .hint("name a folder that is not there yet: gallerist demo FOLDER"));
    }
    std::fs::create_dir_all(&folder)
        .map_err(|error| CliError::work(format!("cannot make {}: {error}", arguments.folder)))?;
    session.request.directory = folder.clone();
    play(session, "A catalog is a folder of YAML files in git.", &["init", "--name", "demo"])?;
    play(session, "The plan tells what would happen. It changes nothing.", &["plan"])?;
    play(session, "One run takes the next safe step, and ends.", &["reconcile"])?;
    play(session, "In the sandbox you are the reviewer. This waits for you:", &["sandbox", "review"])?;
    play(session, "Approve it.", &["sandbox", "review", "--approve-all"])?;
    play(session, "The next run picks up the verdict.", &["reconcile"])?;
    raise_price(&folder)?;
    play(session, "Now the yearly price of Starter changes from 99 to 119.", &["plan"])?;
    play(session, "Hand it to the reviewer.", &["reconcile"])?;
    play(session, "A day goes by.", &["sandbox", "advance", "1d"])?;
    let pending = service::sandbox_pending(&session.request)?;
    if let Some(first) = pending.first() {
        let reason = "not our price list";
        let reject = ["sandbox", "review", "--reject", &first.application.0, "--reason", reason];
        play(session, "This time the reviewer says no.", &reject)?;
    }
    play(session, "The reason comes back to the line in the file.", &["reconcile"])?;
    play(session, "Who has to act next?", &["status"])?;
    session.printer.remark(&format!("The folder {} is yours to play on.", arguments.folder));
    Ok(Outcome::Done)
}

/// Tells what comes, shows the command as it would be typed, and runs it.
fn play(session: &mut Session, story: &str, arguments: &[&str]) -> Result<(), CliError> {
    let typed: Vec<String> = arguments
        .iter()
        .map(|word| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() })
        .collect();
    session.printer.result(&format!("\n# {story}\n$ gallerist {}\n", typed.join(" ")))?;
    let words = std::iter::once("gallerist").chain(arguments.iter().copied());
    let cli = Cli::try_parse_from(words).map_err(|error| CliError::work(error.to_string()))?;
    match super::run(cli.command, session)? {
        Outcome::Failed | Outcome::Blocked => Err(CliError::work("the demo did not go as planned")),
        Outcome::Rejected | Outcome::Drifted | Outcome::ToSubmit | Outcome::Waiting | Outcome::Done => Ok(()),
    }
}

fn raise_price(folder: &Utf8Path) -> Result<(), CliError> {
    let path = folder.join("products/acme-crm/product.yaml");
    let failed = |error: std::io::Error| CliError::work(format!("cannot change {path}: {error}"));
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    std::fs::write(&path, text.replacen("\"99.00\"", "\"119.00\"", 1)).map_err(failed)
}
