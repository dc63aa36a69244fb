//! The reports of all commands as versioned JSON documents, and the schemas of all documents.

use super::{Checked, Fixed, Formatted, Planned, Ran, Recorded, ServiceError, View};
use crate::report::Outcome;
use crate::wire::report::{self, Content, Report};
use crate::{definition, wire};

/// The JSON document of a report, with the outcome and exit code of the command in it.
///
/// # Errors
/// When there is no JSON form for it; every report has one.
pub fn json(view: View<'_>, outcome: Outcome, exit_code: u8) -> Result<String, ServiceError> {
    let ending = Ending { outcome, exit_code };
    match view {
        View::Check(Checked { products, diagnostics, .. }) => {
            ending.of(report::Checked::of(*products, diagnostics))
        }
        View::Fix(Fixed { applied, checked: Checked { products, diagnostics, .. } }) => {
            let fixed = applied.iter().map(|fix| report::AppliedFix {
                path: fix.path.to_string(),
                position: fix.position.into(),
                rule: fix.rule.to_owned(),
                title: fix.title.clone(),
            });
            ending.of(report::Checked::of(*products, diagnostics).after(fixed.collect()))
        }
        View::Format(Formatted { files, rewritten, only_looked, diagnostics }) => {
            ending.of(report::Formatted {
                files: *files,
                rewritten: rewritten.iter().map(|file| file.path.to_string()).collect(),
                only_looked: *only_looked,
                diagnostics: diagnostics.into(),
            })
        }
        View::Plan(Planned { plan, diagnostics, invocation, compared, observed, .. }) => {
            let planned = report::Planned::of(plan, diagnostics, compared.as_ref(), invocation);
            ending.of(planned.observed(observed.as_ref()))
        }
        View::Run(Ran { account, diagnostics, .. }) => ending.of(report::Ran::of(account, diagnostics)),
        View::Status(status) => ending.of(report::Status::from(status)),
        View::Submissions(rows) => ending.of(report::Submissions::from(rows)),
        View::Submission(detail) => ending.of(report::SubmissionDetail::from(detail)),
        View::Ledger(log) => ending.of(report::LedgerLog::from(log)),
        View::LedgerAudit(audit) => ending.of(report::LedgerAudit::from(audit)),
        View::Pending(reviews) => ending.of(report::Pending::from(reviews)),
        View::Recorded(Recorded { sentence, path, next }) => ending.of(report::Recorded {
            sentence: sentence.clone(),
            path: path.as_ref().map(ToString::to_string),
            next: next.clone(),
        }),
        View::Imported(imported) => ending.of(report::Imported::from(imported)),
        View::Adoption(adoption) => ending.of(report::Adoption::from(adoption)),
        View::Preflight(preflighted) => ending.of(report::Preflight::from(&preflighted.report)),
        View::Doctor(checkup) => ending.of(report::Checkup::from(checkup)),
        View::Rules(rules) => ending.of(report::Rules::from(rules)),
    }
}

/// How the command ended.
struct Ending {
    outcome: Outcome,
    exit_code: u8,
}

impl Ending {
    fn of<C: Content>(&self, content: C) -> Result<String, ServiceError> {
        let document = Report::new(self.outcome, self.exit_code, content);
        wire::to_json_string(&document)
            .map_err(|error| ServiceError::Request { message: error.to_string(), hints: Vec::new() })
    }
}

/// Names of all documents, read and written, with the text of their JSON Schemas, in the order of their names.
#[must_use]
pub fn schemas() -> Vec<(String, String)> {
    let definitions = definition::schemas().into_iter().map(|(file, text)| {
        let name = file.strip_suffix(".schema.json").unwrap_or(&file).to_owned();
        (name, text)
    });
    let documents = wire::schemas().into_iter().map(|(name, text)| (name.to_owned(), text));
    let mut all: Vec<_> = definitions.chain(documents).collect();
    all.sort();
    all
}

/// The name of the gateway protocol among the schemas, and its OpenAPI document.
#[must_use]
pub fn gateway_document() -> (&'static str, String) {
    (wire::GATEWAY, wire::gateway_openapi())
}
