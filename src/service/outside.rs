//! Findings for other programs and for pages: what one run found, in the form that each of them reads.

use super::workspace::request as refuse;
use super::{Checked, Fixed, Planned, Preflighted, ServiceError, View};
use crate::render::{self, Bounds};
use crate::report::{Outside, PlacedFinding, Proposal, Subject};
use crate::wire;
use camino::Utf8Path;
use serde::Serialize;

/// What GitHub takes as the summary of a step.
const PAGE_BYTES_MAX: usize = 1 << 20;

/// A form that findings take outside of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page for pull requests and summaries of jobs.
    Markdown,
    /// One file for a browser.
    Html,
    /// SARIF, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
}

/// What a check or a plan found, in a form for others. Paths are from the root of the catalog's git repository; from
/// the catalog's folder where there is none.
///
/// # Errors
/// When what was found has no such form.
pub fn outside(view: View<'_>, form: Form) -> Result<String, ServiceError> {
    match view {
        View::Check(checked) | View::Fix(Fixed { checked, .. }) => check(checked, form),
        View::Plan(planned) => plan(planned, form),
        View::Preflight(preflighted) => preflight(preflighted, form),
        _ => Err(refuse("this has no form for other programs but JSON".to_owned())),
    }
}

fn check(checked: &Checked, form: Form) -> Result<String, ServiceError> {
    let findings = PlacedFinding::of_diagnostics(&checked.diagnostics);
    let outside = Outside {
        title: "gallerist check".to_owned(),
        prefix: checked.prefix.clone(),
        subjects: checked.subjects.clone(),
    };
    match form {
        Form::Markdown => {
            let bounds = bounds("`gallerist check` shows everything.");
            Ok(render::findings_markdown(&findings, &outside, &bounds))
        }
        Form::Html => Err(refuse("what a check found has no HTML form".to_owned())),
        Form::Sarif | Form::Github | Form::Gitlab | Form::Junit => of_findings(&findings, &outside, form),
    }
}

fn plan(planned: &Planned, form: Form) -> Result<String, ServiceError> {
    let proposal = planned.proposal();
    match form {
        Form::Markdown => Ok(render::plan_markdown(&proposal, &bounds("`gallerist plan` shows everything."))),
        Form::Html => Ok(render::plan_html(&proposal)),
        Form::Sarif | Form::Github | Form::Gitlab | Form::Junit => {
            let findings: Vec<PlacedFinding> = proposal.all_findings().collect();
            let products = proposal.plan.products.iter();
            let subjects = products
                .map(|product| Subject { product: Some(product.key.clone()), path: product.path.clone() });
            let outside = Outside {
                title: "gallerist plan".to_owned(),
                prefix: planned.prefix.clone(),
                subjects: subjects.collect(),
            };
            of_findings(&findings, &outside, form)
        }
    }
}

fn preflight(preflighted: &Preflighted, form: Form) -> Result<String, ServiceError> {
    let Preflighted { report, prefix } = preflighted;
    let subjects = report.products.iter().map(|product| Subject {
        product: Some(product.product.clone()),
        path: product.place.as_ref().map(|place| place.path.clone()),
    });
    let outside = Outside {
        title: "gallerist preflight".to_owned(),
        prefix: prefix.clone(),
        subjects: subjects.collect(),
    };
    match form {
        Form::Markdown => Ok(render::preflight_markdown(report)),
        Form::Html => Err(refuse("a preflight has no HTML form".to_owned())),
        Form::Sarif | Form::Github | Form::Gitlab | Form::Junit => {
            of_findings(&report.findings(), &outside, form)
        }
    }
}

fn of_findings(findings: &[PlacedFinding], outside: &Outside, form: Form) -> Result<String, ServiceError> {
    match form {
        Form::Sarif => json(&render::sarif(findings, outside)),
        Form::Github => Ok(render::github(findings, outside)),
        Form::Gitlab => json(&render::code_quality(findings, outside)),
        Form::Junit => Ok(render::junit(findings, outside)),
        Form::Markdown | Form::Html => Err(refuse("findings alone are no page".to_owned())),
    }
}

fn bounds(rest: &str) -> Bounds {
    Bounds { bytes_max: PAGE_BYTES_MAX, rest: Some(rest.to_owned()) }
}

fn json(form: &impl Serialize) -> Result<String, ServiceError> {
    let text = serde_json::to_string(form).map_err(|error| refuse(error.to_string()))?;
    Ok(text + "\n")
}

/// Reads the report of a plan, as `gallerist plan --format json` wrote it.
///
/// # Errors
/// When the file cannot be read, or is no such report.
pub fn read_proposal(path: &Utf8Path) -> Result<Proposal, ServiceError> {
    let text = super::read(path)?;
    wire::report::read_planned(&text).map_err(|error| ServiceError::Request {
        message: format!("{path}: {error}"),
        hints: vec![format!("`gallerist plan --output json={path}` writes one")],
    })
}
