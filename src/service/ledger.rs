//! The ledger itself: shown, looked after, taken elsewhere.

use super::workspace::{Workspace, open, request as refuse};
use super::{LedgerFilter, Recorded, Request, ServiceError};
use crate::config::{
    FILE_NAME, LEDGER_BRANCH, LEDGER_CONNECTION, LEDGER_FILE, LEDGER_REMOTE, LEDGER_SCHEMA, LedgerStore,
    Target,
};
use crate::definition::Catalog;
use crate::ledger::{Event, EventKind, LedgerError, export, import};
use crate::report::{
    Evidenced, Invocation, LedgerAudit, LedgerFlaw, LedgerLog, LedgerRow, Merged, StandingApproval,
};
use crate::repository::{Assets, GitError};
use crate::submission::{Evidence, EvidenceKind, IgnoredDrift, Pause, Scope, Verdict};
use crate::yaml::{Limits, read as read_yaml};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The entries that are wanted, and the approvals that stand as files on the target's branch.
///
/// # Errors
/// When the catalog, its git repository or the ledger cannot be read.
pub fn ledger_show(request: &Request, filter: &LedgerFilter) -> Result<LedgerLog, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let scope = workspace.scope(target);
    let events = workspace.ledger_view(target)?.events(&scope)?;
    let wanted = |product: &crate::model::Key| filter.product.as_ref().is_none_or(|only| only == product);
    let rows = events.iter().filter(|event| wanted(&event.product)).map(row);
    let rows = rows.filter(|row| !filter.evidence || row.evidence.is_some()).collect();
    let mut approvals = standing(&workspace, target, request.now)?;
    approvals.retain(|approval| wanted(&approval.product));
    Ok(LedgerLog { scope, place: workspace.ledger_place(&target.ledger)?, rows, approvals })
}

fn row(event: &Event) -> LedgerRow {
    let Event { sequence, at, product, kind } = event;
    let (what, evidence) = told(kind, *at);
    LedgerRow { sequence: *sequence, at: *at, product: product.clone(), event: kind.name(), what, evidence }
}

/// An event in words, and who vouched for it.
fn told(kind: &EventKind, at: Timestamp) -> (String, Option<Evidenced>) {
    let from = |commit: &Option<String>| {
        let short = commit.as_deref().map(|commit| commit.chars().take(10).collect::<String>());
        short.map_or_else(String::new, |commit| format!(" from commit {commit}"))
    };
    let what = match kind {
        EventKind::Prepared { submission, commit } => {
            format!("prepared {}{}: {}", submission.id, from(commit), super::telling::summary(submission))
        }
        EventKind::HandedOver { submission, sheet } => {
            let sheet = sheet.get(..12).unwrap_or(sheet);
            format!("{submission} was handed over on change sheet {sheet}")
        }
        EventKind::Accepted { submission, application } => {
            format!("{submission} was taken for review as {application}")
        }
        EventKind::Refused { submission, refusal, .. } => {
            format!("{submission} was refused at the door: {}", refusal.text)
        }
        EventKind::NotSent { submission, reason, .. } => format!("{submission} was not sent: {reason}"),
        EventKind::Unknown { submission, reason } => {
            format!("whether {submission} arrived is not known: {reason}")
        }
        EventKind::Ended { submission, verdict } => format!("{submission} was {}", verdict_words(verdict)),
        EventKind::Bound { binding } => format!("bound to product ID {}", binding.product_id),
        EventKind::Applied { product, commit } => {
            format!("\"{}\" was taken as applied{}", product.display_name(), from(commit))
        }
        EventKind::ClosedAsMoot { submission } => {
            format!("the rejection of {submission} no longer matters")
        }
        EventKind::Adopted { by } => {
            let evidence = Evidenced { by: by.clone(), reason: String::new(), until: None };
            return ("adopted: only shown until the first plan is confirmed".to_owned(), Some(evidence));
        }
        EventKind::Claimed { submission, application, since: _, by } => {
            let evidence = Evidenced { by: by.clone(), reason: String::new(), until: None };
            return (format!("application {application} was claimed as {}", submission.id), Some(evidence));
        }
        EventKind::Retried { operations, by } => {
            let operations: Vec<&str> = operations.iter().map(|id| id.0.as_str()).collect();
            let evidence = Evidenced { by: by.clone(), reason: String::new(), until: None };
            return (format!("may be submitted again unchanged: {}", operations.join(", ")), Some(evidence));
        }
        EventKind::Vouched { evidence: Evidence { kind, by, reason, at: _, expires } } => {
            let what = match kind {
                EvidenceKind::Approval(operation) => format!("operation {operation} may pass"),
                EvidenceKind::Confirmation(id) => format!("{id} is confirmed"),
                EvidenceKind::Preflight(_) => "the interfaces answered as they should".to_owned(),
            };
            let evidence = Evidenced { by: by.clone(), reason: reason.clone(), until: *expires };
            return (what, Some(evidence));
        }
        EventKind::Paused { all, pause: Pause { by, reason, until } } => {
            let what =
                if *all { "nothing is handed over any more" } else { "it is not handed over any more" };
            let evidence = Evidenced { by: by.clone(), reason: reason.clone(), until: *until };
            return (what.to_owned(), Some(evidence));
        }
        EventKind::Resumed { all: _, by } => {
            let evidence = Evidenced { by: by.clone(), reason: String::new(), until: None };
            return ("the pause ended".to_owned(), Some(evidence));
        }
        EventKind::Ignored { drift } => {
            let items: Vec<String> = drift.iter().map(|found| found.item.describe()).collect();
            if let Some(first) = drift.iter().find(|found| found.until <= at) {
                let (by, reason) = (first.by.clone(), String::new());
                let evidence = Evidenced { by, reason, until: None };
                return (format!("not ignored any more: {}", items.join(", ")), Some(evidence));
            }
            let evidence = drift.first().map(|IgnoredDrift { by, reason, until, .. }| Evidenced {
                by: by.clone(),
                reason: reason.clone(),
                until: Some(*until),
            });
            return (format!("ignored as somebody else changed it: {}", items.join(", ")), evidence);
        }
        EventKind::Preflighted { failing: Some(what) } => {
            format!("the interfaces do not answer as they should: {what}")
        }
        EventKind::Preflighted { failing: None } => "the interfaces answer as they should again".to_owned(),
        EventKind::Notified { notices } => {
            format!("told to those who want to hear of it: {}", notices.join(", "))
        }
    };
    (what, None)
}

