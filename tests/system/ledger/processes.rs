//! Several processes at one database, and processes that are killed.

use super::events::{hour, key, not_sent, scope};
use super::server::Server;
use gallerist::ledger::{EventKind, Ledger, LedgerView};
use gallerist::stores::{PostgresLedger, PostgresView};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Starts this very test again in a process of its own, where it writes `name` into the ledger until it is killed.
fn writer(test: &str, url: &str, name: &str, entries: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("ledger::processes::{test}"), "--nocapture"]);
    command.env("LEDGER_URL", url).env("LEDGER_NAME", name).env("LEDGER_ENTRIES", entries.to_string());
    command.stdout(Stdio::piped());
    command
}

/// In the second process: writes and says so after each entry; `false` in the first.
#[expect(clippy::print_stdout, reason = "the parent process reads along")]
fn write_if_asked() -> bool {
    let Ok(url) = std::env::var("LEDGER_URL") else { return false };
    let name = std::env::var("LEDGER_NAME").unwrap();
    let entries: usize = std::env::var("LEDGER_ENTRIES").unwrap().parse().unwrap();
    let mut ledger = PostgresLedger::open(&super::server::open(&url, "gallerist")).unwrap();
    for number in 0..entries {
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(&format!("{name} {number}"))).unwrap();
        println!("wrote {number}");
    }
    true
}

/// The numbers that a writer wrote, in the order of the ledger.
fn written(server: &Server, name: &str) -> Vec<usize> {
    let events = PostgresView::open(&server.database("gallerist")).unwrap().events(&scope()).unwrap();
    let number = |kind: &EventKind| match kind {
        EventKind::NotSent { reason, .. } => reason.strip_prefix(name)?.trim().parse().ok(),
        _ => None,
    };
    events.iter().filter_map(|event| number(&event.kind)).collect()
}

#[test]
fn eight_processes_begin_one_ledger_at_once_and_lose_nothing() {
    if write_if_asked() {
        return;
    }
    let server = Server::start();
    let test = "eight_processes_begin_one_ledger_at_once_and_lose_nothing";
    let url = server.url("postgres", "postgres");
    let names: Vec<String> = (0..8).map(|number| format!("writer-{number}")).collect();
    let start = |name: &String| writer(test, &url, name, 5).spawn().unwrap();
    let children: Vec<_> = names.iter().map(start).collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    for name in &names {
        assert_eq!(written(&server, name), (0..5).collect::<Vec<_>>(), "{name}");
    }
    assert_eq!(server.sql("SELECT version FROM gallerist.migration ORDER BY version"), "1\n2");
}

#[test]
fn what_was_appended_survives_a_kill() {
    if write_if_asked() {
        return;
    }
    let server = Server::start();
    let url = server.url("postgres", "postgres");
    for (round, kill_after) in [1_usize, 7, 20].into_iter().enumerate() {
        let name = format!("round-{round}");
        let mut child = writer("what_was_appended_survives_a_kill", &url, &name, 100_000).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let wrote = said.map(Result::unwrap).filter(|line| line.contains("wrote ")).take(kill_after).count();
        child.kill().unwrap();
        child.wait().unwrap();
        // Whoever was killed in the middle holds nobody up.
        let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent("after")).unwrap();
        let ours = written(&server, &name);
        assert!(ours.len() >= wrote, "{} of {wrote} entries are left", ours.len());
        assert_eq!(ours, (0..ours.len()).collect::<Vec<_>>(), "no hole");
        assert_eq!(ledger.verify(&scope()).unwrap(), vec![]);
    }
}
