//! `gallerist doctor`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use gallerist::config::address_problem;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, DoctorRequest, View};

/// Look whether everything around the catalog works, and how to mend what does not
///
/// Looks at git, the configuration and definitions, files and folders, the ledger, the marketplace, credentials (never
/// shown), the clock, and the interfaces of SaaS products. Everything is looked at, even when something is broken, and
/// nothing is written or begun. Exits with 1 when something is broken.
///
/// `--huawei` also asks Huawei Cloud for the orders that exist for trying out, signed with the keys of the environment: that
/// proves the keys and the clock before a release.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist doctor
  gallerist doctor --format json
  gallerist doctor --huawei
  gallerist doctor --target eu")]
pub(crate) struct Doctor {
    /// Also ask Huawei Cloud for the orders that exist for trying out, with the keys in the environment
    #[arg(long)]
    huawei: bool,
    /// Ask for them there instead of at the site's own host: https://HOST
    #[arg(long, value_name = "URL", value_parser = host, requires = "huawei")]
    host: Option<String>,
}

/// A host that keys may be used at.
fn host(text: &str) -> Result<String, String> {
    match address_problem(text) {
        Some(problem) => Err(problem.to_owned()),
        None if text.contains(['?', '#']) => Err("write the host alone".to_owned()),
        None => Ok(text.to_owned()),
    }
}

/// Looks at everything.
pub(crate) fn run(arguments: &Doctor, session: &mut Session) -> Result<Outcome, CliError> {
    let asked = DoctorRequest { orders: arguments.huawei, host: arguments.host.clone() };
    let checkup = service::doctor(&session.request, &asked);
    let outcome = if checkup.is_broken() { Outcome::Failed } else { Outcome::Done };
    let text = |session: &Session| render::checkup(&checkup, session.printer.style);
    let short = |session: &Session| render::checkup_short(&checkup, session.printer.style);
    session.report(View::Doctor(&checkup), outcome, text, short)
}
