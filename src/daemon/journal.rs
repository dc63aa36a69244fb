//! The lines a run leaves behind: its beginning, one for each thing that was done or found for a product, its end.

use crate::report::{Account, Deed, Entry, Rejection};
use crate::service::{Ran, ServiceError, Turn};
use crate::submission::Scope;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use tracing::{Span, debug, error, info, warn};

/// What was said about products by the run before; what did not change is not said again.
pub type Said = BTreeSet<String>;

/// What every line of a run carries.
#[must_use]
pub fn span(scope: &Scope, turn: &Turn) -> Span {
    tracing::info_span!("run", run = %turn.id, catalog = %scope.catalog, target = %scope.target)
}

/// The first line.
pub fn begins() {
    info!("the run begins");
}

/// The lines about products, and the last one.
pub fn ends(ended: Result<&Ran, &ServiceError>, took: SignedDuration, said: &mut Said) {
    let seconds = took.as_secs_f64();
    match ended {
        Ok(ran) => {
            let before = std::mem::take(said);
            for entry in &ran.account.entries {
                line(entry, &before, said);
            }
            notified(&ran.account);
            let found = &ran.diagnostics.list;
            for diagnostic in
                found.iter().filter(|found| found.severity == crate::diagnostic::Severity::Error)
            {
                let key = format!("{} {} {}", diagnostic.primary.path, diagnostic.rule, diagnostic.message);
                match before.contains(&key) {
                    true => {
                        debug!(path = %diagnostic.primary.path, rule = diagnostic.rule, "{}", diagnostic.message);
                    }
                    false => {
                        warn!(path = %diagnostic.primary.path, rule = diagnostic.rule, "{}", diagnostic.message);
                    }
                }
                said.insert(key);
            }
            let (entries, in_sync) = (ran.account.entries.len(), ran.account.in_sync);
            let outcome = ran.account.outcome().name();
            match &ran.account.stopped {
                Some(why) => {
                    warn!(outcome, entries, in_sync, seconds, stopped = %why, "the run stopped early");
                }
                None => info!(outcome, entries, in_sync, seconds, "the run ended"),
            }
        }
        Err(error) => {
            error!(outcome = "failed", cause = error.cause().name(), seconds, error = %error.in_short(), "the run failed");
        }
    }
}

fn notified(account: &Account) {
    let Some(notified) = &account.notified else { return };
    for trouble in &notified.trouble {
        warn!("{trouble}");
    }
    if notified.delivered + notified.waiting > 0 {
        info!(delivered = notified.delivered, waiting = notified.waiting, "receivers were told");
    }
}

/// One line about a product. What lasts is a line when it is seen first, and only a detail later.
fn line(entry: &Entry, before: &Said, said: &mut Said) {
    let (deed, text, lasts) = told(&entry.deed);
    let product = entry.product.as_str();
    let submission = entry.submission.as_ref().map(ToString::to_string).unwrap_or_default();
    let key = format!("{product} {deed} {submission} {text}");
    let is_known = lasts && before.contains(&key);
    if lasts {
        said.insert(key);
    }
    let what = entry.what.as_str();
    match &entry.deed {
        _ if is_known => debug!(product, deed, submission, what, "{text}"),
        Deed::Unknown(_) | Deed::NotSent(_) => error!(product, deed, submission, what, "{text}"),
        Deed::Rejected { .. }
        | Deed::Refused { .. }
        | Deed::Blocked(_)
        | Deed::Drifted(_)
        | Deed::ApprovedDifferently(_)
        | Deed::Skipped(_) => warn!(product, deed, submission, what, "{text}"),
        _ => info!(product, deed, submission, what, "{text}"),
    }
}

/// A deed in a word and a sentence, and whether the next run finds it again.
fn told(deed: &Deed) -> (&'static str, String, bool) {
    match deed {
        Deed::Submitted { application, expected_by } => (
            "submitted",
            format!("handed to the reviewer as {application}, expected by {expected_by}"),
            false,
        ),
        Deed::HandedOver { sheet } => {
            ("handed-over", format!("to be entered in the console from {sheet}"), false)
        }
        Deed::Withdrawn => ("withdrawn", "taken back from the reviewer".to_owned(), false),
        Deed::Approved => ("approved", "approved".to_owned(), false),
        Deed::ApprovedDifferently(list) => ("approved-differently", list.join("; "), false),
        Deed::Rejected(Rejection { reason, .. }) => {
            let said = reason.as_ref().map(|reason| format!("rejected: {reason}"));
            ("rejected", said.unwrap_or_else(|| "rejected, the reason is not known".to_owned()), true)
        }
        Deed::TakenBack => ("taken-back", "somebody took it back in the console".to_owned(), true),
        Deed::ClosedAsMoot => ("closed-as-moot", "a rejection no longer matters".to_owned(), false),
        Deed::Refused { text, .. } => ("refused", format!("refused at the door: {text}"), true),
        Deed::NotSent(why) => ("not-sent", why.clone(), false),
        Deed::Unknown(why) => ("unknown", why.clone(), true),
        Deed::InReview { since, expected_by } => {
            ("in-review", format!("in review since {since}, expected by {expected_by}"), true)
        }
        Deed::Waiting(what) => ("waiting", format!("waits for {what}"), true),
        Deed::Blocked(why) => ("blocked", why.clone(), true),
        Deed::Drifted(what) => ("drifted", what.clone(), true),
        Deed::Skipped(why) => ("skipped", why.clone(), true),
    }
}
