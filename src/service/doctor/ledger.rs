//! The record of submissions: whether it opens, is as it was written, may be written, and what its moments say.

use super::Patient;
use crate::config::LedgerStore;
use crate::ledger::{Event, Lease, LedgerView};
use crate::report::{Area, Examined, Health};
use crate::service::ServiceError;
use crate::service::marketplace::moment;
use crate::service::planning::Planner;
use crate::submission::Scope;
use jiff::{SignedDuration, Timestamp};

const AREA: Area = Area::Ledger;
/// How far apart clocks may be before anybody is told.
const APART_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Much longer than any run holds a product.
const HELD_MAX: SignedDuration = SignedDuration::from_hours(2);
/// Most products that are named.
const NAMED_MAX: usize = 5;

pub(super) fn look(patient: &Patient) {
    patient.with_planner(AREA, |planner| with(patient, planner));
}

fn with(patient: &Patient, planner: &Planner<'_>) {
    let (workspace, target, scope) = (planner.workspace, planner.target, &planner.scope);
    let place = workspace.ledger_place(&target.ledger);
    let opened = workspace.ledger_view(target).and_then(|view| {
        let flaws = view.verify(scope)?;
        let events = planner.of_today(view.events(scope)?)?;
        Ok((view, flaws, events))
    });
    let (view, flaws, events) = match opened {
        Ok(opened) => opened,
        Err(error) => return unreadable(patient, &error),
    };
    let place = place.unwrap_or_else(|_| "its store".to_owned());
    let fatal = flaws.iter().filter(|flaw| flaw.is_fatal).count();
    if let Some(first) = flaws.iter().find(|flaw| flaw.is_fatal) {
        let what =
            format!("{place} is not as it was written, in {fatal} places: {}: {}", first.place, first.what);
        let why = "what was submitted is not known for sure, and might be submitted again";
        let found = Examined::wrong(Health::Error, AREA, "ledger-sound", what, why);
        patient.tell(
            found
                .fix(patient.command("ledger verify"))
                .fix("docs/operations.md tells under `The ledger is lost` how a copy is brought back"),
        );
    } else if events.is_empty() {
        let what = format!("nothing was recorded yet ({place}); the first run begins it");
        patient.tell(Examined::fine(AREA, "ledger-sound", what));
    } else {
        let what = format!("{place} is as it was written; entries: {}", events.len());
        patient.tell(Examined::fine(AREA, "ledger-sound", what));
    }
    if !events.is_empty() {
        for flaw in flaws.iter().filter(|flaw| !flaw.is_fatal) {
            let what = format!("{}: {}", flaw.place, flaw.what);
            let why = "the entries themselves are as they were written";
            let found = Examined::wrong(Health::Note, AREA, "ledger-odd", what, why);
            patient.tell(found.fix(patient.command("ledger verify")));
        }
    }
    if let Err(error) = workspace.writable(target) {
        let (what, fixes) = super::told(&error);
        let why = "runs on this machine refuse to submit anything";
        let found = Examined::wrong(Health::Error, AREA, "ledger-lasts", what, why);
        patient.tell(fixes.into_iter().fold(found, Examined::fix));
    }
    let now = moment(planner, patient.request.now);
    leases(patient, view.as_ref(), scope, now);
    future(patient, &events, now);
}

fn unreadable(patient: &Patient, error: &ServiceError) {
    let (what, fixes) = super::told(error);
    let why = "nothing is planned or submitted while it is not known what was submitted before";
    let found = Examined::wrong(Health::Error, AREA, "ledger-opens", what, why);
    let found = fixes.into_iter().fold(found, Examined::fix);
    patient.tell(match found.fixes.is_empty() {
        true => found.fix("docs/operations.md tells under `The ledger is lost` how a copy is brought back"),
        false => found,
    });
}

/// Products that runs hold, or never gave back.
fn leases(patient: &Patient, view: &dyn LedgerView, scope: &Scope, now: Timestamp) {
    let leases = match view.leases(scope) {
        Ok(leases) => leases,
        Err(error) => return unreadable(patient, &error.into()),
    };
    let (over, held): (Vec<&Lease>, Vec<&Lease>) = leases.iter().partition(|lease| lease.until <= now);
    let (long, held): (Vec<&Lease>, Vec<&Lease>) =
        held.into_iter().partition(|lease| lease.until.duration_since(now) > HELD_MAX);
    if let Some(last) = long.iter().map(|lease| lease.until).max() {
        let what = format!("held far longer than any run takes, up to {last}: {}", named(&long));
        let why = "nothing is submitted for them before that moment; a clock was wrong when they were taken";
        let found = Examined::wrong(Health::Warning, AREA, "ledger-leases", what, why);
        patient.tell(found.fix("set the clock of the machine that took them: `timedatectl set-ntp true`"));
    }
    if let Some(last) = held.iter().map(|lease| lease.until).max() {
        let what = format!("a run is at work, or was killed: held up to {last}: {}", named(&held));
        let why = "other runs leave them alone until they are given back, or that moment";
        patient.tell(Examined::wrong(Health::Note, AREA, "ledger-leases", what, why));
    }
    if !over.is_empty() {
        let what = format!("runs that are long gone never gave these back: {}", named(&over));
        let why = "that holds up nobody: they are free, and the next run takes them";
        patient.tell(Examined::wrong(Health::Note, AREA, "ledger-leases", what, why));
    }
    if leases.is_empty() {
        patient.tell(Examined::fine(AREA, "ledger-leases", "no run holds a product"));
    }
}

fn named(leases: &[&Lease]) -> String {
    let names: Vec<&str> = leases.iter().take(NAMED_MAX).map(|lease| lease.product.as_str()).collect();
    match leases.len().saturating_sub(names.len()) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// Entries that were written after now.
fn future(patient: &Patient, events: &[Event], now: Timestamp) {
    let ahead = |event: &&Event| event.at.duration_since(now) > APART_MAX;
    let Some(last) = events.iter().filter(ahead).max_by_key(|event| event.at) else {
        return patient.tell(Examined::fine(AREA, "ledger-clock", "no entry is from the future"));
    };
    let count = events.iter().filter(ahead).count();
    let what = format!(
        "entries from the future: {count}; entry {} is of {}, and it is {now}",
        last.sequence, last.at
    );
    let why = "leases, evidence and the daily cap go by these moments; this clock or the one they were written by is wrong";
    let found = Examined::wrong(Health::Warning, AREA, "ledger-clock", what, why);
    patient.tell(found.fix("timedatectl set-ntp true"));
}

/// Whether a secret of the ledger is there.
pub(super) fn variable(store: &LedgerStore) -> Option<&str> {
    match store {
        LedgerStore::Postgres { connection, .. } => Some(connection),
        LedgerStore::Git { .. } | LedgerStore::Sqlite { .. } => None,
    }
}
