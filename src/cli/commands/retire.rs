//! `gallerist retire`

use crate::cli::arguments::{key, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service;

/// Write down that a product or specification goes off the catalog
///
/// Edits the definition only. The plan shows what follows; nothing is taken off the catalog before that is merged,
/// approved and reviewed. Once it happened it cannot be undone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist retire acme-crm starter --reason \"replaced by Team\"
  gallerist retire acme-crm --reason \"end of sale in June\"")]
pub(crate) struct Retire {
    /// The product's key
    #[arg(value_name = "PRODUCT", value_parser = key)]
    product: Key,
    /// A specification's key; left out, the whole product goes
    #[arg(value_name = "SPECIFICATION", value_parser = key)]
    specification: Option<Key>,
    /// Why; the marketplace's reviewer reads it
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// Edits the definition.
pub(crate) fn run(arguments: &Retire, session: &mut Session) -> Result<Outcome, CliError> {
    let Retire { product, specification, reason } = arguments;
    let recorded = service::retire(&session.request, product, specification.as_ref(), reason)?;
    session.recorded(&recorded)
}
