//! What every store promises, and what the file on disk promises beyond that.

use super::{application, hour, key, removal, scope, submission, version};
use camino::Utf8PathBuf;
use gallerist::ledger::{EventKind, Ledger, LedgerError, LedgerView};
use gallerist::model::{DeliveryMethod, Product};
use gallerist::released::ProductBinding;
use gallerist::stores::{MemoryLedger, SqliteLedger, SqliteView};
use gallerist::submission::{Evidence, EvidenceKind, Refusal, Scope, SubmissionKind, Verdict};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn file(folder: &tempfile::TempDir) -> Utf8PathBuf {
    Utf8PathBuf::from_path_buf(folder.path().join("state/ledger.db")).unwrap()
}

fn each_store(test: impl Fn(&str, &mut dyn Ledger)) {
    test("memory", &mut MemoryLedger::default());
    let folder = tempfile::tempdir().unwrap();
    test("sqlite", &mut SqliteLedger::open(&file(&folder)).unwrap());
}

/// One event of every kind.
fn all_kinds() -> Vec<EventKind> {
    let s = submission(SubmissionKind::Modify, vec![version("V2 \u{202e}\0\n\"é"), removal("old")], 3);
    let id = || s.id.clone();
    let refusal = Refusal { rules: vec![25, 70], text: "no".into(), technical: false };
    let evidence = Evidence {
        kind: EvidenceKind::Confirmation("r28".into()),
        by: "ann".into(),
        reason: "looked".into(),
        at: "2026-03-02T00:00:00.123456789Z".parse().unwrap(),
        expires: Some(hour(9)),
    };
    let ended = |verdict| EventKind::Ended { submission: id(), verdict };
    vec![
        EventKind::Prepared { submission: s.clone(), commit: Some("c-1".into()) },
        EventKind::Prepared { submission: s.clone(), commit: None },
        EventKind::Accepted { submission: id(), application: application("a-1") },
        EventKind::Refused { submission: id(), refusal },
        EventKind::NotSent { submission: id(), reason: "no route".into() },
        EventKind::Unknown { submission: id(), reason: "cut".into() },
        ended(Verdict::Approved),
        ended(Verdict::Rejected { reason: None }),
        ended(Verdict::Rejected { reason: Some("logo".into()) }),
        ended(Verdict::Withdrawn),
        ended(Verdict::Discarded),
        EventKind::Bound { binding: ProductBinding { product_id: "p-1".into(), ..Default::default() } },
        EventKind::Applied { product: Product::new(key("crm"), DeliveryMethod::Image), commit: None },
        EventKind::Vouched { evidence },
        EventKind::Retried {
            operations: vec![version("V2").id(&key("intl"), &key("crm"))],
            by: "ann".into(),
        },
        EventKind::ClosedAsMoot { submission: id() },
        EventKind::Adopted { by: "Mei \u{202e}".into() },
        EventKind::Claimed {
            submission: submission(SubmissionKind::Release, Vec::new(), 2),
            application: application("a-2"),
            since: hour(3),
            by: "ann".into(),
        },
    ]
}

fn not_sent(reason: &str) -> EventKind {
    let submission = submission(SubmissionKind::Modify, vec![version("V2")], 1).id;
    EventKind::NotSent { submission, reason: reason.into() }
}

#[test]
fn what_was_appended_is_read_back_in_order_with_ascending_numbers() {
    each_store(|name, ledger| {
        assert_eq!(ledger.events(&scope()).unwrap(), vec![], "{name}");
        for (kind, hours) in all_kinds().iter().zip(0_i64..) {
            ledger.append(&scope(), hour(hours), &key("crm"), kind).unwrap();
        }
        let events = ledger.events(&scope()).unwrap();
        assert_eq!(events.iter().map(|event| event.kind.clone()).collect::<Vec<_>>(), all_kinds(), "{name}");
        for (event, index) in events.iter().zip(0_i64..) {
            assert_eq!((i64::try_from(event.sequence), event.at), (Ok(index + 1), hour(index)), "{name}");
        }
    });
}

#[test]
fn scopes_do_not_see_each_other() {
    each_store(|name, ledger| {
        let other = Scope { catalog: key("acme"), target: key("eu") };
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent("ours")).unwrap();
        ledger.append(&other, hour(0), &key("crm"), &not_sent("theirs")).unwrap();
        let events = ledger.events(&other).unwrap();
        assert_eq!(events.len(), 1, "{name}");
        assert_eq!(events[0].kind, not_sent("theirs"), "{name}");
        ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
        ledger.lease(&other, &key("crm"), "two", hour(0), hour(1)).unwrap();
    });
}

#[test]
fn a_lease_keeps_other_runs_out_until_it_ends() {
    each_store(|name, ledger| {
        let crm = key("crm");
        ledger.lease(&scope(), &crm, "one", hour(0), hour(2)).unwrap();
        let leased = LedgerError::Leased { product: crm.clone(), until: hour(2) };
        assert_eq!(ledger.lease(&scope(), &crm, "two", hour(1), hour(3)), Err(leased), "{name}");
        ledger.lease(&scope(), &key("erp"), "two", hour(1), hour(3)).unwrap();
        ledger.lease(&scope(), &crm, "one", hour(1), hour(4)).unwrap();
        ledger.release(&scope(), &crm, "two").unwrap();
        let leased = LedgerError::Leased { product: crm.clone(), until: hour(4) };
        assert_eq!(ledger.lease(&scope(), &crm, "two", hour(3), hour(5)), Err(leased), "{name}: not theirs");
        ledger.lease(&scope(), &crm, "two", hour(4), hour(5)).unwrap();
        ledger.release(&scope(), &crm, "two").unwrap();
        ledger.lease(&scope(), &crm, "one", hour(4), hour(6)).unwrap();
    });
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
    command.args(["--exact", &format!("ledger::store::{test}"), "--nocapture"]);
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
