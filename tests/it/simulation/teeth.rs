//! Judges that never convict prove nothing: each safety is taken away in turn, and some history must show it.

use super::history::History;
use super::tell;

/// A safety that is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sabotage {
    /// Every run gets every lease.
    NoLeases,
    /// A run that reads the ledger again sees what it saw before.
    OldLedger,
    /// The ledger takes intents and does not keep them.
    IntentsForgotten,
    /// The ledger takes verdicts and does not keep them.
    VerdictsForgotten,
    /// The marketplace does not know our ids.
    IdsForgotten,
    /// The driver says that it sent something, and did not.
    NothingSent,
    /// Runs do not count what was submitted that day.
    NoCap,
    /// The marketplace takes what arrives too late.
    NoFences,
    /// Removals go first.
    RemovalsFirst,
    /// Nobody looks which commit is older.
    OlderCommits,
    /// Guards let everything pass.
    NoGuards,
    /// The plan is sent under ids of its own.
    OtherIds,
}

/// How many histories are enough to show that a safety is missing.
const ENOUGH: u64 = 300;

fn is_caught(sabotage: Sabotage) {
    let caught = (0..ENOUGH).find(|seed| !tell(&History::of(*seed), Some(sabotage)).breaches.is_empty());
    assert!(caught.is_some(), "{ENOUGH} histories did not show {sabotage:?}");
}

#[test]
fn runs_without_leases_are_caught() {
    is_caught(Sabotage::NoLeases);
}

#[test]
fn runs_that_do_not_look_again_are_caught() {
    is_caught(Sabotage::OldLedger);
}

#[test]
fn a_ledger_that_forgets_intents_is_caught() {
    is_caught(Sabotage::IntentsForgotten);
}

#[test]
fn a_ledger_that_forgets_verdicts_is_caught() {
    is_caught(Sabotage::VerdictsForgotten);
}

#[test]
fn a_marketplace_that_forgets_ids_is_caught() {
    is_caught(Sabotage::IdsForgotten);
}

#[test]
fn a_driver_that_sends_nothing_is_caught() {
    is_caught(Sabotage::NothingSent);
}

#[test]
fn more_submissions_a_day_than_are_enough_are_caught() {
    is_caught(Sabotage::NoCap);
}

#[test]
fn requests_that_arrive_after_they_were_judged_lost_are_caught() {
    is_caught(Sabotage::NoFences);
}

#[test]
fn removals_before_additions_are_caught() {
    is_caught(Sabotage::RemovalsFirst);
}

#[test]
fn an_older_commit_that_comes_last_is_caught() {
    is_caught(Sabotage::OlderCommits);
}

#[test]
fn removals_that_nobody_approved_are_caught() {
    is_caught(Sabotage::NoGuards);
}

#[test]
fn submissions_that_no_plan_held_are_caught() {
    is_caught(Sabotage::OtherIds);
}
