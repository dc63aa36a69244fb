//! Rejections in the reports of `status` and of runs, read again. What a report lacks, or has besides, is no mistake:
//! it may come from an older or newer version.

use crate::model::Key;
use crate::report;
use crate::submission::SubmissionId;
use crate::wire::{Document, Name, Position, Scope, WireError, from_json_str};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Serialize, Deserialize)]
struct Place {
    path: String,
    position: Option<Position>,
}

impl Place {
    fn text(&self) -> String {
        match &self.position {
            Some(Position { line, column }) => format!("{}:{line}:{column}", self.path),
            None => self.path.clone(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Rejection {
    submission: Option<Name<SubmissionId>>,
    application: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    places: Vec<Place>,
    commit: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Next {
    command: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    product: Name<Key>,
    name: String,
    rejection: Option<Rejection>,
    next: Option<Next>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusReport {
    scope: Scope,
    observed_at: Name<Timestamp>,
    products: Vec<Row>,
}

impl Document for StatusReport {
    const NAME: &'static str = "status-report";
    const FORMAT: u32 = 1;
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    product: Name<Key>,
    name: String,
    submission: Option<Name<SubmissionId>>,
    deed: Value,
    next: Option<Next>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunReport {
    scope: Scope,
    at: Name<Timestamp>,
    entries: Vec<Entry>,
}

impl Document for RunReport {
    const NAME: &'static str = "run-report";
    const FORMAT: u32 = 1;
}

/// Deeds after which nothing of a product is rejected any more.
const CLEARED: [&str; 4] = ["submitted", "approved", "closed-as-moot", "handed-over"];

fn rejected(product: Key, name: String, found: Rejection, next: Option<Next>) -> report::Rejected {
    report::Rejected {
        product,
        name,
        submission: found.submission.map(|id| id.0),
        application: found.application,
        reason: found.reason,
        places: found.places.iter().map(Place::text).collect(),
        commit: found.commit,
        command: next.and_then(|next| next.command),
    }
}

fn of_status(report: StatusReport) -> report::Rejections {
    let observed = report.products.iter().map(|row| row.product.0.clone()).collect();
    let rows = report.products.into_iter();
    let rejected = rows.filter_map(|row| Some(rejected(row.product.0, row.name, row.rejection?, row.next)));
    report::Rejections {
        scope: report.scope.into(),
        at: report.observed_at.0,
        rejected: rejected.collect(),
        observed,
    }
}

fn of_run(report: RunReport) -> Result<report::Rejections, WireError> {
    let (mut all, mut observed) = (Vec::new(), BTreeSet::new());
    for (index, entry) in report.entries.into_iter().enumerate() {
        let Entry { product, name, submission, deed, next } = entry;
        if let Some(found) = deed.get("rejected") {
            let found = Rejection::deserialize(found).map_err(|error| WireError::Form {
                document: RunReport::NAME,
                path: format!("entries[{index}].deed.rejected"),
                reason: error.to_string(),
            })?;
            let submission = found.submission.clone().or(submission);
            all.push(rejected(product.0, name, Rejection { submission, ..found }, next));
        } else if CLEARED.iter().any(|word| deed.as_str() == Some(word) || deed.get(word).is_some()) {
            observed.insert(product.0);
        }
    }
    Ok(report::Rejections { scope: report.scope.into(), at: report.at.0, rejected: all, observed })
}

/// Reads what is rejected from the report of `status`, or else of a run.
///
/// # Errors
/// When it is neither.
pub fn read_rejections(text: &str) -> Result<report::Rejections, WireError> {
    match from_json_str::<RunReport>(text) {
        Ok(report) => of_run(report),
        Err(WireError::OtherDocument { .. }) => from_json_str(text).map(of_status),
        Err(error) => Err(error),
    }
}
