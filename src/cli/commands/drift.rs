//! `gallerist drift`

use crate::cli::arguments::key;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::model::Key;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, PlanRequest, View};

/// See what somebody else changed, and keep what is recorded as released fresh
///
/// Without options: the products whose released state is not what was applied last. At the Seller Console nobody can
/// ask the marketplace: `--sheet` makes a checklist to compare what is recorded with the console, and `--confirm`
/// records that somebody did.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist drift
  gallerist drift --accept acme-crm
  gallerist drift --revert acme-crm
  gallerist drift --sheet --out checklist.html
  gallerist drift --sheet acme-crm
  gallerist drift --confirm acme-crm")]
pub(crate) struct Drift {
    /// Only these products
    #[arg(value_name = "PRODUCT", value_parser = key)]
    products: Vec<Key>,
    /// Print a checklist of what is recorded: Markdown, or HTML when the file's name says so
    #[arg(long)]
    sheet: bool,
    /// Write the checklist to this file
    #[arg(long, value_name = "FILE", requires = "sheet")]
    out: Option<Utf8PathBuf>,
    /// Write what is on sale into the definitions of these products, where they say otherwise
    #[arg(long, conflicts_with_all = ["sheet", "confirm"], requires = "products")]
    accept: bool,
    /// Let the definitions of these products count: the next plan changes back what somebody else changed
    #[arg(long, conflicts_with_all = ["accept", "sheet", "confirm"], requires = "products")]
    revert: bool,
    /// Record that what is recorded was compared with the console today
    #[arg(long, conflicts_with = "sheet")]
    confirm: bool,
    /// Who compared it; left out, the git user
    #[arg(long, value_name = "NAME", requires = "confirm")]
    by: Option<String>,
}

/// Shows drift, or keeps the record fresh.
pub(crate) fn run(arguments: &Drift, session: &mut Session) -> Result<Outcome, CliError> {
    let Drift { products, sheet, out, accept, revert, confirm, by } = arguments;
    if *revert {
        let recorded = service::revert(&session.request, products)?;
        return session.recorded(&recorded);
    }
    if *accept {
        let recorded = service::accept(&session.request, products)?;
        return session.recorded(&recorded);
    }
    if *confirm {
        let recorded = service::confirm_recorded(&session.request, products, by.as_deref())?;
        return session.recorded(&recorded);
    }
    if *sheet {
        session.is_for_people("a checklist", "export")?;
        let sheets = service::checklists(&session.request, products)?;
        let html = out.as_ref().is_some_and(|path| path.extension() == Some("html"));
        let text: Vec<String> = sheets
            .iter()
            .map(|(_, sheet)| if html { render::sheet_html(sheet) } else { render::sheet_markdown(sheet) })
            .collect();
        if html && text.len() > 1 {
            return Err(CliError::usage("one HTML file holds one product: name it".to_owned()));
        }
        return session.deliver(&text.join("\n"), out.as_deref());
    }
    let mut planned = service::plan(&session.request, &PlanRequest::default())?;
    planned
        .plan
        .products
        .retain(|found| !found.drift.is_empty() && (products.is_empty() || products.contains(&found.key)));
    planned.plan.unbound.clear();
    let outcome = if planned.plan.products.is_empty() { Outcome::Done } else { Outcome::Drifted };
    let none = planned.plan.products.is_empty();
    let text = |session: &Session| match none {
        true => "Nobody else changed anything.\n".to_owned(),
        false => render::plan(&planned.plan, &planned.invocation, session.printer.style),
    };
    let short =
        |session: &Session| render::plan_short(&planned.plan, &planned.invocation, session.printer.style);
    session.report(View::Plan(&planned), outcome, text, short)
}
