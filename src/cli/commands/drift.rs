//! `gallerist drift`

use crate::cli::arguments::{Format, Outputs, key, person, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::Args;
use gallerist::model::Key;
use gallerist::render::{self, Style};
use gallerist::report::Outcome;
use gallerist::service::{self, DriftChoice, IgnoreRequest, OfferRequest, View};
use jiff::civil::Date;

/// See what somebody else changed, and keep what is recorded as released fresh
///
/// Without options: the products whose released state is not what was applied last, each value with what was applied last,
/// what is on sale and what the definition says. Nothing is written. At the Seller Console nobody can
/// ask the marketplace: `--sheet` makes a checklist to compare what is recorded with the console, and `--confirm`
/// records that somebody did.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist drift
  gallerist drift --accept acme-crm
  gallerist drift --accept acme-crm --branch accept-crm --push
  gallerist drift --revert acme-crm --item displayName
  gallerist drift --ignore acme-crm --reason \"winter sale\" --until 2027-01-08
  gallerist drift --heed acme-crm
  gallerist drift --exit-code=detailed --output json=drift.json
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
    pub(crate) out: Option<Utf8PathBuf>,
    /// Only this field or item of the products, by its place in the definition as `gallerist drift` shows it; may be
    /// given several times
    #[arg(long = "item", value_name = "ITEM", requires = "decision")]
    items: Vec<String>,
    /// Write what is on sale into the definitions of these products, where they say otherwise
    #[arg(long, group = "decision", conflicts_with_all = ["sheet", "confirm"], requires = "products")]
    accept: bool,
    /// Write what is accepted onto this branch as a commit for a reverse pull request, on top of the target's branch; the
    /// work tree stays as it is
    #[arg(long, value_name = "NAME", requires = "accept")]
    branch: Option<String>,
    /// Push that branch, to `origin` or to this remote
    #[arg(long, value_name = "REMOTE", requires = "branch", num_args = 0..=1, require_equals = true,
          default_missing_value = "origin")]
    push: Option<String>,
    /// Let the definitions of these products count: the next plan changes back what somebody else changed
    #[arg(long, group = "decision", conflicts_with_all = ["sheet", "confirm"], requires = "products")]
    revert: bool,
    /// Leave what somebody else changed as it is until a day, or until it is changed once more
    #[arg(long, group = "decision", conflicts_with_all = ["sheet", "confirm"], requires_all = ["products", "reason", "until"])]
    ignore: bool,
    /// Let what is ignored count again, before its time
    #[arg(long, group = "decision", conflicts_with_all = ["sheet", "confirm"], requires = "products")]
    heed: bool,
    /// Why it is ignored
    #[arg(long, value_name = "TEXT", value_parser = reason, requires = "ignore")]
    reason: Option<String>,
    /// The day from which it is drift again, at most a year ahead: 2027-03-01
    #[arg(long, value_name = "DATE", requires = "ignore")]
    until: Option<Date>,
    /// Record that what is recorded was compared with the console today
    #[arg(long, conflicts_with = "sheet")]
    confirm: bool,
    /// Who compared or decided it; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person, conflicts_with_all = ["accept", "revert", "sheet"])]
    by: Option<String>,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

/// What drift can be written as.
pub(crate) const FORMATS: &[Format] =
    &[Format::Text, Format::Short, Format::Json, Format::Markdown, Format::Html];

/// Shows drift, or keeps the record fresh.
pub(crate) fn run(arguments: &Drift, session: &mut Session) -> Result<Outcome, CliError> {
    let Drift { products, items, sheet, out, accept, revert, ignore, heed, confirm, by, .. } = arguments;
    let choice = DriftChoice { products: products.clone(), items: items.clone() };
    if *revert {
        return session.recorded(&service::revert(&session.request, &choice)?);
    }
    if let (true, Some(branch)) = (*accept, &arguments.branch) {
        let asked = OfferRequest { choice, branch: branch.clone(), push: arguments.push.clone() };
        return session.recorded(&service::offer(&session.request, &asked)?);
    }
    if *accept {
        return session.recorded(&service::accept(&session.request, &choice)?);
    }
    if *heed {
        return session.recorded(&service::heed(&session.request, &choice, by.as_deref())?);
    }
    if let (true, Some(reason), Some(until)) = (*ignore, &arguments.reason, arguments.until) {
        let asked = IgnoreRequest { choice, reason: reason.clone(), until, by: by.clone() };
        return session.recorded(&service::ignore(&session.request, &asked)?);
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
    let planned = service::drift(&session.request, products)?;
    let plan = &planned.plan;
    let drifted = plan.products.iter().any(|found| !found.drift.is_empty());
    let outcome = if drifted { Outcome::Drifted } else { Outcome::Done };
    let text = |style: Style| match plan.products.is_empty() {
        true => "Nobody else changed anything.\n".to_owned(),
        false => render::plan(plan, &planned.invocation, style),
    };
    let short = |style: Style| render::drift_short(plan, style);
    session.report_to(&arguments.outputs.list, View::Plan(&planned), outcome, text, short)
}
