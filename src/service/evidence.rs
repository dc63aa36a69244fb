//! What people vouch for: approvals as files, confirmations and retries in the ledger.

use super::planning::live;
use super::workspace::{Workspace, no_product, request as refuse};
use super::{ApprovalRequest, ConfirmationRequest, Recorded, Request, ServiceError};
use crate::ledger::EventKind;
use crate::model::Key;
use crate::plan::{ADOPTED, Action, Plan, ProductPlan, StepState};
use crate::report::{Invocation, next};
use crate::submission::{Evidence, EvidenceKind, OperationId, SubmissionId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApprovalFile<'a> {
    api_version: &'a str,
    kind: &'a str,
    target: &'a str,
    product: &'a str,
    operation: &'a str,
    by: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
}

/// Records an approval as a file of the catalog.
///
/// # Errors
/// When no planned operation has the id, or the file cannot be written.
pub fn approve(request: &Request, approval: &ApprovalRequest) -> Result<Recorded, ServiceError> {
    live(request, |planner, _, plan, now| {
        let (product, operation, what) = guarded(&plan, &approval.operation)?;
        let by = by(planner.workspace, approval.by.as_deref());
        let expires = end(now, approval.expires)?;
        let expires = expires.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        let file = ApprovalFile {
            api_version: "gallerist/v1",
            kind: "Approval",
            target: planner.target.name.as_str(),
            product: product.key.as_str(),
            operation: &operation.0,
            by: &by,
            reason: &approval.reason,
            expires,
        };
        let text = serde_yaml::to_string(&file).map_err(|error| refuse(error.to_string()))?;
        let path = planner.workspace.config.approvals.join(format!("{}-{operation}.yaml", product.key));
        let absolute = planner.workspace.tree.root().join(&path);
        if let Some(folder) = absolute.parent() {
            std::fs::create_dir_all(folder).map_err(|error| ServiceError::File {
                action: "write",
                path: path.clone(),
                reason: error.to_string(),
            })?;
        }
        super::write(&absolute, text.as_bytes())?;
        let branch = &planner.target.branch;
        let counts = match planner.workspace.git {
            Some(_) => format!("It counts once it is committed and merged to `{branch}`"),
            None => "It counts from now on".to_owned(),
        };
        let sentence =
            format!("Approved for {}: {what}. {counts}, and dies when a value changes.", product.name);
        Ok(Recorded { sentence, path: Some(path), next: Some(planner.invocation().command("plan")) })
    })
}

/// The moment from which something no longer counts.
pub(super) fn end(now: Timestamp, after: Option<SignedDuration>) -> Result<Option<Timestamp>, ServiceError> {
    let end = |after| now.checked_add(after).map_err(|_| refuse("that is too far in the future".to_owned()));
    after.map(end).transpose()
}

/// The guarded operation with this id, or the only one whose id begins so.
fn guarded<'a>(
    plan: &'a Plan,
    id: &OperationId,
) -> Result<(&'a ProductPlan, OperationId, String), ServiceError> {
    let blocks =
        plan.products.iter().flat_map(|product| product.blocks.iter().map(move |block| (product, block)));
    let guarded = blocks.filter_map(|(product, block)| {
        let operation = block.approval.clone()?;
        Some((product, operation, block.finding.message.clone()))
    });
    let mut found: Vec<_> = guarded.filter(|(_, operation, _)| operation.0.starts_with(&id.0)).collect();
    found.dedup_by(|a, b| a.1 == b.1);
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(ServiceError::Request {
            message: format!("no operation `{id}` waits for an approval"),
            hints: vec!["`gallerist plan` shows what waits for an approval, with its id".to_owned()],
        }),
        _ => Err(refuse(format!("`{id}` begins several operations' ids; write more of it"))),
    }
}

/// Who vouches: the name given, or the git user.
pub(super) fn by(workspace: &Workspace, given: Option<&str>) -> String {
    let user = || workspace.git.as_ref().and_then(crate::repository::Git::user);
    given.map(str::to_owned).or_else(user).unwrap_or_else(|| "unknown".to_owned())
}

