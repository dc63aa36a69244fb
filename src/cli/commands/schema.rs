//! `gallerist schema`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::report::Outcome;
use gallerist::service;

/// Print a JSON Schema for editors, or the OpenAPI document of the gateway
///
/// Without a name, lists those there are.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist schema
  gallerist schema product > product.schema.json
  gallerist schema gateway > gateway.openapi.json")]
pub(crate) struct Schema {
    /// Which schema
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Prints the schema, or the names.
pub(crate) fn run(arguments: &Schema, session: &mut Session) -> Result<Outcome, CliError> {
    let mut schemas = service::schemas();
    let (gateway, document) = service::gateway_document();
    schemas.push((gateway.to_owned(), document));
    schemas.sort();
    let names = || schemas.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    let Some(wanted) = &arguments.name else {
        session.printer.result(&names().iter().map(|name| format!("{name}\n")).collect::<String>())?;
        return Ok(Outcome::Done);
    };
    match schemas.iter().find(|(name, _)| name == wanted) {
        Some((_, text)) => session.printer.result(text)?,
        None => {
            return Err(CliError::usage(format!("there is no schema `{wanted}`"))
                .hint(format!("there are: {}", names().join(", "))));
        }
    }
    Ok(Outcome::Done)
}
