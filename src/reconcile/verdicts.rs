//! What the marketplace's word about a submission of ours means for the ledger.

use crate::ledger::{EventKind, Records};
use crate::marketplace::ReviewReport;
use crate::model::Key;
use crate::plan::{OpenSubmission, without_ignored};
use crate::released::{ApplicationState, Coverage, Observation, resolve_one};
use crate::submission::{Review, SubmissionId, Verdict};
use std::collections::BTreeMap;

/// What the marketplace's word means for the ledger, without writing it: for whoever only looks.
#[must_use]
pub fn news(records: &Records, reports: &[ReviewReport]) -> Vec<(Key, EventKind)> {
    let open = records.products.iter().filter_map(|(key, record)| Some((key, record.history.open.as_ref()?)));
    let reports = by_submission(reports);
    let told = open.flat_map(|(key, open)| {
        let report = reports.get(&open.submission.id).copied();
        learned(open, report, false, true).into_iter().map(|kind| (key.clone(), kind))
    });
    told.collect()
}

/// What an observation says of applications that were claimed: nobody but the marketplace's own list knows them. What is
/// on sale is written down before the verdict, for nobody looks for it afterwards.
#[must_use]
pub fn claims(records: &Records, observation: &Observation) -> Vec<(Key, EventKind)> {
    let open = records
        .products
        .iter()
        .filter_map(|(key, record)| Some((key, record, record.history.open.as_ref()?)));
    let mut told = Vec::new();
    for (key, record, open) in open.filter(|(_, _, open)| open.submission.is_claimed()) {
        let listed = observation
            .applications
            .iter()
            .find(|found| Some(&found.application) == open.application.as_ref());
        let verdict = match listed.map(|found| &found.state) {
            Some(ApplicationState::Draft | ApplicationState::Pending) => continue,
            Some(ApplicationState::Approved) => Verdict::Approved,
            Some(ApplicationState::Rejected(reason)) => Verdict::Rejected { reason: reason.clone() },
            Some(ApplicationState::Withdrawn) => Verdict::Withdrawn,
            // It ended so long ago that the list has forgotten it, or somebody deleted it.
            None if observation.coverage == Coverage::Whole => Verdict::Discarded,
            None => continue,
        };
        let changed = matches!(verdict, Verdict::Approved | Verdict::Discarded);
        let released = record.binding.as_ref().filter(|_| changed).and_then(|binding| {
            let observed =
                observation.products.iter().find(|found| found.product_id == binding.product_id)?;
            Some(without_ignored(&resolve_one(key, binding, observed).sold(), &record.history))
        });
        told.extend(released.map(|product| (key.clone(), EventKind::Applied { product, commit: None })));
        told.push((key.clone(), EventKind::Ended { submission: open.submission.id.clone(), verdict }));
    }
    told
}

/// The reports by our ids; should one be told twice, the first counts.
pub(super) fn by_submission(reports: &[ReviewReport]) -> BTreeMap<&SubmissionId, &ReviewReport> {
    reports.iter().rev().map(|report| (&report.submission, report)).collect()
}

/// Whether we do not know if a submission reached the marketplace.
pub(super) fn is_doubtful(open: &OpenSubmission) -> bool {
    match open.review {
        Review::Prepared | Review::Unknown => true,
        Review::HandedOver | Review::Pending | Review::Refused(_) | Review::Ended(_) => false,
    }
}

/// What to record about an open submission. Bindings come before the verdict: once that stands in the ledger, nobody
/// asks about the submission again.
///
/// `ours_alone`: no other run can be sending it at this moment. `knows_ids`: the marketplace would know it.
pub(super) fn learned(
    open: &OpenSubmission,
    report: Option<&ReviewReport>,
    ours_alone: bool,
    knows_ids: bool,
) -> Vec<EventKind> {
    let id = || open.submission.id.clone();
    let Some(report) = report else {
        return match open.review {
            _ if !ours_alone => Vec::new(),
            Review::Prepared | Review::Unknown if knows_ids => {
                let reason = "the marketplace does not know it".to_owned();
                vec![EventKind::NotSent { submission: id(), reason }]
            }
            Review::Prepared => {
                let reason = "a run ended between recording and sending it, or after".to_owned();
                vec![EventKind::Unknown { submission: id(), reason }]
            }
            Review::Unknown
            | Review::HandedOver
            | Review::Pending
            | Review::Refused(_)
            | Review::Ended(_) => Vec::new(),
        };
    };
    let mut events = Vec::new();
    let arrived = match report.review {
        Review::HandedOver | Review::Pending | Review::Ended(_) => true,
        Review::Prepared | Review::Unknown | Review::Refused(_) => false,
    };
    if arrived && (is_doubtful(open) || open.application.is_none()) {
        events.push(EventKind::Accepted { submission: id(), application: report.application.clone() });
    }
    match &report.review {
        Review::Ended(verdict) => {
            events.extend(report.binding.clone().map(|binding| EventKind::Bound { binding }));
            events.push(EventKind::Ended { submission: id(), verdict: verdict.clone() });
        }
        Review::Refused(refusal) if is_doubtful(open) => {
            events.push(EventKind::Refused { submission: id(), refusal: refusal.clone() });
        }
        Review::Refused(_) | Review::HandedOver | Review::Pending | Review::Prepared | Review::Unknown => {}
    }
    events
}
