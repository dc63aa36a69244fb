//! `gallerist submissions record` and `gallerist submissions sheet`

use super::submission;
use super::walk::{Walked, walk};
use crate::cli::arguments::{id, key, person, reason};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use gallerist::model::{Key, SkuKey};
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, RecordRequest, RecordedOutcome, Reprint};
use gallerist::submission::{ApplicationId, SubmissionId};
use std::collections::BTreeMap;

/// Record what became of a submission that a person entered in the console
///
/// Nobody can ask the Seller Console, so whoever works there says what happened: that a change sheet was submitted,
/// what the console or the reviewer said, or that nobody entered it. Until then the sheet holds the product.
///
/// Elsewhere than at the console the marketplace is asked. Only when it does not know an application any more, a person
/// says here how its review ended: approved, rejected or withdrawn.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist submissions record s-0123456789ab --interactive
  gallerist submissions record s-0123456789ab submitted --application A-17
  gallerist submissions record s-0123456789ab refused --reason \"Logo is too large\"
  gallerist submissions record s-0123456789ab approved --product-id P-4711
  gallerist submissions record s-0123456789ab rejected --reason \"Name unclear\"
  gallerist submissions record s-0123456789ab not-entered
  gallerist submissions record s-0123456789ab ids --sku-code starter=17a0")]
pub(crate) struct Record {
    /// The submission's id, or its beginning: s-...
    #[arg(value_name = "ID", value_parser = submission)]
    id: SubmissionId,
    /// What became of it
    #[arg(value_name = "WHAT", required_unless_present = "interactive")]
    what: Option<What>,
    /// Go through the change sheet step by step, and record at the end
    #[arg(long, conflicts_with = "what")]
    interactive: bool,
    /// The application's ID, from My Applications
    #[arg(long, value_name = "ID", value_parser = id)]
    application: Option<String>,
    /// The product ID the marketplace gave, from My Products
    #[arg(long, value_name = "ID", value_parser = id)]
    product_id: Option<String>,
    /// A skuCode the marketplace gave: starter=CODE, or team/edition=pro=CODE
    #[arg(long, value_name = "SPECIFICATION=CODE", value_parser = sku_code)]
    sku_code: Vec<(Key, SkuKey, String)>,
    /// What the console or the reviewer said
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// With `refused`: the cause passes by itself, and it will be tried again
    #[arg(long)]
    technical: bool,
    /// Who records it; left out, the git user
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<String>,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Entered and submitted; needs --application
    Submitted,
    /// The console did not take it; needs --reason
    Refused,
    /// The reviewer said yes; a first release needs --product-id
    Approved,
    /// The reviewer said no
    Rejected,
    /// Taken back in the console
    Withdrawn,
    /// Nobody entered it: the product is free again
    NotEntered,
    /// More ids became known after the approval
    Ids,
}

/// Print the change sheet of a submission again
///
/// A sheet is made from the submission alone: it is the same on every machine, and its digest is in the ledger.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist submissions sheet s-0123456789ab
  gallerist submissions sheet s-0123456789ab --html --out sheet.html")]
pub(crate) struct Sheet {
    /// The submission's id, or its beginning: s-...
    #[arg(value_name = "ID", value_parser = submission)]
    id: SubmissionId,
    /// As one HTML file instead of Markdown
    #[arg(long)]
    html: bool,
    /// Write it to this file
    #[arg(long, value_name = "FILE")]
    out: Option<Utf8PathBuf>,
}

const A_SHEET: &str = "a change sheet";
const READS_OTHERWISE: &str = "The sheet that was handed over reads otherwise: the settings of the target, or this \
                               program, changed since. What is asked for is the same.";

