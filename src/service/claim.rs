//! Following somebody else's application, so that its verdict is known and nothing is submitted beside it.

use super::adopt::record;
use super::evidence::by;
use super::planning::{Planner, Situation, live};
use super::workspace::{no_product, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::ledger::EventKind;
use crate::model::{Key, Product};
use crate::released::{ApplicationState, ObservedApplication};
use crate::submission::{ApplicationId, Submission, SubmissionId};

/// Follows an application that is in review and that the ledger does not know.
///
/// # Errors
/// When it is ours, a draft, ended or unknown, when it is about another product, or when the product has a submission in
/// review already; when ledger or marketplace cannot be read or written.
pub fn claim(
    request: &Request,
    application: &ApplicationId,
    product: &Key,
    by_name: Option<&str>,
) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let Some(wanted) = planner.definitions.desired.get(product) else {
            return Err(no_product(&plan, product));
        };
        let found = open(planner, situation, application)?;
        let history = situation.records.history(product);
        if let Some(open) = &history.open {
            return Err(refuse(format!("`{product}` has {} in review already", open.submission.id)));
        }
        let released = situation.released.products.get(product);
        let name = wanted.desired.product.display_name();
        let about = match (&found.product_id, released) {
            (Some(id), Some(released)) => *id == released.product_id,
            (None, None) => found.product_name == name,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !about {
            let what = found.product_id.as_ref().map_or_else(
                || format!("a first release of \"{}\"", found.product_name),
                |id| format!("product {id} (\"{}\")", found.product_name),
            );
            let hint = match released {
                Some(released) => format!("`{product}` is product {}", released.product_id),
                None => format!("nothing is bound to `{product}`; `gallerist adopt {product}` comes first"),
            };
            let message = format!("{application} is about {what}, not about `{product}`");
            return Err(ServiceError::Request { message, hints: vec![hint] });
        }
        let delivery = wanted.desired.product.delivery;
        let predicted = released
            .map_or_else(|| Product::new(product.clone(), delivery), |found| found.sold().into_owned());
        let base = released.map(|found| found.revision.clone());
        let (id, attempt) = unused(situation, &|attempt| {
            Submission::identify(&planner.scope, product, base.as_ref(), &[], attempt)
        });
        let submission = Submission {
            id,
            kind: found.kind,
            product: product.clone(),
            product_id: found.product_id.clone(),
            base,
            operations: Vec::new(),
            attempt,
            predicted,
        };
        let by = by(planner.workspace, by_name);
        let since = found.submitted_at;
        let event = EventKind::Claimed { submission, application: application.clone(), since, by };
        record(planner, product, now, &[event], |record| record.history.open.is_none())?;
        let sentence = format!(
            "{application} of `{product}` is followed from now on. What it asks for is not known here: nothing is \
             submitted before it ends, and after that only what somebody confirms."
        );
        Ok(Recorded { sentence, path: None, next: Some(planner.invocation().command("status")) })
    })
}

/// The application with this id, when it is in review and not ours.
fn open<'s>(
    planner: &Planner<'_>,
    situation: &'s Situation,
    application: &ApplicationId,
) -> Result<&'s ObservedApplication, ServiceError> {
    let applications = &situation.observation.applications;
    let Some(found) = applications.iter().find(|found| found.application == *application) else {
        let pending: Vec<&str> = applications
            .iter()
            .filter(|found| found.state == ApplicationState::Pending)
            .map(|found| found.application.0.as_str())
            .collect();
        let hint = match pending.is_empty() {
            _ if planner.invocation().by_hand => format!(
                "nobody can ask the console: only what was recorded here is known. Wait for that application's verdict, \
                 then compare what is on sale (`{}`) before you submit",
                planner.invocation().command("drift --sheet")
            ),
            true => "nothing is in review".to_owned(),
            false => format!("in review are {}", pending.join(", ")),
        };
        let message = format!("the marketplace lists no application {application}");
        return Err(ServiceError::Request { message, hints: vec![hint] });
    };
    let ours = situation.events.iter().any(|event| match &event.kind {
        EventKind::Prepared { submission, .. } => Some(&submission.id) == found.submission.as_ref(),
        EventKind::Accepted { application, .. } | EventKind::Claimed { application, .. } => {
            *application == found.application
        }
        _ => false,
    });
    if ours {
        let hint = "`gallerist submissions list` tells where it stands".to_owned();
        let message = format!("{application} is followed already");
        return Err(ServiceError::Request { message, hints: vec![hint] });
    }
    let ended = match found.state {
        ApplicationState::Pending => return Ok(found),
        ApplicationState::Draft => {
            let hint = "it is submitted or deleted in the console (My Applications > Drafts)".to_owned();
            let message = format!("{application} is a draft: nobody reviews it");
            return Err(ServiceError::Request { message, hints: vec![hint] });
        }
        ApplicationState::Approved => "approved",
        ApplicationState::Rejected(_) => "rejected",
        ApplicationState::Withdrawn => "withdrawn",
    };
    Err(refuse(format!("{application} was {ended}: there is no verdict to wait for")))
}

/// An id that no earlier claim has: two applications may start from the same revision, one after the other.
fn unused(situation: &Situation, name: &dyn Fn(u32) -> SubmissionId) -> (SubmissionId, u32) {
    let used = |id: &SubmissionId| {
        situation.events.iter().any(|event| match &event.kind {
            EventKind::Claimed { submission, .. } => submission.id == *id,
            _ => false,
        })
    };
    let mut attempts = (1_u32..=u32::MAX).map(|attempt| (name(attempt), attempt));
    attempts.find(|(id, _)| !used(id)).unwrap_or_else(|| (name(0), 0))
}
