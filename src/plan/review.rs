//! What the review desk means for a plan: open submissions, holds after rejections, refusals, other people's work.

use super::{HeldOperation, History, OpenSubmission};
use crate::diff::value_at;
use crate::model::{Item, Key, Product};
use crate::released::ObservedApplication;
use crate::site::SiteProfile;
use crate::submission::{Operation, OperationId, OperationKind, Review, Revision, SubmissionId};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// Operations of a submission in review that are no longer wanted: desired = released ≠ expected.
pub(super) fn unwanted<'a>(
    open: &'a OpenSubmission,
    wanted: Option<&Product>,
    on_sale: &Product,
    removals: &[Operation],
) -> Vec<&'a Operation> {
    let is_unwanted = |operation: &&Operation| {
        let Some(wanted) = wanted else { return true };
        match (&operation.item, operation.kind) {
            (
                _,
                OperationKind::RetireProduct | OperationKind::RemoveSpecification | OperationKind::RemoveSku,
            ) => !removals.iter().any(|removal| removal.item == operation.item),
            (Item::Product, _) => false,
            (Item::Specification(key), _) => !wanted.specifications.contains_key(key),
            (item, _) => {
                let desired = value_at(wanted, item);
                desired.is_some()
                    && desired == value_at(on_sale, item)
                    && desired.as_ref() != Some(&operation.to)
            }
        }
    };
    open.submission.operations.iter().filter(is_unwanted).collect()
}

/// Operations that stay held: those of a rejected submission all of whose operations are still wanted unchanged. What
/// somebody took back is held only while exactly the same would be asked for again: a run that takes a submission back
/// does so to ask for something else, perhaps for more. Each part is what would be asked for in one submission.
pub(super) fn held<'a>(
    history: &'a History,
    parts: &[BTreeSet<OperationId>],
) -> BTreeMap<OperationId, &'a HeldOperation> {
    let current: BTreeSet<&OperationId> = parts.iter().flatten().collect();
    let mut by_submission: BTreeMap<&SubmissionId, Vec<(&OperationId, &HeldOperation)>> = BTreeMap::new();
    for (id, held) in &history.held {
        by_submission.entry(&held.submission).or_default().push((id, held));
    }
    let unchanged =
        by_submission.into_values().filter(|group| group.iter().all(|(id, _)| current.contains(*id)));
    let unchanged = unchanged.filter(|group| {
        let whole = || {
            parts
                .iter()
                .any(|part| part.len() == group.len() && group.iter().all(|(id, _)| part.contains(*id)))
        };
        group.iter().all(|(_, held)| !held.taken_back) || whole()
    });
    unchanged.flatten().map(|(id, held)| (id.clone(), held)).collect()
}

/// What the last refusal at the door means for a submission with these operations.
pub(super) enum Retry {
    /// Nothing stands in the way.
    Now,
    /// What stood in the way passes: tried again from then on.
    Later(Timestamp),
    /// The same content would be refused again.
    Never(String),
}

/// Refusals that pass are retried after 15 minutes, then twice as long each time up to a day.
pub(super) fn retry(
    history: &History,
    operations: &BTreeSet<OperationId>,
    base: Option<&Revision>,
    now: Timestamp,
) -> Retry {
    let Some(last) = history.refused.as_ref().filter(|last| last.is_about(operations, base)) else {
        return Retry::Now;
    };
    if !last.refusal.passes() {
        return Retry::Never(last.refusal.text.clone());
    }
    let doublings = last.times.saturating_sub(1).min(7);
    let minutes = (15_i64 << doublings).min(24 * 60);
    match last.at.checked_add(SignedDuration::from_mins(minutes)) {
        Ok(next) if now < next => Retry::Later(next),
        Ok(_) | Err(_) => Retry::Now,
    }
}

/// Open applications about a product that are not ours.
pub(super) fn foreign<'a>(
    applications: &[&'a ObservedApplication],
    ours: &BTreeSet<&SubmissionId>,
    history: &History,
) -> Vec<&'a ObservedApplication> {
    let known = history.open.as_ref().and_then(|open| open.application.as_ref());
    let is_ours = |application: &ObservedApplication| {
        Some(&application.application) == known
            || application.submission.as_ref().is_some_and(|submission| ours.contains(submission))
    };
    applications.iter().copied().filter(|found| !is_ours(found)).collect()
}

/// The date a verdict is due by the site's habit (R60): working days are Monday to Friday.
#[must_use]
pub fn expected_by(site: &SiteProfile, since: Timestamp) -> Date {
    let mut date = site.day(since);
    let mut left = site.review_working_days;
    while left > 0 {
        let Ok(next) = date.checked_add(1.day()) else { return date };
        date = next;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    date
}

/// Whether the site lets us take this submission back (R64, R65).
pub(super) fn is_withdrawable(site: &SiteProfile, open: &OpenSubmission) -> bool {
    open.review == Review::Pending
        && !open.submission.is_claimed()
        && site.withdrawable.contains(&open.submission.predicted.delivery)
}

/// The ids of operations of one product at one target.
pub(super) fn ids(target: &Key, product: &Key, operations: &[Operation]) -> BTreeSet<OperationId> {
    operations.iter().map(|operation| operation.id(target, product)).collect()
}