/// Records what became of it.
pub(crate) fn run(arguments: Record, session: &mut Session) -> Result<Outcome, CliError> {
    let mut wanted = arguments;
    if wanted.interactive && !walked(&mut wanted, session)? {
        return Ok(Outcome::Done);
    }
    let Record { id, what, application, product_id, sku_code, reason, technical, by, .. } = wanted;
    let needs_reason = || CliError::usage("say what the console said: add `--reason TEXT`".to_owned());
    let outcome = match what {
        Some(What::Submitted) => RecordedOutcome::Submitted,
        Some(What::Refused) => RecordedOutcome::Refused { text: reason.ok_or_else(needs_reason)?, technical },
        Some(What::Approved) => RecordedOutcome::Approved,
        Some(What::Rejected) => RecordedOutcome::Rejected { reason },
        Some(What::Withdrawn) => RecordedOutcome::Withdrawn,
        Some(What::NotEntered) => RecordedOutcome::NotEntered { reason },
        Some(What::Ids) => RecordedOutcome::Ids,
        None => return Err(CliError::usage("say what became of it".to_owned())),
    };
    let application = application.map(ApplicationId);
    let request = RecordRequest { id, outcome, application, product_id, sku_codes: sku_code, by };
    let recorded = service::record(&session.request, &request)?;
    session.recorded(&recorded)
}

/// Goes through the sheet with the person; `false` when they stopped and nothing is to be recorded.
fn walked(wanted: &mut Record, session: &mut Session) -> Result<bool, CliError> {
    session.is_for_people(A_SHEET, &format!("submissions show {}", wanted.id))?;
    let reprint = service::change_sheet(&session.request, &wanted.id)?;
    if let Some(why) = reprint.void {
        return Err(CliError::usage(format!("{} {why}: it must not be entered", wanted.id)));
    }
    if reprint.reads_otherwise {
        session.printer.remark(READS_OTHERWISE);
    }
    match walk(&reprint.sheet, session)? {
        Walked::Submitted(application) => {
            (wanted.what, wanted.application) = (Some(What::Submitted), Some(application));
        }
        Walked::Refused { text, technical } => {
            (wanted.what, wanted.reason, wanted.technical) = (Some(What::Refused), Some(text), technical);
        }
        Walked::Stopped => {
            session.printer.result("\n")?;
            session.printer.remark("Nothing was recorded: the sheet still holds the product.");
            return Ok(false);
        }
    }
    Ok(true)
}

/// Prints a sheet.
pub(crate) fn sheet(arguments: &Sheet, session: &mut Session) -> Result<Outcome, CliError> {
    session.is_for_people(A_SHEET, &format!("submissions show {}", arguments.id))?;
    let Reprint { sheet, void, reads_otherwise } = service::change_sheet(&session.request, &arguments.id)?;
    if let Some(why) = void {
        session.printer.remark(&format!("{} {why}: do not enter this sheet.", arguments.id));
    }
    if reads_otherwise {
        session.printer.remark(READS_OTHERWISE);
    }
    let is_html =
        arguments.html || arguments.out.as_ref().is_some_and(|path| path.extension() == Some("html"));
    let text = if is_html { render::sheet_html(&sheet) } else { render::sheet_markdown(&sheet) };
    session.deliver(&text, arguments.out.as_deref())
}

/// `starter=CODE`, or `team/edition=pro,region=eu=CODE`.
fn sku_code(text: &str) -> Result<(Key, SkuKey, String), String> {
    let form = || "write starter=CODE, or team/edition=pro=CODE".to_owned();
    let (what, code) = text.rsplit_once('=').ok_or_else(form)?;
    let code = id(code)?;
    let (specification, sku) = what.split_once('/').unwrap_or((what, ""));
    let mut values = BTreeMap::new();
    for part in sku.split(',').filter(|part| !part.is_empty()) {
        let (attribute, value) = part.split_once('=').ok_or_else(form)?;
        values.insert(key(attribute.trim())?, key(value.trim())?);
    }
    Ok((key(specification)?, SkuKey::new(values), code))
}

#[cfg(test)]
mod tests {
    use super::sku_code;

    #[test]
    fn sku_codes_are_read_with_and_without_a_sku() {
        let (key, sku, code) = sku_code("starter=17a0").unwrap();
        assert_eq!((key.as_str(), sku.to_string().as_str(), code.as_str()), ("starter", "", "17a0"));
        let (key, sku, code) = sku_code("team/edition=pro,region=eu=9f").unwrap();
        assert_eq!((key.as_str(), code.as_str()), ("team", "9f"));
        assert_eq!(sku.to_string(), "edition=pro, region=eu");
        assert!(sku_code("starter").is_err() && sku_code("starter=").is_err() && sku_code("T=1").is_err());
    }
}
