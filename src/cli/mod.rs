//! The command line: arguments in, one service call, a report out. The only place that prints, reads the clock and
//! chooses exit codes.

mod arguments;
mod cache;
mod commands;
mod error;
mod input;
mod log;
mod printer;
mod session;

use arguments::Cli;
use clap::Parser;
use clap::error::ErrorKind;
use error::CliError;
use gallerist::report::{ExitCodes, Outcome};
use printer::Printer;
use session::Session;
use std::process::ExitCode;

/// Runs the command line and says how it ended.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let codes = cli.global.exit_code.into();
    let mut session = match Session::open(&cli.global) {
        Ok(session) => session,
        Err(error) => return failed(&mut Printer::plain(), &error, codes),
    };
    let ended = commands::run(cli.command, &mut session);
    let ended = ended.and_then(|outcome| session.printer.flush().map(|()| outcome));
    match ended {
        Ok(outcome) => ExitCode::from(outcome.exit_code(codes)),
        Err(error) if session.is_logging_json => {
            let hints = error.hints.join("; ");
            tracing::error!(target: "gallerist", hints, "{}", error.in_short());
            ExitCode::from(error.outcome().exit_code(codes))
        }
        Err(error) => failed(&mut session.printer, &error, codes),
    }
}

fn failed(printer: &mut Printer, error: &CliError, codes: ExitCodes) -> ExitCode {
    printer.error(error);
    ExitCode::from(error.outcome().exit_code(codes))
}

/// Help and version go to stdout and are no failure; everything else the parser says is a usage error.
fn usage(error: &clap::Error) -> ExitCode {
    let alone = std::env::args_os().len() <= 1;
    let asked = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => alone,
        _ => false,
    };
    if asked && alone {
        Printer::plain().help(&error.render().to_string());
        return ExitCode::SUCCESS;
    }
    // When even this cannot be written there is nobody to tell.
    let _ = error.print();
    let outcome = if asked { Outcome::Done } else { Outcome::Failed };
    ExitCode::from(outcome.exit_code(ExitCodes::Simple))
}
