//! `gallerist adopt`

use crate::cli::arguments::{id, key, person};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, AdoptRequest, View};

/// Bind definitions to products that are on sale already
///
/// For a lost ledger, or definitions written by hand. Without ids it shows which definition is which product, how
/// sure that is and why, and what the first plan would change; nothing is written until the table is confirmed by
/// its name. Another table has another name. What is ambiguous is never guessed: give its ids. Afterwards the plan
/// is shown, and nothing is submitted until somebody confirms it for each product.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist adopt
  gallerist adopt --confirm t-0123456789abcdef
  gallerist adopt acme-crm --product-id OFFI1 --specification starter=SKU1
  gallerist adopt acme-crm --product-id OFFI1 --specification team=new
  gallerist adopt acme-crm --product-id OFFI1 --as-defined")]
pub(crate) struct Adopt {
    /// The definition's key; left out, all that nothing is bound to
    #[arg(value_name = "PRODUCT", value_parser = key)]
    product: Option<Key>,
    /// The product's id on the marketplace
    #[arg(long, value_name = "ID", value_parser = id, requires = "product")]
    product_id: Option<String>,
    /// A specification's skuCode, or `new` for one that is not on sale yet
    #[arg(long, value_name = "KEY=SKUCODE", value_parser = pair, requires = "product")]
    specification: Vec<(Key, Option<String>)>,
    /// At the console: the definition says what is on sale now; it is written down under `released/`
    #[arg(long, requires = "product_id")]
    as_defined: bool,
    /// The name of the table that is right
    #[arg(long, value_name = "TABLE", value_parser = table)]
    confirm: Option<String>,
    /// Who adopts; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
}

/// Shows the table, or binds what it says.
pub(crate) fn run(arguments: Adopt, session: &mut Session) -> Result<Outcome, CliError> {
    let Adopt { product, product_id, specification: specifications, as_defined, confirm, by } = arguments;
    let asked = AdoptRequest { product, product_id, specifications, confirm, as_defined, by };
    let adoption = service::adopt(&session.request, &asked)?;
    let text = |session: &Session| render::adoption(&adoption, session.printer.style);
    let short = |session: &Session| render::adoption_short(&adoption, session.printer.style);
    let outcome = session.report(View::Adoption(&adoption), Outcome::Done, text, short)?;
    if let Some(next) = &adoption.next {
        session.printer.next(next);
    }
    Ok(outcome)
}

fn pair(text: &str) -> Result<(Key, Option<String>), String> {
    let (name, code) = text.split_once('=').ok_or("write KEY=SKUCODE, or KEY=new")?;
    if code.trim().is_empty() {
        return Err("write KEY=SKUCODE, or KEY=new".to_owned());
    }
    Ok((key(name)?, (code != "new").then(|| code.to_owned())))
}

fn table(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("t-").unwrap_or("");
    if digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("write `t-` and 16 hex digits".to_owned())
    }
}
