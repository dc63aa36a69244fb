//! The sandbox's review desk and clock.

use super::marketplace::sandbox;
use super::planning::Planner;
use super::workspace::{Workspace, open, request as refuse};
use super::{Decision, Recorded, Request, ServiceError};
use crate::config::{Driver, LedgerStore, Target};
use crate::drivers::SandboxDriver;
use crate::marketplace::{MarketplaceError, Observe};
use crate::report::PendingReview;
use crate::sandbox::{Answer, Policy, Request as Ask, State};
use crate::submission::{ApplicationId, Verdict};
use jiff::SignedDuration;

fn desk<'a>(
    workspace: &'a Workspace,
    request: &Request,
) -> Result<(&'a Target, SandboxDriver), ServiceError> {
    let target = workspace.target(request.target.as_ref())?;
    Ok((target, sandbox(workspace, target, request.now)?))
}

fn ask(driver: &SandboxDriver, what: &Ask) -> Result<Answer, ServiceError> {
    Ok(driver.ask(what).map_err(|error| MarketplaceError::Storage(error.to_string()))?)
}

fn next(workspace: &Workspace, target: &Target, arguments: &str) -> Option<String> {
    let other = target.name != workspace.config.default_target;
    let invocation =
        crate::report::Invocation { target: other.then(|| target.name.clone()), ..Default::default() };
    Some(invocation.command(arguments))
}

/// What waits at the sandbox's review desk, oldest first.
///
/// # Errors
/// When the target's marketplace is not the sandbox, or it cannot be read.
pub fn sandbox_pending(request: &Request) -> Result<Vec<PendingReview>, ServiceError> {
    let workspace = open(request)?;
    let (_, driver) = desk(&workspace, request)?;
    let applications = driver.observe()?.applications;
    let pending =
        applications.into_iter().filter(|found| found.state == crate::released::ApplicationState::Pending);
    let row = pending.map(|found| PendingReview {
        application: found.application,
        product_name: found.product_name,
        kind: found.kind,
        since: found.submitted_at,
    });
    Ok(row.collect())
}

/// Decides at the sandbox's review desk.
///
/// # Errors
/// When nothing with that id waits.
pub fn sandbox_decide(request: &Request, decision: &Decision) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let (target, driver) = desk(&workspace, request)?;
    let (what, done) = match decision {
        Decision::Approve(Some(application)) => {
            (Ask::Approve(application.clone()), format!("Approved {application}."))
        }
        Decision::Approve(None) => (Ask::Review(Policy::ApproveAll), String::new()),
        Decision::Reject { application, reason } => {
            let reject = Ask::Reject { application: application.clone(), reason: reason.clone() };
            (reject, on_one_line(&format!("Rejected {application}: {reason}")))
        }
        Decision::Automatic => (Ask::Review(Policy::Automatic), String::new()),
        Decision::ApproveInPart(application) => {
            let history = driver.history().map_err(|error| MarketplaceError::Storage(error.to_string()))?;
            let part = State::replay(&history).all_but_the_last(application);
            let Some(operations) = part else {
                let message = format!("{application} asks for one thing only, or nobody knows it");
                let hints = vec!["`gallerist sandbox review` lists what waits".to_owned()];
                return Err(ServiceError::Request { message, hints });
            };
            let approve = Ask::ApproveAs { application: application.clone(), operations };
            (approve, format!("Approved {application} without the last thing it asks for."))
        }
        Decision::Withdraw(application) => {
            let withdraw =
                Ask::WithdrawByHand { by: "somebody".to_owned(), application: application.clone() };
            (withdraw, format!("Withdrew {application} in the console, as a colleague would."))
        }
        Decision::Forget(application) => {
            let sentence = format!("Nobody can ask about {application} any more.");
            (Ask::Forget(application.clone()), sentence)
        }
    };
    let sentence = match ask(&driver, &what)? {
        Answer::Refused(refusal) => {
            let hints = vec!["`gallerist sandbox review` lists what waits".to_owned()];
            let message = refusal.text.trim_end_matches('.').to_owned();
            return Err(ServiceError::Request { message, hints });
        }
        Answer::Decided(decided) => told(&decided, *decision == Decision::Automatic),
        _ => done,
    };
    Ok(Recorded { sentence, path: None, next: next(&workspace, target, "reconcile") })
}