/// Records in the ledger that things were done or checked by hand: all of them, or none when one is not known.
///
/// # Errors
/// When the product has no such step or item, or the ledger cannot be written.
pub fn confirm(request: &Request, confirmation: &ConfirmationRequest) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let product = plan.products.iter().find(|found| found.key == confirmation.product);
        let Some(product) = product else {
            return Err(no_product(&plan, &confirmation.product));
        };
        let mut known = confirmable(product);
        // An adoption can be confirmed also when its plan is empty: the next change is wanted then.
        let is_adopted = situation.records.history(&product.key).report_only.is_some();
        if is_adopted && known.iter().all(|(id, ..)| id != ADOPTED) {
            known.push((ADOPTED.to_owned(), "what was adopted is what is on sale".to_owned(), None));
        }
        let (mut events, mut sentences) = (Vec::new(), Vec::new());
        for wanted in &confirmation.ids {
            may_be_confirmed(product, wanted, planner.invocation())?;
            let Some((id, text, fresh_days)) = known.iter().find(|(id, ..)| id == wanted).cloned() else {
                return Err(not_confirmable(product, wanted, &known));
            };
            let fresh = fresh_days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
            // Nobody can vouch for longer than the rule lets a confirmation count.
            let counts = match (confirmation.expires, fresh) {
                (Some(asked), Some(fresh)) => Some(asked.min(fresh)),
                (asked, fresh) => asked.or(fresh),
            };
            let evidence = Evidence {
                kind: EvidenceKind::Confirmation(id),
                by: by(planner.workspace, confirmation.by.as_deref()),
                reason: confirmation.reason.clone(),
                at: now,
                expires: end(now, counts)?,
            };
            let until = evidence.expires.map_or_else(String::new, |at| {
                format!(" It counts until {}.", at.strftime("%Y-%m-%d %H:%M UTC"))
            });
            sentences.push(format!("Confirmed for {}: {text}.{until}", product.name));
            events.push(EventKind::Vouched { evidence });
        }
        let mut ledger = planner.workspace.ledger(planner.target)?;
        for event in &events {
            ledger.append(&planner.scope, now, &product.key, event)?;
        }
        let sentence = sentences.join("\n");
        Ok(Recorded { sentence, path: None, next: Some(planner.invocation().command("plan")) })
    })
}

/// Refuses a step that cannot have been done yet, and one about a submission, of which something else is recorded.
fn may_be_confirmed(
    product: &ProductPlan,
    wanted: &str,
    invocation: &Invocation,
) -> Result<(), ServiceError> {
    let step = product.chain.iter().find_map(|step| match &step.action {
        Action::Manual(manual) if manual.id == wanted => Some((manual, &step.state)),
        _ => None,
    });
    match step {
        Some((manual, _)) if manual.kind.takes_back() && invocation.by_hand => {
            let message = format!("`{wanted}` is about a submission: record what became of that");
            let hints = next(product, invocation).command.map(|command| format!("`{command}`"));
            Err(ServiceError::Request { message, hints: hints.into_iter().collect() })
        }
        Some((_, StepState::Waiting(what))) => {
            Err(refuse(format!("`{wanted}` cannot be done yet: it waits for {what}")))
        }
        _ => Ok(()),
    }
}

/// What of a product a person can confirm: id, text, and how many days that lasts.
fn confirmable(product: &ProductPlan) -> Vec<(String, String, Option<u32>)> {
    let manual = product.chain.iter().filter_map(|step| match &step.action {
        Action::Manual(manual) => Some((manual.id.clone(), manual.text.clone(), None)),
        Action::Submit(_) | Action::Withdraw { .. } => None,
    });
    let verify = product.verify.iter().map(|item| (item.id.clone(), item.text.clone(), item.fresh_days));
    manual.chain(verify).collect()
}

fn not_confirmable(
    product: &ProductPlan,
    wanted: &str,
    known: &[(String, String, Option<u32>)],
) -> ServiceError {
    let mut hints: Vec<String> = known.iter().map(|(id, text, _)| format!("{id}: {text}")).collect();
    if hints.is_empty() {
        hints.push("nothing of it waits for a person; `gallerist plan` shows what does".to_owned());
    }
    let message = format!("`{}` has nothing called `{wanted}` to confirm", product.key);
    ServiceError::Request { message, hints }
}

/// Lets operations that were rejected, refused or taken back be submitted again unchanged.
///
/// # Errors
/// When nothing of the submission is held, or the ledger cannot be written.
pub fn retry(request: &Request, id: &SubmissionId, by_name: Option<&str>) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let held = situation.records.products.iter().find_map(|(key, record)| {
            let operations: Vec<OperationId> = record
                .history
                .held
                .iter()
                .filter(|(_, held)| held.submission.0.starts_with(&id.0))
                .map(|(operation, _)| operation.clone())
                .collect();
            (!operations.is_empty()).then(|| (key.clone(), operations))
        });
        let refused = || {
            let matching = plan.products.iter().find(|product| {
                product.chain.iter().any(
                    |step| matches!(&step.action, Action::Submit(found) if found.id.0.starts_with(&id.0)),
                )
            })?;
            let refusal = situation.records.history(&matching.key).refused?;
            Some((matching.key.clone(), refusal.operations.into_iter().collect()))
        };
        let Some((product, operations)): Option<(Key, Vec<OperationId>)> = held.or_else(refused) else {
            let hints = vec!["`gallerist submissions list` shows what was rejected".to_owned()];
            let message = format!("nothing of `{id}` was rejected, refused or taken back and is still held");
            return Err(ServiceError::Request { message, hints });
        };
        let by = by(planner.workspace, by_name);
        let mut ledger = planner.workspace.ledger(planner.target)?;
        ledger.append(&planner.scope, now, &product, &EventKind::Retried { operations, by })?;
        let sentence = format!("The next run submits the same content of `{product}` again.");
        Ok(Recorded { sentence, path: None, next: Some(planner.invocation().command("reconcile")) })
    })
}
