//! `gallerist explain`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::config::form::nearest;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::rules::{self, Selection};
use gallerist::service::View;

/// Explain a rule: what, why, and what to do instead
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist explain service-supervision-changed
  gallerist explain R25
  gallerist rules                       names of all rules")]
pub(crate) struct Explain {
    /// The rule's name as findings show it, or its number: R25
    #[arg(value_name = "RULE")]
    rule: String,
}

/// Shows the rule's page, or the pages of all rules with the number.
pub(crate) fn run(arguments: &Explain, session: &mut Session) -> Result<Outcome, CliError> {
    let found = Selection::named(&arguments.rule);
    if found.is_empty() {
        return Err(unknown(&arguments.rule));
    }
    let text = |session: &Session| render::explanations(&found, session.printer.style);
    let short = |session: &Session| match found.rules.as_slice() {
        [] => render::explanations(&found, session.printer.style),
        rules => render::rule_table(rules, session.printer.style),
    };
    session.report(View::Rules(&found), Outcome::Done, text, short)
}

fn unknown(name: &str) -> CliError {
    let error = CliError::usage(format!("there is no rule `{name}`"));
    match nearest(name, rules::names()) {
        Some(id) => error.hint(format!("did you mean `{id}`?")),
        None => error.hint("`gallerist rules` lists them all"),
    }
}
