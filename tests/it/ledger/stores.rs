//! The stores that need only Rust and git: in memory, in a file, on a branch of one repository, on a branch that clones
//! share.

use super::clones::Clones;
use super::contract::{Harm, Open, TryOpen, of_many_one_gets_it, two_entries};
use camino::Utf8PathBuf;
use gallerist::stores::{MemoryLedger, SqliteLedger};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) fn each_store(test: impl Fn(&str, Open<'_>)) {
    test("memory", &|| Box::new(MemoryLedger::default()));
    each_lasting_store(test);
}

/// Stores that are still there when they are opened again.
pub(super) fn each_lasting_store(test: impl Fn(&str, Open<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("state/ledger.db")).unwrap();
    test("sqlite", &|| Box::new(SqliteLedger::open(&path).unwrap()));
    let clones = Clones::new();
    let alone = clones.alone("alone");
    test("git without remote", &|| Box::new(Clones::ledger(&alone)));
    let (clones, made) = (Clones::new(), AtomicUsize::new(0));
    test("git with remote", &|| {
        let name = format!("clone-{}", made.fetch_add(1, Ordering::SeqCst));
        Box::new(Clones::ledger(&clones.clone(&name)))
    });
}

/// Lasting stores with two entries in them that were then harmed; each test opens them itself.
pub(super) fn each_harmed_store(harm: Harm, test: impl Fn(&str, TryOpen<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("ledger.db")).unwrap();
    two_entries(&mut SqliteLedger::open(&path).unwrap());
    let outside = rusqlite::Connection::open(&path).unwrap();
    let statements = match harm {
        Harm::Newer => "PRAGMA user_version = 2",
        Harm::Unreadable => {
            "DROP TRIGGER entry_is_never_changed;
             UPDATE entry SET event = replace(event, 'not-sent', 'invented') WHERE sequence = 2"
        }
    };
    outside.execute_batch(statements).unwrap();
    test("sqlite", &|| Ok(Box::new(SqliteLedger::open(&path)?)));

    let clones = Clones::new();
    for (name, path, place) in [
        ("git without remote", clones.alone("alone"), clones.alone("alone").into_std_path_buf()),
        ("git with remote", clones.clone("shared"), clones.remote()),
    ] {
        two_entries(&mut Clones::ledger(&path));
        match harm {
            Harm::Newer => Clones::edit(&place, "ledger.json", "\"format\": 1", "\"format\": 2"),
            Harm::Unreadable => {
                let file = "acme/intl/0000/000002-crm-not-sent.json";
                Clones::edit(&place, file, "\"event\": \"not-sent\"", "\"event\": \"invented\"");
            }
        }
        test(name, &|| Ok(Box::new(Clones::ledger(&path))));
    }
}

/// The first write of all makes the branch; that is a race of its own.
#[test]
fn of_many_that_begin_a_branch_at_once_one_gets_the_product() {
    for _ in 0..200 {
        let clones = Clones::new();
        let alone = clones.alone("alone");
        of_many_one_gets_it("a new branch", &|| Box::new(Clones::ledger(&alone)));
    }
}
