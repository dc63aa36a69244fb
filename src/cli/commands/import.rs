//! `gallerist import`

use crate::cli::arguments::key;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::model::Key;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, ImportRequest, View};

/// Bring what is on sale into git
///
/// Writes a definition of every product on sale that has none, the attribute library, and gallerist.yaml where
/// there is none; and writes down which marketplace ids belong to them. The plan after it is empty. Nothing is
/// written over, and all of it is written or nothing. What cannot be said in a definition is left out of it, with
/// a comment.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist import --dry-run
  gallerist import --assets ~/koogallery-files
  gallerist import --released released.json --site intl --name acme")]
pub(crate) struct Import {
    /// Import an exported released state instead of asking the marketplace
    #[arg(long, value_name = "FILE")]
    released: Option<Utf8PathBuf>,
    /// Look here for logos, guides and other files, by their content
    #[arg(long, value_name = "FOLDER")]
    assets: Option<Utf8PathBuf>,
    /// The site of a catalog that is not there yet: intl, eu or cn
    #[arg(long, value_name = "SITE")]
    site: Option<String>,
    /// The name of a catalog that is not there yet; left out, the folder's
    #[arg(long, value_name = "NAME", value_parser = key)]
    name: Option<Key>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Imports, and says what is left to a person.
pub(crate) fn run(arguments: Import, session: &mut Session) -> Result<Outcome, CliError> {
    let Import { released, assets, site, name, dry_run } = arguments;
    let asked = ImportRequest { released, assets, site, name, dry_run };
    let imported = service::import(&session.request, &asked)?;
    let text = |session: &Session| render::imported(&imported, session.printer.style);
    let short = |session: &Session| render::imported_short(&imported, session.printer.style);
    let outcome = session.report(View::Imported(&imported), Outcome::Done, text, short)?;
    if !imported.products.is_empty() {
        session.printer.next(&imported.next);
    }
    Ok(outcome)
}
