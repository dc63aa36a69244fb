//! What a run costs while every product waits for its reviewer: calls of the marketplace, and time.

use super::workload::{NOW, Workload};
use super::{FOLDER, commit};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::drivers::SandboxDriver;
use gallerist::ledger::{Event, EventKind, Ledger as _};
use gallerist::marketplace::{Submit as _, SubmitOutcome};
use gallerist::plan::Action;
use gallerist::sandbox::Judge;
use gallerist::service::{self, Party, PlanRequest, Request, Turn};
use gallerist::site::SiteProfile;
use gallerist::stores::SqliteLedger;
use std::io::{self, Write};
use std::time::Instant;

const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// A catalog of which everything is in review.
fn in_review(products: usize) -> io::Result<Utf8PathBuf> {
    let folder = Workload::new(products, &Utf8Path::new(FOLDER).join("waiting"))?.folder;
    commit(&folder)?;
    let planned = service::plan(&request(&folder), &PlanRequest::default()).map_err(io::Error::other)?;
    let state = folder.join(".gallerist");
    std::fs::create_dir_all(&state)?;
    let profile = SiteProfile::embedded(&planned.plan.site).map_err(io::Error::other)?;
    let mut sandbox = SandboxDriver::open(&state.join("sandbox.db"), Judge::new(profile), Box::new(|| NOW))
        .map_err(io::Error::other)?;
    let mut events = Vec::new();
    let mut keep = |product: &gallerist::model::Key, kind| {
        let sequence = events.len() as u64 + 1;
        events.push(Event { sequence, at: NOW, product: product.clone(), kind });
    };
    for found in &planned.plan.products {
        let Some(Action::Submit(submission)) = found.chain.first().map(|step| &step.action) else {
            return Err(io::Error::other(format!("`{}` is not released first", found.key)));
        };
        let application = match sandbox.submit(submission, None) {
            SubmitOutcome::Accepted(application) => application,
            other => return Err(io::Error::other(format!("`{}`: {other:?}", found.key))),
        };
        keep(&found.key, EventKind::Prepared { submission: submission.clone(), commit: None });
        keep(&found.key, EventKind::Accepted { submission: submission.id.clone(), application });
    }
    let mut ledger = SqliteLedger::open(&state.join("ledger.db")).map_err(io::Error::other)?;
    ledger.fill(&planned.plan.scope, &events).map_err(io::Error::other)?;
    Ok(folder)
}

fn request(folder: &Utf8Path) -> Request {
    Request { directory: folder.to_owned(), target: None, now: NOW, on_throwaway_machine: false }
}

/// Runs once over each size and says what it took.
pub(crate) fn print() -> io::Result<()> {
    let mut out = "| Everything in review | calls of the marketplace | a run |\n|--:|--:|--:|\n".to_owned();
    for products in SIZES {
        let folder = in_review(products)?;
        let request = request(&folder);
        let turn = Turn::of(&request);
        let begun = Instant::now();
        let ran = service::reconcile_as(&request, None, &turn).map_err(io::Error::other)?;
        let took = begun.elapsed().as_secs_f64();
        if ran.account.entries.len() != products || ran.account.stopped.is_some() {
            return Err(io::Error::other("not everything is in review"));
        }
        let calls = turn.calls.numbers();
        let calls: u64 =
            calls.iter().filter(|(call, _)| call.of == Party::Marketplace).map(|(_, count)| count).sum();
        out.push_str(&format!("| {products} | {calls} | {took:.2} s |\n"));
    }
    io::stdout().write_all(out.as_bytes())
}
