//! `gallerist preflight`

use crate::cli::arguments::{Format, Outputs, key};
use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::model::Key;
use gallerist::render::{self, Style};
use gallerist::report::{Outcome, PreflightStanding};
use gallerist::service::{self, PreflightRequest, View};

/// Call the interfaces of SaaS products as the marketplace will
///
/// On every submission, and twice a day for what is on sale, KooGallery replays the saved debug cases of a SaaS product
/// against the seller's production address. This does the same from `cases.yaml` beside product.yaml: every case twice,
/// and calls that a careful service refuses. The access key stands in GALLERIST_INTERFACE_KEY, or in a variable with the
/// product behind it (GALLERIST_INTERFACE_KEY_ACME_CRM), and is never shown.
#[derive(Debug, Args)]
#[command(after_help = "\
Without --allow-production-calls only what changes nothing is called, which
proves nothing. In a job of a pull or merge request nobody is called.

Examples:
  gallerist preflight
  gallerist preflight acme-crm --allow-production-calls
  gallerist preflight --allow-production-calls --output markdown=page.md
  gallerist preflight acme-crm --no-record --format json")]
pub(crate) struct Preflight {
    /// Call the interfaces of these products only; left out, of all SaaS products with a `cases.yaml`
    #[arg(value_name = "PRODUCT", value_parser = key)]
    products: Vec<Key>,
    /// Also make the calls that write on the seller's system: instances are made, changed and released, with testFlag 1
    #[arg(long)]
    allow_production_calls: bool,
    /// Also call machines that only this network knows
    #[arg(long)]
    allow_private_addresses: bool,
    /// Write what came of it into the ledger also where nothing was called that writes, or only machines of this network
    #[arg(long, conflicts_with = "no_record")]
    record: bool,
    /// Do not write it into the ledger
    #[arg(long)]
    no_record: bool,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
}

/// What a preflight can be written as.
pub(crate) const FORMATS: &[Format] = &[
    Format::Text,
    Format::Short,
    Format::Json,
    Format::Markdown,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
];

/// Variables that say that a job was begun by a change that nobody merged, with how their values begin.
const PROPOSED: &[(&str, &str)] = &[
    ("GITHUB_EVENT_NAME", "pull_request"),
    ("GITHUB_EVENT_NAME", "merge_group"),
    ("CI_MERGE_REQUEST_IID", ""),
    ("CI_EXTERNAL_PULL_REQUEST_IID", ""),
    ("CI_PIPELINE_SOURCE", "merge_request"),
    ("CI_PIPELINE_SOURCE", "external_pull_request"),
    ("BITBUCKET_PR_ID", ""),
    ("SYSTEM_PULLREQUEST_PULLREQUESTID", ""),
    ("CHANGE_ID", ""),
    ("CIRCLE_PULL_REQUEST", ""),
];

/// Calls and shows.
pub(crate) fn run(arguments: &Preflight, session: &mut Session) -> Result<Outcome, CliError> {
    let Preflight { products, allow_production_calls, allow_private_addresses, record, no_record, outputs } =
        arguments;
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let proposed =
        PROPOSED.iter().find(|(name, begin)| variable(name).is_some_and(|value| value.starts_with(begin)));
    if let Some((name, _)) = proposed {
        let error = CliError::usage(format!(
            "this job was begun by a change that nobody merged ({name}): it calls no interfaces, and signs nothing for their addresses"
        ));
        return Err(error.hint("run it on the branch that is applied, as in a nightly job"));
    }
    let wanted = PreflightRequest {
        products: products.clone(),
        may_write: *allow_production_calls,
        may_call_private: *allow_private_addresses,
        records: (*record || *no_record).then_some(*record),
    };
    let preflighted = service::preflight(&session.request, &wanted, &variable)?;
    let report = &preflighted.report;
    let outcome = report.outcome();
    let text = |style: Style| render::preflight(report, style);
    let short = |style: Style| render::preflight_short(report, style);
    let outcome = session.report_to(&outputs.list, View::Preflight(&preflighted), outcome, text, short)?;
    let is_unproved = report.products.iter().any(|found| found.standing == PreflightStanding::Unproved);
    if is_unproved && !allow_production_calls {
        session.printer.remark("Not every call was made, so nothing is proved.");
        let private = if *allow_private_addresses { " --allow-private-addresses" } else { "" };
        session.printer.next(&session.command(&format!("preflight --allow-production-calls{private}")));
    }
    Ok(outcome)
}