fn verdict_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Approved => "approved".to_owned(),
        Verdict::Rejected { reason: Some(reason) } => format!("rejected: {reason}"),
        Verdict::Rejected { reason: None } => "rejected; the reason is not known".to_owned(),
        Verdict::Withdrawn => "withdrawn".to_owned(),
        Verdict::Discarded => "discarded".to_owned(),
    }
}

/// The approval files that are merged, with the commits that brought them.
fn standing(
    workspace: &Workspace,
    target: &Target,
    now: Timestamp,
) -> Result<Vec<StandingApproval>, ServiceError> {
    let files = workspace.merged_approvals(target)?;
    let paths: Vec<Utf8PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    let failed = |error: GitError| refuse(error.to_string());
    let brought = match workspace.git.as_ref().map(|git| git.tip(&target.branch)) {
        Some(Ok(tip)) => tip.brought(&workspace.config.approvals, &paths).map_err(failed)?,
        None | Some(Err(GitError::UnknownBranch { .. })) => BTreeMap::new(),
        Some(Err(error)) => return Err(failed(error)),
    };
    let (catalog, _) = Catalog::read(&workspace.config, files, &Assets::new(&*workspace.files));
    let own = catalog.approvals().iter().filter(|approval| approval.target == target.name);
    let standing = own.map(|approval| StandingApproval {
        path: approval.path.clone(),
        product: approval.product.clone(),
        operation: approval.operation.clone(),
        evidence: Evidenced {
            by: approval.by.clone(),
            reason: approval.reason.clone(),
            until: approval.expires,
        },
        counts: approval.evidence(now).is_valid_at(now),
        merged: brought.get(&approval.path).map(|found| Merged {
            commit: found.commit.clone(),
            author: found.author.clone(),
            at: found.at,
        }),
    });
    Ok(standing.collect())
}

