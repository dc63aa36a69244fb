//! The record of submissions: whether it is as it was written, who holds products, what its moments say.

use super::{begun, doctor};
use crate::cli_runner::Cli;
use camino::Utf8PathBuf;
use gallerist::ledger::Ledger as _;
use gallerist::stores::SqliteLedger;
use gallerist::submission::Scope;
use jiff::Timestamp;

const FILE: &str = ".gallerist/ledger.db";

fn with_entries() -> Cli {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    cli
}

/// Takes away what keeps entries, and the first of them.
fn touch(file: &std::path::Path) {
    let ledger = rusqlite::Connection::open(file).unwrap();
    let mut triggers = ledger.prepare("select name from sqlite_schema where type = 'trigger'").unwrap();
    let names: Vec<String> = triggers.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names.iter().for_each(|name| ledger.execute_batch(&format!("drop trigger {name}")).unwrap());
    ledger.execute("delete from entry where sequence = 1", []).unwrap();
}

#[test]
fn a_ledger_that_is_damaged_or_touched_is_told() {
    let cli = with_entries();
    let whole = std::fs::read(cli.path(FILE)).unwrap();
    touch(&cli.path(FILE));
    let said = doctor(&cli, &[]).is("ledger-sound", "error");
    assert!(said.contains("is not as it was written") && said.contains("gallerist ledger verify"), "{said}");
    std::fs::write(cli.path(FILE), "this is no database, and nothing that was one").unwrap();
    let found = doctor(&cli, &[]);
    let _ = found.is("ledger-opens", "error");
    let _ = found.is("sandbox", "ok");
    std::fs::write(cli.path(FILE), whole).unwrap();
    let _ = doctor(&cli, &[]).is("ledger-sound", "ok");
}

#[test]
fn products_that_runs_hold_or_never_gave_back_are_told_apart() {
    let cli = with_entries();
    assert!(doctor(&cli, &[]).is("ledger-leases", "ok").contains("no run holds a product"));
    let path = Utf8PathBuf::from_path_buf(cli.path(FILE)).unwrap();
    let scope = Scope { catalog: crate::model::key("acme"), target: crate::model::key("intl") };
    let now: Timestamp = crate::cli_runner::NOW.parse().unwrap();
    let mut ledger = SqliteLedger::open(&path).unwrap();
    let mut hold = |product: &str, seconds: i64| {
        let until = now + jiff::SignedDuration::from_secs(seconds);
        ledger.lease(&scope, &crate::model::key(product), "a-run", until.min(now), until).unwrap();
    };
    hold("gone", -3600);
    hold("busy", 600);
    hold("wrong", 30 * 24 * 3600);
    let found = doctor(&cli, &[]);
    let words = |health: &str, words: &str| {
        let all = found.all("ledger-leases");
        assert!(
            all.iter().any(|one| one["health"] == health && one["what"].as_str().unwrap().contains(words)),
            "{words}: {all:#?}"
        );
    };
    words("note", "runs that are long gone never gave these back: gone");
    words("note", "a run is at work, or was killed: held up to 2026-11-22T09:10:00Z: busy");
    words("warning", "held far longer than any run takes, up to 2026-12-22T09:00:00Z: wrong");
}

#[test]
fn entries_from_the_future_are_told() {
    let cli = begun();
    let sandbox = "marketplace: {driver: sandbox, path: .gallerist/sandbox.db}";
    let text = cli.read("gallerist.yaml");
    assert!(text.contains(sandbox), "{text}");
    cli.write("gallerist.yaml", &text.replace(sandbox, "marketplace: {driver: console}"));
    let _ = cli.run(&["pause", "--reason", "holidays"]).fine();
    let _ = doctor(&cli, &[]).is("ledger-clock", "ok");
    let said = doctor(&cli, &["--now", "2026-11-22T08:00:00Z"]).is("ledger-clock", "warning");
    assert!(said.contains("entries from the future") && said.contains("timedatectl"), "{said}");
}

#[test]
fn the_clock_of_a_sandbox_may_be_ahead() {
    let cli = with_entries();
    let _ = cli.run(&["sandbox", "advance", "3d"]).fine();
    let _ = cli.run(&["reconcile"]);
    let found = doctor(&cli, &[]);
    let _ = found.is("ledger-clock", "ok");
    assert!(found.is("sandbox-clock", "note").contains("set forward"));
}

#[test]
fn a_ledger_that_would_vanish_with_the_machine_is_told() {
    let cli = begun().with("CI", "true");
    let text = cli.read("gallerist.yaml");
    assert!(doctor(&cli, &[]).all("ledger-lasts").is_empty(), "a sandbox is as short-lived");
    let sandbox = "marketplace: {driver: sandbox, path: .gallerist/sandbox.db}";
    assert!(text.contains(sandbox), "{text}");
    cli.write("gallerist.yaml", &text.replace(sandbox, "marketplace: {driver: console}"));
    let said = doctor(&cli, &[]).is("ledger-lasts", "error");
    assert!(said.contains("lost with this machine") && said.contains("store: git"), "{said}");
}

#[test]
fn leases_on_a_branch_are_told_too() {
    let cli = begun();
    super::git::shared(&cli);
    let text = cli.read("gallerist.yaml");
    let file = "ledger: {store: sqlite, path: .gallerist/ledger.db}";
    cli.write("gallerist.yaml", &text.replace(file, "ledger: {store: git}"));
    super::git::git(&cli, &["commit", "--quiet", "-am", "A branch"]);
    super::git::git(&cli, &["push", "--quiet"]);
    let _ = cli.run(&["reconcile"]).fine();
    let _ = doctor(&cli, &[]).is("ledger-leases", "ok");
    let folder = Utf8PathBuf::from_path_buf(cli.folder()).unwrap();
    let now: Timestamp = crate::cli_runner::NOW.parse().unwrap();
    let mut ledger =
        gallerist::stores::GitLedger::open(&folder, "gallerist/ledger", Some("origin"), now).unwrap();
    let scope = Scope { catalog: crate::model::key("acme"), target: crate::model::key("intl") };
    let until = now + jiff::SignedDuration::from_mins(10);
    ledger.lease(&scope, &crate::model::key("acme-crm"), "a-run", now, until).unwrap();
    let said = doctor(&cli, &[]).is("ledger-leases", "note");
    assert!(said.contains("held up to 2026-11-22T09:10:00Z: acme-crm"), "{said}");
}
