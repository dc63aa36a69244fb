//! `gallerist unmanage`

use crate::cli::arguments::{key, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service;

/// Leave a product or specification alone, while it stays on sale
///
/// Edits the definition only. What is left alone is neither compared nor changed; taking the line away again ends
/// that.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist unmanage acme-crm partner --reason \"sold by another team\"
  gallerist unmanage acme-crm --reason \"kept by hand for a while\"")]
pub(crate) struct Unmanage {
    /// The product's key
    #[arg(value_name = "PRODUCT", value_parser = key)]
    product: Key,
    /// A specification's key; left out, the whole product
    #[arg(value_name = "SPECIFICATION", value_parser = key)]
    specification: Option<Key>,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// Edits the definition.
pub(crate) fn run(arguments: &Unmanage, session: &mut Session) -> Result<Outcome, CliError> {
    let Unmanage { product, specification, reason } = arguments;
    let recorded = service::unmanage(&session.request, product, specification.as_ref(), reason)?;
    session.recorded(&recorded)
}
