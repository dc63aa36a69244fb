//! What the file on disk promises beyond the contract.

use super::{hour, key, not_sent, scope};
use camino::Utf8PathBuf;
use gallerist::ledger::{EventKind, Ledger, LedgerError, LedgerView};
use gallerist::stores::{SqliteLedger, SqliteView};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn file(folder: &tempfile::TempDir) -> Utf8PathBuf {
    Utf8PathBuf::from_path_buf(folder.path().join("state/ledger.db")).unwrap()
}

#[test]
fn a_file_remembers_and_a_view_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    assert_eq!(SqliteView::open(&path).unwrap().events(&scope()).unwrap(), vec![]);
    assert!(!path.exists(), "looking creates nothing");
    let mut ledger = SqliteLedger::open(&path).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(9)).unwrap();
    assert_eq!(SqliteView::open(&path).unwrap().events(&scope()).unwrap().len(), 1);
    drop(ledger);
    let mut again = SqliteLedger::open(&path).unwrap();
    assert_eq!(again.events(&scope()).unwrap().len(), 1);
    assert!(again.lease(&scope(), &key("crm"), "two", hour(1), hour(2)).is_err(), "leases outlive a process");
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "a single file that can be copied");
}

#[test]
fn entries_cannot_be_changed_or_deleted_even_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut ledger = SqliteLedger::open(&path).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    let outside = rusqlite::Connection::open(&path).unwrap();
    for statement in ["UPDATE entry SET product = 'erp'", "DELETE FROM entry"] {
        let error = outside.execute(statement, []).unwrap_err().to_string();
        assert!(error.contains("ledger entries are never"), "{error}");
    }
    assert_eq!(ledger.events(&scope()).unwrap()[0].product, key("crm"));
}

#[test]
fn what_is_no_ledger_of_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    drop(SqliteLedger::open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let newer = LedgerError::NewerFormat { found: 2, known: 1 };
    assert_eq!(SqliteLedger::open(&path).unwrap_err(), newer);
    assert_eq!(SqliteView::open(&path).unwrap_err(), newer);

    let foreign = path.with_file_name("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute("CREATE TABLE theirs (x)", []).unwrap();
    let text = path.with_file_name("text.db");
    std::fs::write(&text, "not a database, and longer than a header\n".repeat(50)).unwrap();
    for (path, words) in [(&foreign, "another program"), (&text, "not a ledger")] {
        let before = std::fs::read(path).unwrap();
        let error = SqliteLedger::open(path).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(std::fs::read(path).unwrap(), before);
    }
    let error = SqliteLedger::open(path.parent().unwrap()).unwrap_err().to_string();
    assert!(error.contains("cannot be opened"), "{error}");
}

#[test]
fn an_unreadable_entry_names_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut ledger = SqliteLedger::open(&path).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    let insert = "INSERT INTO entry (catalog, target, product, at, event)
                  VALUES ('acme', 'intl', 'crm', '2026-03-02T00:00:00Z', '{\"event\": \"invented\"}')";
    rusqlite::Connection::open(&path).unwrap().execute(insert, []).unwrap();
    let error = ledger.events(&scope()).unwrap_err();
    assert!(matches!(&error, LedgerError::Corrupt { sequence: 2, reason } if reason.contains("invented")));
}

/// Starts this very test again in a process of its own, where it writes `name` into the ledger until it is killed.
fn writer(test: &str, path: &Utf8PathBuf, name: &str, entries: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("ledger::sqlite::{test}"), "--nocapture"]);
    command.env("LEDGER_PATH", path).env("LEDGER_NAME", name).env("LEDGER_ENTRIES", entries.to_string());
    command.stdout(Stdio::piped());
    command
}

/// In the second process: writes and says so after each entry; `false` in the first.
#[expect(clippy::print_stdout, reason = "the parent process reads along")]
fn write_if_asked() -> bool {
    let Ok(path) = std::env::var("LEDGER_PATH") else { return false };
    let name = std::env::var("LEDGER_NAME").unwrap();
    let entries: usize = std::env::var("LEDGER_ENTRIES").unwrap().parse().unwrap();
    let mut ledger = SqliteLedger::open(&Utf8PathBuf::from(path)).unwrap();
    for number in 0..entries {
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(&format!("{name} {number}"))).unwrap();
        println!("wrote {number}");
    }
    true
}

#[test]
fn what_was_appended_survives_a_kill() {
    if write_if_asked() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    for (round, kill_after) in [1_usize, 7, 20].into_iter().enumerate() {
        let name = format!("round-{round}");
        let mut child = writer("what_was_appended_survives_a_kill", &path, &name, 100_000).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let wrote = said.map(Result::unwrap).filter(|line| line.contains("wrote ")).take(kill_after).count();
        child.kill().unwrap();
        child.wait().unwrap();
        let events = SqliteLedger::open(&path).unwrap().events(&scope()).unwrap();
        let ours: Vec<_> = events.iter().filter_map(|event| reason(&event.kind, &name)).collect();
        assert!(ours.len() >= wrote, "{} of {wrote} entries are left", ours.len());
        assert_eq!(ours, (0..ours.len()).collect::<Vec<_>>(), "no hole");
    }
}

fn reason(kind: &EventKind, name: &str) -> Option<usize> {
    let EventKind::NotSent { reason, .. } = kind else { return None };
    reason.strip_prefix(name)?.trim().parse().ok()
}

#[test]
fn two_processes_write_at_once_and_nothing_is_lost() {
    if write_if_asked() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let start = |name: &str| {
        writer("two_processes_write_at_once_and_nothing_is_lost", &path, name, 25).spawn().unwrap()
    };
    let children = [start("left"), start("right")];
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let events = SqliteView::open(&path).unwrap().events(&scope()).unwrap();
    for name in ["left", "right"] {
        let own: Vec<_> = events.iter().filter_map(|event| reason(&event.kind, name)).collect();
        assert_eq!(own, (0..25).collect::<Vec<_>>(), "{name}");
    }
}
