//! Commands that only look leave no trace: they work in a checkout that nobody may write.

use crate::cli_runner::Cli;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything below a folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => {
                found.insert(path.clone(), Vec::new());
                found.extend(tree(&path));
            }
            false => {
                found.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

const LOOKS: &[&str] = &[
    "check",
    "plan",
    "plan --exit-code=detailed",
    "status",
    "drift",
    "rules",
    "explain price-change-unusual",
    "submissions list",
    "ledger show",
    "ledger verify",
    "ledger export",
    "export",
    "import --dry-run",
    "adopt",
    "fmt --check",
];

#[test]
fn commands_that_only_look_write_nothing_before_anything_was_begun() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let before = tree(&cli.folder());
    for command in LOOKS {
        let ended = cli.run(&command.split(' ').collect::<Vec<_>>());
        assert!(!ended.stderr.contains("cannot write"), "{command}: {}", ended.stderr);
        assert!(tree(&cli.folder()) == before, "{command} wrote something");
    }
    let plan = cli.run(&["plan"]).fine();
    assert!(plan.contains("1 to submit"), "a sandbox that was never used sells nothing: {plan}");
}

#[test]
fn commands_that_only_look_leave_a_sandbox_as_it_is() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    let before = tree(&cli.folder());
    for command in LOOKS {
        let _ = cli.run(&command.split(' ').collect::<Vec<_>>());
        assert!(tree(&cli.folder()) == before, "{command} wrote something");
    }
    let status = cli.run(&["status"]).fine();
    assert!(status.contains("in review"), "{status}");
}

/// A process that is killed while it writes leaves a journal beside the file. Whoever may write undoes what was half done.
#[test]
fn a_sandbox_whose_writer_was_killed_can_be_looked_at() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    let file = cli.path(".gallerist/sandbox.db");
    let before = std::fs::read(&file).unwrap();
    let journal = cli.path(".gallerist/sandbox.db-journal");
    let writer = rusqlite::Connection::open(&file).unwrap();
    writer.execute_batch("pragma cache_size = 1; pragma cache_spill = 1; begin immediate;").unwrap();
    for number in 0..200 {
        let text = "x".repeat(4000);
        writer
            .execute("insert into events values (?1, 'at', 'by', ?2, 'facts')", (1_000_000 + number, &text))
            .unwrap();
    }
    let (half, journaled) = (std::fs::read(&file).unwrap(), std::fs::read(&journal).unwrap());
    assert!(half != before, "the transaction has reached the file");
    drop(writer);
    std::fs::write(&file, half).unwrap();
    std::fs::write(&journal, journaled).unwrap();
    let status = cli.run(&["status"]).fine();
    assert!(status.contains("in review"), "{status}");
}