/// What the desk decided: how many, and a line for each that was rejected, or with `each` for every one.
fn told(decided: &[(ApplicationId, Verdict)], each: bool) -> String {
    let line = |(application, verdict): &(ApplicationId, Verdict)| match verdict {
        Verdict::Approved => each.then(|| format!("Approved {application}.")),
        Verdict::Rejected { reason } => {
            let reason = reason.as_deref().unwrap_or("no reason given");
            Some(on_one_line(&format!("Rejected {application}: {reason}")))
        }
        // The seller's own doing, not the desk's.
        Verdict::Withdrawn | Verdict::Discarded => None,
    };
    let approved = decided.iter().filter(|(_, verdict)| *verdict == Verdict::Approved).count();
    let count = match (decided.len(), approved) {
        (0, _) => "Nothing waits for a verdict.".to_owned(),
        (1, _) if each => String::new(),
        (1, 1) => "Approved one application.".to_owned(),
        (all, approved) if all == approved => format!("Approved {approved} applications."),
        (all, approved) => {
            format!("Approved {approved} and rejected {} of {all} applications.", all - approved)
        }
    };
    let lines = std::iter::once(count).chain(decided.iter().filter_map(line));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn on_one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}

/// Moves the sandbox's clock forward.
///
/// # Errors
/// When the sandbox cannot be written.
pub fn sandbox_advance(request: &Request, by: SignedDuration) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let (target, driver) = desk(&workspace, request)?;
    let seconds = u32::try_from(by.as_secs()).map_err(|_| ServiceError::Request {
        message: "the sandbox's clock only goes forward, by at most a hundred years".to_owned(),
        hints: vec!["write it as in `gallerist sandbox advance 3d`".to_owned()],
    })?;
    let decided = match ask(&driver, &Ask::AdvanceClock { seconds, policy: Policy::Manual })? {
        Answer::Decided(decided) => decided,
        _ => Vec::new(),
    };
    let approved = decided.iter().filter(|(_, verdict)| *verdict == Verdict::Approved).count();
    let now = driver.now()?.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let verdicts = if approved > 0 { format!(" {approved} reviews ended.") } else { String::new() };
    let sentence = format!("The sandbox's clock says {now} now.{verdicts}");
    Ok(Recorded { sentence, path: None, next: next(&workspace, target, "reconcile") })
}

/// Forgets everything the sandbox and its ledger know.
///
/// # Errors
/// When the files cannot be removed.
pub fn sandbox_reset(request: &Request) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let Driver::Sandbox { path: sandbox } = &target.driver else {
        return Err(refuse(format!(
            "target `{}` is {}: there is nothing to forget",
            target.name,
            target.driver.place()
        )));
    };
    let ledger = match &target.ledger {
        LedgerStore::Sqlite { path, .. } => path,
        LedgerStore::Git { branch, .. } => {
            let hints = vec![
                "for a fresh start name another branch under `ledger` in gallerist.yaml, and run this again"
                    .to_owned(),
                "a ledger that may be emptied is `ledger: {store: sqlite}`".to_owned(),
            ];
            let message = format!(
                "the sandbox's ledger is the branch `{branch}`, and entries on a branch are never removed"
            );
            return Err(ServiceError::Request { message, hints });
        }
        LedgerStore::Postgres { schema, .. } => {
            let hints = vec![
                "for a fresh start name another schema under `ledger` in gallerist.yaml, and run this again"
                    .to_owned(),
                "a ledger that may be emptied is `ledger: {store: sqlite}`".to_owned(),
            ];
            let message = format!(
                "the sandbox's ledger is in the schema `{schema}`, and entries in a database are never removed"
            );
            return Err(ServiceError::Request { message, hints });
        }
    };
    // A ledger that tells of the console is no sandbox's to forget.
    let planner = Planner::new(&workspace, request)?;
    planner.of_today(workspace.ledger_view(target)?.events(&planner.scope)?)?;
    for path in [sandbox, ledger] {
        let file = workspace.tree.root().join(path);
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(ServiceError::File {
                    action: "remove",
                    path: path.clone(),
                    reason: error.to_string(),
                });
            }
        }
    }
    let others: Vec<&str> = workspace
        .config
        .targets
        .values()
        .filter(|other| other.name != target.name)
        .filter(|other| matches!(&other.driver, Driver::Sandbox { path } if path == sandbox))
        .map(|other| other.name.as_str())
        .collect();
    if !others.is_empty() {
        return Err(refuse(format!(
            "the sandbox file was shared with target {}: its products are gone too",
            others.join(", ")
        )));
    }
    let sentence = "The sandbox and its ledger are empty again.".to_owned();
    Ok(Recorded { sentence, path: None, next: next(&workspace, target, "plan") })
}
