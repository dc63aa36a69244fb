//! What the marketplace's word about a submission of ours means for the ledger.

use crate::ledger::{Event, EventKind, Record, Records};
use crate::marketplace::{Capabilities, ReviewReport};
use crate::model::Key;
use crate::plan::{OpenSubmission, without_ignored};
use crate::released::{ApplicationState, Coverage, Observation, ProductBinding, resolve_one};
use crate::submission::{ApplicationId, Review, Submission, SubmissionId, Verdict};
use std::collections::BTreeMap;

/// What the marketplace's word means for the ledger, without writing it: for whoever only looks.
#[must_use]
pub fn news(records: &Records, reports: &[ReviewReport]) -> Vec<(Key, EventKind)> {
    let open = records.products.iter().filter_map(|(key, record)| Some((key, record.history.open.as_ref()?)));
    let reports = by_submission(reports);
    let told = open.flat_map(|(key, open)| {
        let report = reports.get(&open.submission.id).copied();
        learned(records, key, open, report, false, true, None).into_iter().map(|kind| (key.clone(), kind))
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

/// What can be believed of the ids that an approval brings: a product has one ID and shares it with no other, a
/// specification is one that we asked for, and an id is not empty. `None` binds nothing; the product then waits for a
/// person who looks.
fn bindable(
    records: &Records,
    key: &Key,
    submission: &Submission,
    told: &ProductBinding,
) -> Option<ProductBinding> {
    let mut others = records.products.iter().filter(|(other, _)| *other != key);
    let of = |record: &Record| record.binding.as_ref().map(|known| known.product_id.clone());
    let known = records.products.get(key).and_then(of);
    let is_sound = !told.product_id.is_empty()
        && known.is_none_or(|known| known == told.product_id)
        && others.all(|(_, other)| of(other).as_ref() != Some(&told.product_id));
    let mut binding = told.clone();
    binding.specifications.retain(|key, _| submission.predicted.specifications.contains_key(key));
    for specification in binding.specifications.values_mut() {
        specification.skus.retain(|_, sku| !sku.sku_code.is_empty());
    }
    is_sound.then_some(binding)
}

/// Submissions of ours that the marketplace lists and the ledger gave up: a run that slept said that nothing was sent
/// after another one had sent it, or the request arrived late. They are asked about again.
pub(super) fn strays(
    records: &Records,
    ledger: &[Event],
    observation: &Observation,
) -> Vec<(Key, EventKind)> {
    let listed = observation.applications.iter();
    let listed = listed.filter_map(|found| Some((found.submission.as_ref()?, &found.application)));
    let mut listed: BTreeMap<&SubmissionId, &ApplicationId> = listed.collect();
    let open = records.products.values().filter_map(|record| record.history.open.as_ref());
    for open in open {
        listed.remove(&open.submission.id);
    }
    let mut intended = BTreeMap::new();
    for event in ledger {
        match &event.kind {
            EventKind::Prepared { submission, commit: _ } if listed.contains_key(&submission.id) => {
                intended.insert(&submission.id, &event.product);
            }
            // What is known to have arrived is never given up.
            EventKind::Accepted { submission, .. } | EventKind::Ended { submission, .. } => {
                listed.remove(submission);
            }
            _ => {}
        }
    }
    let strays = listed.into_iter().filter_map(|(submission, application)| {
        let product = *intended.get(submission)?;
        let (submission, application) = (submission.clone(), application.clone());
        Some((product.clone(), EventKind::Accepted { submission, application }))
    });
    strays.collect()
}

/// The reports by our ids; should one be told twice, the first counts.
pub(super) fn by_submission(reports: &[ReviewReport]) -> BTreeMap<&SubmissionId, &ReviewReport> {
    reports.iter().rev().map(|report| (&report.submission, report)).collect()
}

/// Marks submissions that the marketplace took and, asked for all that are open, does not know any more. That is nothing
/// to record, for it may know them again; and nothing is concluded from it, least of all that they may be sent again.
pub fn mark_missing(records: &mut Records, reports: &[ReviewReport], capabilities: Capabilities) {
    if !capabilities.knows_submission_ids {
        return;
    }
    let known = by_submission(reports);
    let open = records.products.values_mut().filter_map(|record| record.history.open.as_mut());
    let missing = open.filter(|open| {
        open.review == Review::Pending
            && open.application.is_some()
            && !open.submission.is_claimed()
            && !known.contains_key(&open.submission.id)
    });
    missing.for_each(OpenSubmission::missed);
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
/// `ours_alone`: no other run can be sending it at this moment. `knows_ids`: the marketplace would know it. `intents`: how often
/// somebody meant to send it; `None` where that does not matter.
pub(super) fn learned(
    records: &Records,
    key: &Key,
    open: &OpenSubmission,
    report: Option<&ReviewReport>,
    ours_alone: bool,
    knows_ids: bool,
    intents: Option<u32>,
) -> Vec<EventKind> {
    let id = || open.submission.id.clone();
    let Some(report) = report else {
        return match open.review {
            _ if !ours_alone => Vec::new(),
            Review::Prepared | Review::Unknown if knows_ids => {
                let reason = "the marketplace does not know it".to_owned();
                vec![EventKind::NotSent { submission: id(), reason, intents }]
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
            let told = report.binding.as_ref();
            let binding = told.and_then(|told| bindable(records, key, &open.submission, told));
            events.extend(binding.map(|binding| EventKind::Bound { binding }));
            events.push(EventKind::Ended { submission: id(), verdict: verdict.clone() });
        }
        Review::Refused(refusal) if is_doubtful(open) => {
            let refusal = refusal.clone();
            events.push(EventKind::Refused { submission: id(), refusal, intents });
        }
        Review::Refused(_) | Review::HandedOver | Review::Pending | Review::Prepared | Review::Unknown => {}
    }
    events
}
