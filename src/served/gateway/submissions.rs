//! Handing submissions over, taking them back, asking about them; fences.

use super::answer::{Answered, json, nothing, problem, storage};
use super::{Call, IDS_PER_QUESTION};
use crate::model::{Key, Product, Specification, Value};
use crate::sandbox::{Answer, Application, Report, Request};
use crate::submission::{Fence, Submission, SubmissionId};
use crate::wire::gateway::{
    FenceBar, Problem, ProblemKind, ReviewState, ReviewsAnswer, ReviewsQuestion, SubmissionOffer,
    SubmissionTaken,
};
use crate::wire::{Name, Set};
use axum::http::StatusCode;
use std::collections::BTreeSet;

/// The sandbox answered another question: a mistake of ours.
fn unexpected() -> Box<Problem> {
    problem(ProblemKind::Failed, "the sandbox gave an answer to another question")
}

fn late() -> Box<Problem> {
    problem(ProblemKind::FenceLate, "somebody else holds the product under a later fence")
}

/// Hands a submission over.
pub(super) fn submit(call: &Call<'_>) -> Answered {
    let offer: SubmissionOffer = call.form()?;
    let id: SubmissionId = call.named()?;
    if offer.submission.id.0 != id {
        let detail = "`submission.id` is not the id in the address";
        return Err(problem(ProblemKind::Malformed, detail));
    }
    let submission = Submission::from(offer.submission);
    let taken = |known: Option<&Application>| known.map(|known| known.is_made_by(&submission));
    let known = call.seller.look(|state| taken(state.by_submission(&id))).map_err(|error| storage(&error))?;
    if known.is_none() {
        uploaded(call, &submission)?;
    }
    let request = Request::Submit {
        submission: Box::new(submission.clone()),
        references: offer.references.into_core(|code| code),
        fence: offer.fence.map(|fence| Fence(fence.0)),
    };
    match call.seller.ask(&request, call.now).map_err(|error| storage(&error))? {
        Answer::Accepted(application) => {
            let status = if known.is_some() { StatusCode::OK } else { StatusCode::CREATED };
            json(status, &SubmissionTaken { application: Name(application) })
        }
        Answer::Late => Err(late()),
        Answer::Refused(refusal) => {
            let known = call.seller.look(|state| taken(state.by_submission(&id)));
            if known.map_err(|error| storage(&error))? == Some(false) {
                let detail = format!("the id {id} was used for a submission with other content");
                return Err(problem(ProblemKind::SubmissionIdTaken, detail));
            }
            let mut problem = problem(ProblemKind::Refused, refusal.text.clone());
            problem.rules = refusal.rules.clone();
            problem.refusal = Some((&refusal).into());
            Err(problem)
        }
        _ => Err(unexpected()),
    }
}

/// Whether all files are here that a submission brings.
fn uploaded(call: &Call<'_>, submission: &Submission) -> Result<(), Box<Problem>> {
    let missing = brought(submission).into_iter().filter(|digest| call.seller.asset(digest).is_none());
    let missing: Vec<String> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    let detail = "upload these files first: `PUT /v1/assets/{digest}`";
    let mut problem = problem(ProblemKind::AssetsMissing, detail);
    problem.missing_assets = missing;
    Err(problem)
}

/// Digests of the files that a submission brings.
fn brought(submission: &Submission) -> BTreeSet<String> {
    let mut digests = BTreeSet::new();
    submission.operations.iter().filter_map(|operation| operation.to.as_ref()).for_each(|value| {
        gather(value, &mut digests);
    });
    digests
}

fn gather(value: &Value, digests: &mut BTreeSet<String>) {
    match value {
        Value::Asset(asset) => {
            digests.insert(asset.digest.clone());
        }
        Value::Assets(assets) => digests.extend(assets.iter().map(|asset| asset.digest.clone())),
        Value::Specification(specification) => gather_specification(specification, digests),
        Value::Product(product) => gather_product(product, digests),
        Value::Text(_)
        | Value::Flag(_)
        | Value::Integer(_)
        | Value::Texts(_)
        | Value::Entries(_)
        | Value::Delivery(_)
        | Value::Template(_)
        | Value::Price(_)
        | Value::Prices(_)
        | Value::Attribute(_)
        | Value::Quantity(_)
        | Value::Factor(_)
        | Value::Package(_)
        | Value::UpgradeRule(_) => {}
    }
}

fn gather_product(product: &Product, digests: &mut BTreeSet<String>) {
    product.fields.iter().filter_map(|(_, value)| value.as_ref()).for_each(|value| gather(value, digests));
    product.specifications.values().for_each(|specification| gather_specification(specification, digests));
}

fn gather_specification(specification: &Specification, digests: &mut BTreeSet<String>) {
    let values = specification.fields.iter().filter_map(|(_, value)| value.as_ref());
    values.for_each(|value| gather(value, digests));
}

/// Takes a submission back.
pub(super) fn withdraw(call: &Call<'_>) -> Answered {
    let id: SubmissionId = call.named()?;
    let is_known = call.seller.look(|state| state.by_submission(&id).is_some());
    if !is_known.map_err(|error| storage(&error))? {
        return Err(problem(ProblemKind::NotFound, format!("there is no submission {id}")));
    }
    match call.seller.ask(&Request::Withdraw(id), call.now).map_err(|error| storage(&error))? {
        Answer::Done => Ok(nothing(StatusCode::NO_CONTENT)),
        Answer::Refused(refusal) => {
            let mut problem = problem(ProblemKind::NotWithdrawable, refusal.text);
            problem.rules = refusal.rules;
            Err(problem)
        }
        _ => Err(unexpected()),
    }
}

/// Says where submissions stand.
pub(super) fn reviews(call: &Call<'_>) -> Answered {
    let ReviewsQuestion { submissions: Set(ids) } = call.form()?;
    if ids.len() > IDS_PER_QUESTION as usize {
        let detail = format!("`submissions`: one question names at most {IDS_PER_QUESTION}");
        return Err(problem(ProblemKind::Malformed, detail));
    }
    let ids: Vec<SubmissionId> = ids.into_iter().map(|id| id.0).collect();
    let reports = call.seller.look(|state| state.reviews(&ids)).map_err(|error| storage(&error))?;
    let reviews = reports.into_iter().map(|report| {
        let Report { submission, application, review, at, binding } = report;
        ReviewState {
            submission: Name(submission),
            application: Name(application),
            review: (&review).into(),
            at: Name(at),
            binding: binding.as_ref().map(Into::into),
        }
    });
    json(StatusCode::OK, &ReviewsAnswer { reviews: reviews.collect() })
}

/// Takes nothing about a product any more under an earlier fence.
pub(super) fn bar(call: &Call<'_>) -> Answered {
    let FenceBar { fence: Name(fence) } = call.form()?;
    let product: Key = call.named()?;
    let request = Request::Bar { product, fence: Fence(fence) };
    match call.seller.ask(&request, call.now).map_err(|error| storage(&error))? {
        Answer::Done => Ok(nothing(StatusCode::NO_CONTENT)),
        Answer::Late => Err(late()),
        _ => Err(unexpected()),
    }
}
