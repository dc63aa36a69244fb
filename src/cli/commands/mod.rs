//! One file per command: its arguments, whose doc comments are its help, and what it does.

pub(super) mod adopt;
pub(super) mod apply;
pub(super) mod approve;
pub(super) mod check;
pub(super) mod claim;
pub(super) mod comment;
pub(super) mod completions;
pub(super) mod confirm;
pub(super) mod demo;
pub(super) mod doctor;
pub(super) mod drift;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod fmt;
pub(super) mod import;
pub(super) mod init;
pub(super) mod issue;
pub(super) mod ledger;
pub(super) mod lsp;
pub(super) mod man;
pub(super) mod pause;
pub(super) mod plan;
pub(super) mod preflight;
pub(super) mod reconcile;
pub(super) mod resume;
pub(super) mod retire;
pub(super) mod rules;
pub(super) mod sandbox;
pub(super) mod schema;
pub(super) mod status;
pub(super) mod submissions;
pub(super) mod unmanage;

use super::arguments::Command;
use super::error::CliError;
use super::session::Session;
use gallerist::report::Outcome;

/// Runs one command.
pub(super) fn run(command: Command, session: &mut Session) -> Result<Outcome, CliError> {
    // Before anything is done: what cannot be told must not have happened.
    let (formats, outputs, others) = command.formats();
    session.writes(formats, outputs, &others)?;
    match command {
        Command::Init(arguments) => init::run(&arguments, session),
        Command::Check(arguments) => check::run(arguments, session),
        Command::Fmt(arguments) => fmt::run(arguments, session),
        Command::Plan(arguments) => plan::run(&arguments, session),
        Command::Preflight(arguments) => preflight::run(&arguments, session),
        Command::Apply(arguments) => apply::run(&arguments, session),
        Command::Reconcile(arguments) => reconcile::run(&arguments, session),
        Command::Status(arguments) => status::run(&arguments, session),
        Command::Drift(arguments) => drift::run(&arguments, session),
        Command::Export(arguments) => export::run(&arguments, session),
        Command::Import(arguments) => import::run(arguments, session),
        Command::Adopt(arguments) => adopt::run(arguments, session),
        Command::Claim(arguments) => claim::run(arguments, session),
        Command::Comment(arguments) => comment::run(arguments, session),
        Command::Issue(arguments) => issue::run(arguments, session),
        Command::Approve(arguments) => approve::run(arguments, session),
        Command::Confirm(arguments) => confirm::run(arguments, session),
        Command::Pause(arguments) => pause::run(arguments, session),
        Command::Resume(arguments) => resume::run(&arguments, session),
        Command::Retire(arguments) => retire::run(&arguments, session),
        Command::Unmanage(arguments) => unmanage::run(&arguments, session),
        Command::Submissions(arguments) => submissions::run(arguments, session),
        Command::Ledger(arguments) => ledger::run(arguments, session),
        Command::Explain(arguments) => explain::run(&arguments, session),
        Command::Rules(arguments) => rules::run(&arguments, session),
        Command::Sandbox(arguments) => sandbox::run(arguments, session),
        Command::Schema(arguments) => schema::run(&arguments, session),
        Command::Lsp(arguments) => lsp::run(arguments, session),
        Command::Completions(arguments) => completions::run(&arguments, session),
        Command::Man(arguments) => man::run(&arguments, session),
        Command::Demo(arguments) => demo::run(&arguments, session),
        Command::Doctor(arguments) => doctor::run(&arguments, session),
    }
}
