//! Submissions as the ledger remembers them.

use super::marketplace::Marketplace;
use super::planning::{Planner, Situation, live};
use super::workspace::request as refuse;
use super::{Recorded, Request, ServiceError};
use crate::ledger::{Event, EventKind};
use crate::marketplace::{Observe, Submit};
use crate::model::{Item, Key};
use crate::report::{SubmissionDetail, SubmissionRow, places};
use crate::submission::{Review, SubmissionId, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// A submission's line with what it asked for and what happened to it.
pub(super) struct Story {
    pub(super) row: SubmissionRow,
    pub(super) submission: crate::submission::Submission,
    history: Vec<(jiff::Timestamp, String)>,
}

/// All submissions of the ledger, oldest first.
pub(super) fn stories(events: &[Event]) -> Vec<Story> {
    let mut order: Vec<SubmissionId> = Vec::new();
    let mut stories: BTreeMap<SubmissionId, Story> = BTreeMap::new();
    for event in events {
        if let EventKind::Claimed { submission, application, since, by } = &event.kind {
            if !stories.contains_key(&submission.id) {
                order.push(submission.id.clone());
                let row = SubmissionRow {
                    id: submission.id.clone(),
                    product: event.product.clone(),
                    kind: submission.kind,
                    attempt: submission.attempt,
                    review: Review::Pending,
                    since: *since,
                    application: Some(application.clone()),
                };
                let history = vec![(event.at, format!("claimed by {by} as {application}"))];
                let story = Story { row, submission: submission.clone(), history };
                stories.insert(submission.id.clone(), story);
            }
            continue;
        }
        if let EventKind::Prepared { submission, commit } = &event.kind {
            let row = SubmissionRow {
                id: submission.id.clone(),
                product: event.product.clone(),
                kind: submission.kind,
                attempt: submission.attempt,
                review: Review::Prepared,
                since: event.at,
                application: None,
            };
            let known = stories.contains_key(&submission.id);
            let story = stories.entry(submission.id.clone()).or_insert_with(|| {
                order.push(submission.id.clone());
                Story { row, submission: submission.clone(), history: Vec::new() }
            });
            let short = commit.as_deref().map(|commit| commit.chars().take(10).collect::<String>());
            let from = short.map_or_else(String::new, |commit| format!(" from commit {commit}"));
            story
                .history
                .push((event.at, format!("{}{from}", if known { "prepared again" } else { "prepared" })));
            if matches!(story.row.review, Review::Prepared | Review::Refused(_)) {
                (story.row.review, story.row.since) = (Review::Prepared, event.at);
            }
            continue;
        }
        if let Some((id, review, text)) = told(&event.kind)
            && let Some(story) = stories.get_mut(id)
        {
            story.history.push((event.at, text));
            // What ended stays ended; a later word changes nothing but an unknown reason.
            let is_reason = matches!(
                (&story.row.review, &review),
                (
                    Review::Ended(Verdict::Rejected { reason: None }),
                    Review::Ended(Verdict::Rejected { reason: Some(_) })
                )
            );
            if is_reason {
                story.row.review = review;
            } else if follows(&story.row.review, &review) {
                story.row.review = review;
                story.row.since = event.at;
            }
            if let EventKind::Accepted { application, .. } = &event.kind {
                story.row.application = Some(application.clone());
            }
        }
    }
    order.iter().filter_map(|id| stories.remove(id)).collect()
}

/// The same as they stand when the marketplace was asked, too: what it does not know any more is in nobody's review.
pub(super) fn stories_now(situation: &Situation) -> Vec<Story> {
    let open = situation.records.products.values().filter_map(|record| record.history.open.as_ref());
    let missing: BTreeSet<&SubmissionId> =
        open.filter(|open| open.is_missing()).map(|open| &open.submission.id).collect();
    let mut stories = stories(&situation.events);
    for story in stories.iter_mut().filter(|story| missing.contains(&story.row.id)) {
        story.row.review = Review::Unknown;
    }
    stories
}

/// Whether a word about a submission counts after what is known of it, as it does for runs: what arrived is not taken back by
/// a run that was held up and says late that nothing was sent.
fn follows(known: &Review, word: &Review) -> bool {
    match known {
        Review::Ended(_) => false,
        Review::Pending => matches!(word, Review::Ended(_)),
        Review::HandedOver => *word != Review::Unknown,
        Review::Prepared | Review::Refused(_) | Review::Unknown => true,
    }
}

/// What an event says of a submission.
fn told(kind: &EventKind) -> Option<(&SubmissionId, Review, String)> {
    Some(match kind {
        EventKind::Accepted { submission, application } => {
            (submission, Review::Pending, format!("taken for review as {application}"))
        }
        EventKind::HandedOver { submission, sheet } => {
            let sheet = sheet.get(..12).unwrap_or(sheet);
            (submission, Review::HandedOver, format!("handed over on sheet {sheet}"))
        }
        EventKind::Refused { submission, refusal, .. } => {
            (submission, Review::Refused(refusal.clone()), format!("refused at the door: {}", refusal.text))
        }
        EventKind::NotSent { submission, reason, .. } => {
            (submission, Review::Prepared, format!("not sent: {reason}"))
        }
        EventKind::Unknown { submission, reason } => {
            (submission, Review::Unknown, format!("unknown: {reason}"))
        }
        EventKind::Ended { submission, verdict } => {
            let text = match verdict {
                Verdict::Approved => "approved".to_owned(),
                Verdict::Rejected { reason: Some(reason) } => format!("rejected: {reason}"),
                Verdict::Rejected { reason: None } => "rejected; the reason is unknown".to_owned(),
                Verdict::Withdrawn => "withdrawn".to_owned(),
                Verdict::Discarded => "discarded".to_owned(),
            };
            (submission, Review::Ended(verdict.clone()), text)
        }
        EventKind::ClosedAsMoot { submission } => {
            let review = Review::Ended(Verdict::Rejected { reason: None });
            (submission, review, "closed: it no longer matters".to_owned())
        }
        EventKind::Prepared { .. }
        | EventKind::Bound { .. }
        | EventKind::Applied { .. }
        | EventKind::Vouched { .. }
        | EventKind::Retried { .. }
        | EventKind::Adopted { .. }
        | EventKind::Claimed { .. }
        | EventKind::Paused { .. }
        | EventKind::Resumed { .. }
        | EventKind::Ignored { .. }
        | EventKind::Preflighted { .. }
        | EventKind::Notified { .. } => return None,
    })
}

/// The same, under the keys that products have now.
pub(super) fn read(planner: &Planner<'_>) -> Result<Vec<Story>, ServiceError> {
    let events = planner.workspace.ledger_view(planner.target)?.events(&planner.scope)?;
    Ok(stories(&planner.of_today(events)?))
}

/// All submissions, newest first.
///
/// # Errors
/// When the ledger cannot be read.
pub fn submissions(request: &Request) -> Result<Vec<SubmissionRow>, ServiceError> {
    live(request, |_, situation, _, _| {
        // A verdict that the next run will record is shown already.
        Ok(stories_now(situation).into_iter().rev().map(|story| story.row).collect())
    })
}

/// The story whose id is this or begins so.
pub(super) fn pick(stories: Vec<Story>, id: &SubmissionId) -> Result<Story, ServiceError> {
    let mut found: Vec<Story> =
        stories.into_iter().filter(|story| story.row.id.0.starts_with(&id.0)).collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(ServiceError::Request {
            message: format!("there is no submission `{id}`"),
            hints: vec!["`gallerist submissions list` shows all of them".to_owned()],
        }),
        _ => Err(refuse(format!("`{id}` begins several submissions' ids; write more of it"))),
    }
}