/// Looks whether the ledger is as it was written: every entry, their order, and how the place they are kept in came
/// about.
///
/// # Errors
/// When the ledger cannot be looked at. What is wrong in it is in the report.
pub fn ledger_verify(request: &Request) -> Result<LedgerAudit, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let scope = workspace.scope(target);
    let place = workspace.ledger_place(&target.ledger)?;
    let view = workspace.ledger_view(target)?;
    let flaw = |place: String, what: String| LedgerFlaw { place, what, is_fatal: true };
    let mut flaws: Vec<LedgerFlaw> = match view.verify(&scope) {
        Ok(found) => found
            .into_iter()
            .map(|found| LedgerFlaw { place: found.place, what: found.what, is_fatal: found.is_fatal })
            .collect(),
        Err(LedgerError::Rewritten { what, remedy }) => {
            vec![flaw("its history".to_owned(), format!("it was rewritten: {what}; {remedy}"))]
        }
        Err(error) => return Err(error.into()),
    };
    let entries = match view.events(&scope) {
        Ok(events) => Some(events.len()),
        Err(LedgerError::Corrupt { sequence, reason }) => {
            if flaws.iter().all(|flaw| !flaw.is_fatal) {
                flaws.push(flaw(format!("entry {sequence}"), reason));
            }
            None
        }
        Err(LedgerError::Rewritten { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(LedgerAudit { scope, place, entries, flaws })
}

/// All entries as text that [`ledger_import`] reads.
///
/// # Errors
/// When the ledger cannot be read.
pub fn ledger_export(request: &Request) -> Result<String, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let scope = workspace.scope(target);
    let events = workspace.ledger_view(target)?.events(&scope)?;
    Ok(export(&scope, &events)?)
}

/// Whether an export may be written to a file: where nothing is, or over an earlier export that the new one goes on from.
///
/// # Errors
/// When the file holds something else, or more of this ledger than there is now.
pub fn ledger_may_replace(file: &Utf8Path, text: &str) -> Result<(), ServiceError> {
    let there = match std::fs::read(file) {
        Ok(there) if !there.is_empty() => there,
        Ok(_) | Err(_) => return Ok(()),
    };
    let request =
        |message: String, hint: &str| ServiceError::Request { message, hints: vec![hint.to_owned()] };
    let Ok((_, earlier)) = import(&String::from_utf8_lossy(&there)) else {
        let message = format!("{file} holds something else than an earlier export");
        return Err(request(message, "name a file of its own, as in ledger.jsonl"));
    };
    let entries = text.lines().count().saturating_sub(1);
    if earlier.len() > entries {
        let message = format!("{file} holds {} entries, and the ledger has {entries} now", earlier.len());
        let hint = "a ledger never gets shorter: look at it with `gallerist ledger verify` and keep that file, or name \
                    another one";
        return Err(request(message, hint));
    }
    Ok(())
}

/// Writes an exported ledger into the target's ledger, which must be empty.
///
/// # Errors
/// When the file is not a whole export of this catalog at this target, or the ledger has entries or cannot be written.
pub fn ledger_import(request: &Request, file: &Utf8Path) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let text = super::read(file)?;
    let (from, events) = import(&text).map_err(|error| ServiceError::Request {
        message: format!("{file}: {error}"),
        hints: vec![
            "nothing was written; take a copy that is whole".to_owned(),
            format!("`gallerist ledger export --out {file}` saves one"),
        ],
    })?;
    let scope = workspace.scope(target);
    if from != scope {
        let Scope { catalog, target } = from;
        return Err(refuse(format!(
            "{file} is about catalog `{catalog}` at target `{target}`, not about this one"
        )));
    }
    let mut ledger = workspace.ledger(target)?;
    ledger.fill(&scope, &events).map_err(full)?;
    same(&events, &ledger.events(&scope)?)?;
    let place = workspace.ledger_place(&target.ledger)?;
    let sentence = format!("Wrote {} entries to {place} and read them back.", events.len());
    Ok(Recorded { sentence, path: None, next: Some(invocation(&workspace, target).command("status")) })
}

