//! `gallerist rules`

use crate::cli::error::CliError;
use crate::cli::session::Session;
use clap::Args;
use clap::builder::PossibleValuesParser;
use gallerist::diagnostic::Severity;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::rules::{self, Basis, Check, Filter, Selection};
use gallerist::service::View;
use gallerist::site::SiteProfile;

const SEVERITIES: &[Severity] = &[Severity::Error, Severity::Warning, Severity::Note];

/// List rules
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist rules
  gallerist rules --family content --level error
  gallerist rules --site cn --kind verify
  gallerist rules --format short        names only
  gallerist rules --pages > rules.md    every rule in full
  gallerist explain R25                 one of them in full")]
pub(crate) struct Rules {
    /// Only this family
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(rules::families()))]
    family: Option<String>,
    /// Only those whose findings matter this much by default
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(SEVERITIES.iter().map(|level| level.word())))]
    level: Option<String>,
    /// Only those founded this way
    #[arg(long, value_name = "BASIS", value_parser = PossibleValuesParser::new(Basis::ALL.iter().map(|basis| basis.name())))]
    basis: Option<String>,
    /// Only those enforced this way
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Check::WORDS))]
    kind: Option<String>,
    /// Only those that hold on this site
    #[arg(long, value_name = "SITE", value_parser = PossibleValuesParser::new(SiteProfile::NAMES))]
    site: Option<String>,
    /// Print them in full, as one Markdown page
    #[arg(long)]
    pages: bool,
}

/// Shows the table.
pub(crate) fn run(arguments: &Rules, session: &mut Session) -> Result<Outcome, CliError> {
    let Rules { family, level, basis, kind, site, pages } = arguments;
    let filter = Filter {
        family: family.clone(),
        level: level.as_ref().and_then(|word| SEVERITIES.iter().copied().find(|level| level.word() == word)),
        basis: basis.as_ref().and_then(|word| Basis::ALL.iter().copied().find(|basis| basis.name() == word)),
        kind: kind.clone(),
        site: site.clone(),
    };
    let found = match filter == Filter::default() && *pages {
        true => Selection::whole(),
        false => Selection::filtered(&filter),
    };
    if *pages {
        session.printer.result(&render::rule_book(&found))?;
        return Ok(Outcome::Done);
    }
    let text = |session: &Session| match found.rules.as_slice() {
        [] => "No rule is like that.\n".to_owned(),
        rules => render::rule_table(rules, session.printer.style),
    };
    let short = |_: &Session| found.rules.iter().map(|rule| format!("{}\n", rule.doc.id)).collect();
    session.report(View::Rules(&found), Outcome::Done, text, short)
}