/// The commit a submission was computed from, the last time it was prepared.
pub(super) fn commit(events: &[Event], id: &SubmissionId) -> Option<String> {
    events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Prepared { submission, commit } if submission.id == *id => Some(commit.clone()),
        _ => None,
    })?
}

/// One submission; the beginning of its id is enough when only one begins so.
///
/// # Errors
/// When the ledger cannot be read, or the id is unknown or ambiguous.
pub fn submission(request: &Request, id: &SubmissionId) -> Result<SubmissionDetail, ServiceError> {
    live(request, |planner, situation, plan, _| {
        let Story { row, submission, history } = pick(stories_now(situation), id)?;
        let reason = match &row.review {
            Review::Ended(Verdict::Rejected { reason }) => reason.as_deref(),
            _ => None,
        };
        let locate = |item: &Item, excerpt: Option<&str>| planner.locate(&row.product, item, excerpt);
        let is_there = plan.products.iter().any(|product| product.key == row.product);
        let places = if is_there { places(reason, &submission, &locate) } else { Vec::new() };
        let commit = commit(&situation.events, &row.id);
        let currency = planner.target.currency.clone();
        Ok(SubmissionDetail { row, submission, commit, currency, history, places })
    })
}

/// Takes a pending submission back.
///
/// # Errors
/// When it is not pending, cannot be withdrawn at this site, or the marketplace cannot be reached.
pub fn withdraw(request: &Request, id: &SubmissionId) -> Result<Recorded, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    let mut driver = Marketplace::open(&planner, request.now)?;
    let now = driver.now()?;
    let story = pick(read(&planner)?, id)?;
    let (product, submission): (Key, SubmissionId) = (story.row.product, story.row.id);
    if let Review::Ended(_) | Review::Refused(_) = story.row.review {
        let hints = vec![format!(
            "`{}` tells how it ended",
            planner.invocation().command(&format!("submissions show {submission}"))
        )];
        let message = format!("{submission} is not under review any more");
        return Err(ServiceError::Request { message, hints });
    }
    if story.submission.is_claimed() {
        let message = format!("{submission} was claimed: whoever made it takes it back in the console");
        return Err(refuse(message));
    }
    let site = &planner.target.profile;
    if !site.withdrawable.contains(&story.submission.predicted.delivery) {
        let hints = vec!["ask the operations manager to reject it".to_owned()];
        let what = story.submission.predicted.delivery;
        let message =
            format!("applications for {what} products cannot be withdrawn at site `{}` (R64)", site.name);
        return Err(ServiceError::Request { message, hints });
    }
    if planner.invocation().by_hand {
        let record =
            |what: &str| planner.invocation().command(&format!("submissions record {submission} {what}"));
        let (message, command) = match story.row.review {
            Review::Pending => ("is withdrawn in the console, under My Applications", record("withdrawn")),
            _ => ("is not known to be submitted: do not enter its change sheet", record("not-entered")),
        };
        let hints = vec![format!("then record it: `{command}`")];
        return Err(ServiceError::Request { message: format!("{submission} {message}"), hints });
    }
    let mut ledger = workspace.ledger(planner.target)?;
    driver.withdraw(&product, &submission)?;
    let verdict = Verdict::Withdrawn;
    ledger.append(
        &planner.scope,
        now,
        &product,
        &EventKind::Ended { submission: submission.clone(), verdict },
    )?;
    let again = planner.invocation().command(&format!("submissions retry {submission}"));
    let sentence = format!(
        "Took {submission} of `{product}` back from the reviewer. The same is not submitted again before the definition \
         changes, or `{again}`."
    );
    Ok(Recorded { sentence, path: None, next: Some(planner.invocation().command("status")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_word_of_a_run_that_was_held_up_changes_nothing() {
        let rejected = || Review::Ended(Verdict::Rejected { reason: None });
        for late in [Review::Prepared, Review::Unknown, Review::HandedOver] {
            assert!(!follows(&Review::Pending, &late), "{late:?}");
            assert!(!follows(&rejected(), &late), "{late:?}");
        }
        assert!(!follows(&Review::HandedOver, &Review::Unknown), "somebody has the sheet");
        assert!(follows(&Review::HandedOver, &Review::Prepared), "it was not entered");
        assert!(follows(&Review::Pending, &rejected()) && follows(&Review::Unknown, &Review::Pending));
    }
}
