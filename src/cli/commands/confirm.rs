//! `gallerist confirm`

use crate::cli::arguments::{duration, key, person, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::report::Outcome;
use gallerist::service::{self, ConfirmationRequest};
use jiff::SignedDuration;

/// Record that something was done or checked by hand
///
/// Some things only a person can do in the Seller Console, or check. The plan names them; this writes down that it
/// was done, by whom, and what was seen.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist confirm acme-crm v-01234567 --reason \"tests are green\"
  gallerist confirm acme-crm v-01234567 v-89abcdef --reason \"seen\"
  gallerist confirm acme-crm m-01234567 --by Ann --note \"set in the console\"
  gallerist confirm acme-crm adopted --reason \"the first plan is right\"")]
pub(crate) struct Confirm {
    /// The product's key
    #[arg(value_name = "PRODUCT", value_parser = key)]
    product: Key,
    /// The steps or checks, as `gallerist plan` names them
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// What was done or seen
    #[arg(long, visible_alias = "note", value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// How long it counts: 12h, 30d, 2w; left out, as long as the rule allows
    #[arg(long, value_name = "TIME", value_parser = duration)]
    expires: Option<SignedDuration>,
    /// Who vouches; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
}

/// Records the confirmation.
pub(crate) fn run(arguments: Confirm, session: &mut Session) -> Result<Outcome, CliError> {
    let Confirm { product, ids, reason, expires, by } = arguments;
    let recorded =
        service::confirm(&session.request, &ConfirmationRequest { product, ids, by, reason, expires })?;
    session.recorded(&recorded)
}