/// Copies the target's ledger to another place and says what to write in `gallerist.yaml`. The place it is in stays as
/// it is.
///
/// # Errors
/// When there is a ledger already, or one of the two places cannot be read or written.
pub fn ledger_migrate(request: &Request, to: &LedgerStore) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    if target.ledger == *to {
        return Err(refuse(format!(
            "the ledger of target `{}` is kept there already: {}",
            target.name,
            workspace.ledger_place(to)?
        )));
    }
    if matches!(to, LedgerStore::Git { branch, .. } if *branch == target.branch) {
        return Err(refuse(format!(
            "`{}` is the branch of the definitions; name another one",
            target.branch
        )));
    }
    let scope = workspace.scope(target);
    let events = workspace.ledger_view(target)?.events(&scope)?;
    let moved = Target { ledger: to.clone(), ..target.clone() };
    let mut ledger = workspace.ledger(&moved)?;
    ledger.fill(&scope, &events).map_err(full)?;
    same(&events, &ledger.events(&scope)?)?;
    let (from, there) = (workspace.ledger_place(&target.ledger)?, workspace.ledger_place(to)?);
    let copied = format!("Copied {} entries from {from} to {there}, and read them back.", events.len());
    let (line, verb) = line(&workspace, target);
    let write = format!("In {FILE_NAME}, line {line}, {verb}: ledger: {}", setting(to));
    let kept = format!("Nothing was taken from {from}; what is recorded there from now on is not copied.");
    let sentence = [copied, write, kept].join("\n");
    Ok(Recorded { sentence, path: None, next: Some(invocation(&workspace, target).command("ledger verify")) })
}

/// Opens the target's ledger for writing, which begins it where there is none and raises what an older version left.
///
/// # Errors
/// When the ledger cannot be opened, or whoever asks may not change its tables.
pub fn ledger_upgrade(request: &Request) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let entries = workspace.ledger(target)?.events(&workspace.scope(target))?.len();
    let place = workspace.ledger_place(&target.ledger)?;
    let sentence = format!("The ledger is ready for this version: {place}, {entries} entries.");
    Ok(Recorded { sentence, path: None, next: Some(invocation(&workspace, target).command("ledger verify")) })
}

fn invocation(workspace: &Workspace, target: &Target) -> Invocation {
    let other = target.name != workspace.config.default_target;
    Invocation { target: other.then(|| target.name.clone()), ..Invocation::default() }
}

fn full(error: LedgerError) -> ServiceError {
    match error {
        LedgerError::NotEmpty { .. } => ServiceError::Request {
            message: format!("{error}; nothing was written"),
            hints: vec!["two ledgers cannot become one: name a place where there is none yet".to_owned()],
        },
        error => error.into(),
    }
}

/// Whether two ledgers say the same; numbers may differ.
fn same(wanted: &[Event], found: &[Event]) -> Result<(), ServiceError> {
    let equal = |(a, b): (&Event, &Event)| (a.at, &a.product, &a.kind) == (b.at, &b.product, &b.kind);
    if wanted.len() == found.len() && wanted.iter().zip(found).all(equal) {
        return Ok(());
    }
    Err(refuse("what was written was not read back: do not use the new ledger".to_owned()))
}

/// The line of `gallerist.yaml` that says where the target's ledger is kept, or the target's line, and what to do there.
fn line(workspace: &Workspace, target: &Target) -> (u32, &'static str) {
    let reading = read_yaml(workspace.source.path(), workspace.source.text().as_bytes(), Limits::default());
    let found = reading.tree.as_ref().and_then(|tree| {
        let (name, settings) = tree.root().get("targets")?.entry(target.name.as_str())?;
        Some(match settings.entry("ledger") {
            Some((key, _)) => (key.span(), "write"),
            None => (name.span(), "add to the target"),
        })
    });
    let (span, verb) = found.unwrap_or_default();
    (workspace.source.position(span.start).line.0, verb)
}

/// A place as `gallerist.yaml` says it.
fn setting(store: &LedgerStore) -> String {
    let mut words = Vec::new();
    match store {
        LedgerStore::Sqlite { path, is_persistent } => {
            words.push("store: sqlite".to_owned());
            if path != LEDGER_FILE {
                words.push(format!("path: {path}"));
            }
            if *is_persistent {
                words.push("persistent: true".to_owned());
            }
        }
        LedgerStore::Git { branch, remote } => {
            words.push("store: git".to_owned());
            if branch != LEDGER_BRANCH {
                words.push(format!("branch: {branch}"));
            }
            let remote = remote.as_deref().unwrap_or("none");
            if remote != LEDGER_REMOTE {
                words.push(format!("remote: {remote}"));
            }
        }
        LedgerStore::Postgres { connection, schema, certificates } => {
            words.push("store: postgres".to_owned());
            if connection != LEDGER_CONNECTION {
                words.push(format!("connection: {connection}"));
            }
            if schema != LEDGER_SCHEMA {
                words.push(format!("schema: {schema}"));
            }
            words.extend(certificates.iter().map(|path| format!("certificates: {path}")));
        }
    }
    format!("{{{}}}", words.join(", "))
}
