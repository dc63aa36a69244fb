//! Writers that are killed, and what they leave behind.

use super::clones::{BRANCH, Clones};
use super::{hour, key, not_sent, scope, words};
use camino::Utf8PathBuf;
use gallerist::ledger::{Ledger, LedgerView};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Starts the test below again in a process of its own, where it writes until it is killed.
fn writer(path: &Utf8PathBuf, name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "ledger::git_crash::what_was_appended_survives_a_kill", "--nocapture"]);
    command.env("LEDGER_CLONE", path).env("LEDGER_NAME", name).stdout(Stdio::piped());
    command
}

/// In the second process: takes the product, writes, and says so after each entry; `false` in the first.
#[expect(clippy::print_stdout, reason = "the parent process reads along")]
fn write_if_asked() -> bool {
    let Ok(path) = std::env::var("LEDGER_CLONE") else { return false };
    let name = std::env::var("LEDGER_NAME").unwrap();
    let mut ledger = Clones::ledger(&Utf8PathBuf::from(path));
    ledger.lease(&scope(), &key("crm"), &name, hour(0), hour(1)).unwrap();
    for number in 0..1000 {
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
    let clones = Clones::new();
    for (path, wrote) in [(clones.clone("shared"), 3), (clones.alone("alone"), 5), (clones.alone("alone"), 1)]
    {
        let name = format!("{wrote}-times");
        // Whatever held the product before is over by then.
        let mut child = writer(&path, &name).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let said = said.filter(|line| line.contains("wrote ")).take(wrote).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(said, wrote);
        let mut again = Clones::ledger(&path);
        again.append(&scope(), hour(2), &key("crm"), &not_sent("after")).unwrap();
        let events = again.events(&scope()).unwrap();
        let own: Vec<&str> = words(&events).into_iter().filter(|word| word.starts_with(&name)).collect();
        assert!(own.len() >= wrote, "{} of {wrote} entries are left", own.len());
        let wanted: Vec<String> = (0..own.len()).map(|number| format!("{name} {number}")).collect();
        assert_eq!(own, wanted, "no hole");
        assert_eq!(again.verify(&scope()).unwrap(), vec![]);
        again.lease(&scope(), &key("crm"), "next", hour(1), hour(2)).unwrap();
        again.release(&scope(), &key("crm"), "next").unwrap();
    }
}

#[test]
fn a_lock_that_was_left_behind_is_named() {
    let clones = Clones::new();
    let path = clones.alone("alone");
    let mut ledger = Clones::ledger(&path);
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    let lock = path.join(".git/refs/heads/gallerist/ledger.lock");
    std::fs::write(&lock, "").unwrap();
    let error = ledger.append(&scope(), hour(0), &key("crm"), &not_sent("second")).unwrap_err().to_string();
    assert!(error.contains("ledger.lock") && error.contains("remove it"), "{error}");
    std::fs::remove_file(&lock).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("second")).unwrap();
    assert_eq!(words(&Clones::ledger(&path).events(&scope()).unwrap()), ["first", "second"]);
}

/// A run that was killed between making the lock of what it saw and letting it go.
#[test]
fn what_a_killed_run_left_locked_is_in_nobodys_way() {
    let clones = Clones::new();
    let (one, other) = (clones.clone("one"), clones.clone("other"));
    let write = |path: &Utf8PathBuf, word: &str| {
        Clones::ledger(path).append(&scope(), hour(1), &key("crm"), &not_sent(word)).unwrap();
    };
    write(&one, "first");
    let lock = one.join(format!(".git/refs/gallerist/seen/at/origin/{BRANCH}.lock"));
    std::fs::write(&lock, "").unwrap();
    write(&other, "second");
    assert_eq!(words(&Clones::ledger(&one).events(&scope()).unwrap()), ["first", "second"]);
    write(&one, "third");
    assert!(!lock.exists());
}
