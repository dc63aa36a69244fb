//! What a ledger on a git branch promises beyond the contract: it keeps to its branch, looks like what it is, is asked
//! for once, and gives true answers when remotes do not.

use super::clones::{BRANCH, Clones};
use super::{hour, key, not_sent, scope, words};
use camino::Utf8PathBuf;
use gallerist::ledger::{Ledger, LedgerError, LedgerView};
use gallerist::stores::GitLedger;

fn write(path: &Utf8PathBuf, word: &str) -> Result<(), LedgerError> {
    Clones::ledger(path).append(&scope(), hour(1), &key("crm"), &not_sent(word))
}

fn said(path: &Utf8PathBuf) -> Vec<String> {
    let events = Clones::ledger(path).events(&scope()).unwrap();
    words(&events).into_iter().map(str::to_owned).collect()
}

/// Everything of a repository that is its user's: what is checked out, the index, references, files.
fn of_the_user(path: &Utf8PathBuf) -> String {
    let refs = Clones::git(path, &["for-each-ref"]);
    let refs: Vec<&str> = refs.lines().filter(|line| !line.contains("gallerist")).collect();
    let read = |name: &str| std::fs::read(path.join(".git").join(name)).unwrap_or_default();
    let status = Clones::git(path, &["--no-optional-locks", "status", "--porcelain", "--ignored"]);
    format!("{refs:?} {:?} {:?} {:?} {status}", read("HEAD"), read("index"), read("FETCH_HEAD"))
}

#[test]
fn the_users_repository_is_left_alone() {
    let clones = Clones::new();
    for (name, shared) in [("shared", true), ("alone", false)] {
        let path = if shared { clones.clone(name) } else { clones.alone(name) };
        let unborn = of_the_user(&path);
        write(&path, "before the first commit").unwrap();
        assert_eq!(of_the_user(&path), unborn, "{name}");

        std::fs::write(path.join("a.txt"), "one").unwrap();
        Clones::git(&path, &["add", "."]);
        Clones::git(&path, &["commit", "-qm", "one"]);
        if shared {
            Clones::git(&path, &["push", "-q", "origin", "HEAD:main"]);
            Clones::git(&path, &["fetch", "-q"]);
        }
        Clones::git(&path, &["checkout", "-q", "--detach"]);
        std::fs::write(path.join("b.txt"), "staged").unwrap();
        Clones::git(&path, &["add", "b.txt"]);
        std::fs::write(path.join("a.txt"), "changed").unwrap();
        let before = of_the_user(&path);
        write(&path, "beside work").unwrap();
        Clones::ledger(&path).lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
        assert!(said(&path).contains(&"beside work".to_owned()));
        assert_eq!(of_the_user(&path), before, "{name}");
    }
}

#[test]
fn it_is_readable_with_git_alone() {
    let clones = Clones::new();
    let path = clones.clone("one");
    Clones::git(&path, &["config", "user.name", "Ann"]);
    Clones::git(&path, &["config", "user.email", "ann@acme.example"]);
    write(&path, "first").unwrap();
    Clones::ledger(&path).lease(&scope(), &key("crm"), "run-1", hour(1), hour(2)).unwrap();
    let files = Clones::git(clones.remote(), &["ls-tree", "-r", "--name-only", BRANCH]);
    assert_eq!(
        files.lines().collect::<Vec<_>>(),
        ["README.md", "acme/intl/0000/000001-crm-not-sent.json", "acme/intl/leases/crm.json", "ledger.json"]
    );
    let entry =
        Clones::git(clones.remote(), &["show", &format!("{BRANCH}:acme/intl/0000/000001-crm-not-sent.json")]);
    for line in ["  \"sequence\": 1,", "  \"at\": \"2026-03-02T01:00:00Z\",", "    \"reason\": \"first\""] {
        assert!(entry.lines().any(|found| found == line), "{line} is not in\n{entry}");
    }
    let log = Clones::git(clones.remote(), &["log", "--format=%an %ae %ct %s", BRANCH]);
    assert_eq!(
        log.lines().last().unwrap(),
        format!("Ann ann@acme.example {} acme/intl 000001: crm not-sent", hour(1).as_second())
    );
    Clones::ledger(&path).release(&scope(), &key("crm"), "run-1").unwrap();
    let files = Clones::git(clones.remote(), &["ls-tree", "-r", "--name-only", BRANCH]);
    assert!(!files.contains("leases"), "{files}");
}

#[test]
fn shallow_clones_and_linked_worktrees_are_as_good_as_others() {
    let clones = Clones::new();
    let path = clones.clone("one");
    std::fs::write(path.join("a.txt"), "one").unwrap();
    for message in ["one", "two"] {
        Clones::git(&path, &["add", "."]);
        Clones::git(&path, &["commit", "-qm", message, "--allow-empty"]);
    }
    Clones::git(&path, &["push", "-q", "origin", "HEAD:main"]);
    for word in ["1", "2", "3"] {
        write(&path, word).unwrap();
    }
    let shallow = path.with_file_name("shallow");
    let from = format!("file://{}", clones.remote().display());
    for more in [&["--branch", "main"][..], &["--no-single-branch", "--branch", "main"]] {
        let _ = std::fs::remove_dir_all(&shallow);
        let clone = [&["clone", "-q", "--depth", "1"], more, &[&from, shallow.as_str()]].concat();
        Clones::git(&path, &clone);
        write(&shallow, "shallow").unwrap();
        assert_eq!(said(&shallow), said(&path));
        assert_eq!(Clones::ledger(&shallow).verify(&scope()).unwrap(), vec![]);
    }
    let linked = path.with_file_name("linked");
    Clones::git(&path, &["worktree", "add", "-q", "--detach", linked.as_str()]);
    write(&linked, "linked").unwrap();
    assert_eq!(said(&path), ["1", "2", "3", "shallow", "shallow", "linked"]);
}

/// Makes a repository ask the remote through a script that counts, and fails while there is a file called `deaf`.
fn counted(clones: &Clones, path: &Utf8PathBuf) -> std::path::PathBuf {
    let script = clones.remote().join("count");
    let counts = clones.remote().join("counts");
    let text = format!(
        "#!/bin/sh\necho asked >> {}\n[ -e {} ] && exit 1\nexec git-upload-pack \"$@\"\n",
        counts.display(),
        clones.remote().join("deaf").display()
    );
    std::fs::write(&script, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    Clones::git(path, &["config", "remote.origin.uploadpack", script.to_str().unwrap()]);
    counts
}

#[test]
fn the_remote_is_asked_once_unless_somebody_else_was_faster() {
    let clones = Clones::new();
    let (path, other) = (clones.clone("one"), clones.clone("other"));
    write(&other, "theirs").unwrap();
    let counts = counted(&clones, &path);
    let asked = || std::fs::read_to_string(&counts).unwrap_or_default().lines().count();
    let mut ledger = Clones::ledger(&path);
    assert_eq!(asked(), 0, "opening asks nobody");
    assert_eq!(ledger.events(&scope()).unwrap().len(), 1);
    ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("ours")).unwrap();
    ledger.release(&scope(), &key("crm"), "one").unwrap();
    let view: Box<dyn LedgerView> = Box::new(ledger.clone());
    assert_eq!(words(&view.events(&scope()).unwrap()), ["theirs", "ours"]);
    assert_eq!(asked(), 1);
    write(&other, "theirs again").unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("ours again")).unwrap();
    assert_eq!(words(&view.events(&scope()).unwrap()), ["theirs", "ours", "theirs again", "ours again"]);
    assert_eq!(asked(), 2);
}

/// A hook that ends the server once, when a file called `once` is there: `$1` may say at which moment.
fn once(moment: &str) -> String {
    format!("{moment} [ -e once ] && rm once && kill -9 $PPID\nexit 0")
}

#[test]
fn a_push_whose_answer_is_lost_counts_once() {
    for (hook, moment) in [("pre-receive", ""), ("reference-transaction", "[ \"$1\" = committed ] &&")] {
        let clones = Clones::new();
        let path = clones.clone("one");
        write(&path, "first").unwrap();
        clones.hook(hook, &once(moment));
        std::fs::write(clones.remote().join("once"), "").unwrap();
        write(&path, "second").unwrap();
        assert!(!clones.remote().join("once").exists(), "the server was ended");
        assert_eq!(said(&path), ["first", "second"], "{hook}");
        std::fs::write(clones.remote().join("once"), "").unwrap();
        let mut ledger = Clones::ledger(&path);
        ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
        let leased = Clones::ledger(&path).lease(&scope(), &key("crm"), "two", hour(0), hour(1));
        assert!(matches!(leased, Err(LedgerError::Leased { .. })), "{hook}");
    }
}

#[test]
fn a_remote_that_goes_silent_after_a_push_leaves_it_unknown_until_it_speaks_again() {
    let clones = Clones::new();
    let path = clones.clone("one");
    write(&path, "first").unwrap();
    counted(&clones, &path);
    clones.hook("reference-transaction", "[ \"$1\" = committed ] && touch deaf && kill -9 $PPID\nexit 0");
    let mut ledger = Clones::ledger(&path);
    assert_eq!(ledger.events(&scope()).unwrap().len(), 1);
    let error = ledger.append(&scope(), hour(1), &key("crm"), &not_sent("second")).unwrap_err();
    assert!(error.to_string().contains("whether it arrived"), "{error}");
    std::fs::remove_file(clones.remote().join("deaf")).unwrap();
    std::fs::remove_file(clones.remote().join("hooks/reference-transaction")).unwrap();
    assert_eq!(said(&path), ["first", "second"]);
}

#[test]
fn a_remote_that_does_not_take_it_says_why_and_the_error_says_what_to_do() {
    let cases = [
        ("GH006: Protected branch update failed", "protect it against force pushes and deletion only"),
        ("remote: Permission to acme/catalog.git denied to bot", "permissions: {contents: write}"),
        ("fatal: The requested URL returned error: 403", "permissions: {contents: write}"),
        // A number within the name of a commit says nothing.
        ("fab040361 is not wanted", "let whoever runs gallerist push"),
        ("\u{1b}[31mno", "let whoever runs gallerist push"),
    ];
    for (words, help) in cases {
        let clones = Clones::new();
        let path = clones.clone("one");
        write(&path, "first").unwrap();
        clones.hook("update", &format!("printf '%s\\n' '{words}' >&2; exit 1"));
        let error = write(&path, "second").unwrap_err();
        assert!(matches!(&error, LedgerError::Remote { .. }), "{error}");
        assert!(error.remedy().unwrap().contains(help), "{error:?}");
        let told = error.to_string();
        assert!(!told.contains('\u{1b}') && !told.contains('\n'), "{told}");
        assert!(told.contains(words.trim_start_matches("remote: ").trim_start_matches('\u{1b}')), "{told}");
        assert_eq!(said(&path), ["first"], "nothing was written");
    }
}

#[test]
fn a_remote_that_cannot_be_reached_stops_reading() {
    let clones = Clones::new();
    let path = clones.clone("one");
    write(&path, "first").unwrap();
    let secret = "https://me:hunter2@localhost:1/acme.git";
    Clones::git(&path, &["remote", "set-url", "origin", secret]);
    let error = Clones::ledger(&path).events(&scope()).unwrap_err();
    assert!(error.to_string().starts_with("the ledger cannot be fetched from `origin`: "), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    Clones::git(&path, &["remote", "set-url", "origin", "/nowhere/at/all.git"]);
    let error = write(&path, "second").unwrap_err();
    assert!(error.remedy().unwrap().contains("git remote -v"), "{error:?}");
    let error = GitLedger::open(&path, BRANCH, Some("upstrem"), hour(0)).unwrap_err().to_string();
    assert!(error.contains("no remote `upstrem`") && error.contains("origin"), "{error}");
    let nowhere = tempfile::tempdir().unwrap();
    let nowhere = Utf8PathBuf::from_path_buf(nowhere.path().to_owned()).unwrap();
    let error = GitLedger::open(&nowhere, BRANCH, None, hour(0)).unwrap_err().to_string();
    assert!(error.contains("git init"), "{error}");
}

#[test]
fn a_branch_that_stands_in_the_way_of_the_name_is_told() {
    let clones = Clones::new();
    let (path, alone) = (clones.clone("one"), clones.alone("alone"));
    for path in [&path, &alone] {
        Clones::git(path, &["commit", "-q", "--allow-empty", "-m", "one"]);
        Clones::git(path, &["branch", "gallerist"]);
    }
    Clones::git(&path, &["push", "-q", "origin", "gallerist"]);
    let error = write(&path, "one").unwrap_err();
    assert!(error.remedy().unwrap().contains("stands in the way of this name"), "{error:?}");
    let error = write(&alone, "one").unwrap_err();
    assert!(error.to_string().contains("refs/heads/gallerist"), "{error:?}");
}

#[test]
fn a_clone_without_all_contents_is_as_good_as_others() {
    let clones = Clones::new();
    let path = clones.clone("one");
    write(&path, "one").unwrap();
    Clones::git(clones.remote(), &["config", "uploadpack.allowFilter", "true"]);
    let partial = path.with_file_name("partial");
    let from = format!("file://{}", clones.remote().display());
    Clones::git(&path, &["clone", "-q", "--no-checkout", "--filter=blob:none", &from, partial.as_str()]);
    write(&partial, "two").unwrap();
    assert_eq!(said(&partial), ["one", "two"]);
}

/// Changes the remote by force; gets the first commit.
type Rewrite<'a> = &'a dyn Fn(&Clones, &str);

#[test]
fn rewritten_history_stops_whoever_saw_the_other_one() {
    let branch = format!("refs/heads/{BRANCH}");
    let rewrites: [(&str, Rewrite<'_>); 3] = [
        ("goes back", &|clones, first| {
            Clones::git(clones.remote(), &["update-ref", &branch, first]);
        }),
        ("is gone", &|clones, _| {
            Clones::git(clones.remote(), &["update-ref", "-d", &branch]);
        }),
        ("is another", &|clones, _| {
            Clones::git(clones.remote(), &["update-ref", "-d", &branch]);
            write(&clones.clone("third"), "another").unwrap();
        }),
    ];
    for (name, rewrite) in rewrites {
        let clones = Clones::new();
        let (path, other) = (clones.clone("one"), clones.clone("other"));
        write(&path, "first").unwrap();
        let first = Clones::git(clones.remote(), &["rev-parse", BRANCH]);
        write(&other, "second").unwrap();
        assert_eq!(said(&path).len(), 2);
        let seen = Clones::git(clones.remote(), &["rev-parse", BRANCH]);
        rewrite(&clones, &first);
        let error = Clones::ledger(&path).events(&scope()).unwrap_err();
        let LedgerError::Rewritten { what, remedy } = &error else { panic!("{name}: {error}") };
        assert!(what.contains(&seen[..10]), "{name}: {what}");
        assert!(write(&path, "third").is_err(), "{name}");
        assert!(remedy.contains("git push --force origin") && remedy.contains(&seen), "{name}: {remedy}");
        let memory = remedy.rsplit("git update-ref -d ").next().unwrap().trim_end_matches('`');
        Clones::git(&path, &["update-ref", "-d", memory]);
        assert!(said(&path).len() < 2, "{name}: the new history was accepted by hand");
    }
}

#[test]
fn the_branch_of_one_repository_is_remembered_too() {
    let clones = Clones::new();
    let path = clones.alone("alone");
    write(&path, "first").unwrap();
    let first = Clones::git(&path, &["rev-parse", BRANCH]);
    write(&path, "second").unwrap();
    Clones::git(&path, &["branch", "-f", BRANCH, &first]);
    let error = write(&path, "third").unwrap_err();
    assert!(error.remedy().unwrap().contains("git branch -f"), "{error:?}");
}

#[test]
fn entries_from_before_there_was_a_remote_are_taken_along() {
    let clones = Clones::new();
    let path = clones.alone("one");
    write(&path, "alone").unwrap();
    assert_eq!(clones.clone("one"), path, "it has a remote now");
    assert_eq!(said(&path), ["alone"]);
    write(&path, "shared").unwrap();
    let other = clones.clone("other");
    write(&other, "theirs").unwrap();
    assert_eq!(said(&other), ["alone", "shared", "theirs"]);
    assert_eq!(said(&path), ["alone", "shared", "theirs"]);

    let late = clones.alone("late");
    write(&late, "of its own").unwrap();
    let error = Clones::ledger(&clones.clone("late")).events(&scope()).unwrap_err();
    assert!(matches!(&error, LedgerError::Rewritten { .. }), "{error}");
    assert!(error.to_string().contains("neither leads to the other"), "{error}");
}

#[test]
fn a_remote_that_is_taken_away_or_exchanged_takes_no_entries_along_unseen() {
    let clones = Clones::new();
    let path = clones.clone("one");
    write(&path, "first").unwrap();
    Clones::git(&path, &["remote", "rename", "origin", "old"]);
    let alone = Clones::ledger(&path);
    let error = alone.events(&scope()).unwrap_err();
    assert!(matches!(&error, LedgerError::Rewritten { .. }), "{error}");
    let other = Clones::new();
    Clones::git(&path, &["remote", "add", "origin", other.remote().to_str().unwrap()]);
    let error = write(&path, "second").unwrap_err();
    assert!(matches!(&error, LedgerError::Rewritten { .. }), "{error}");
    Clones::git(
        &path,
        &["push", "-q", "origin", &format!("refs/gallerist/seen/at/origin/{BRANCH}:refs/heads/{BRANCH}")],
    );
    write(&path, "second").unwrap();
    assert_eq!(said(&path), ["first", "second"], "the new remote has it all");
}

/// A checkout of the ledger's branch in which somebody edits by hand.
fn by_hand(clones: &Clones, edit: impl Fn(&std::path::Path)) {
    let folder = tempfile::tempdir().unwrap();
    let remote = clones.remote();
    Clones::git(folder.path(), &["clone", "-q", "--branch", BRANCH, remote.to_str().unwrap(), "by-hand"]);
    let checkout = folder.path().join("by-hand");
    edit(&checkout);
    Clones::git(&checkout, &["add", "-A"]);
    Clones::git(&checkout, &["commit", "-qm", "by hand"]);
    Clones::git(&checkout, &["push", "-q", "origin", BRANCH]);
}

/// Changes the files of a checkout.
type Spoil<'a> = &'a dyn Fn(&std::path::Path);

const SHELF: &str = "acme/intl/0000";

#[test]
fn what_was_changed_by_hand_is_found_in_a_fresh_clone() {
    let edit = |path: std::path::PathBuf, from: &str, to: &str| {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    let first = format!("{SHELF}/000001-crm-not-sent.json");
    let second = format!("{SHELF}/000002-crm-not-sent.json");
    let (two, three) = (second.clone(), format!("{SHELF}/000003-crm-not-sent.json"));
    let cases: [(&str, Spoil<'_>, u64, &str); 5] = [
        (
            "changed",
            &|at| edit(at.join(&first), "\"one\"", "\"won\""),
            2,
            "the entry before it is not the one",
        ),
        ("missing", &|at| std::fs::remove_file(at.join(&second)).unwrap(), 2, "missing"),
        (
            "moved",
            &|at| {
                std::fs::rename(at.join(&two), at.join("x")).unwrap();
                std::fs::rename(at.join(&three), at.join(&two)).unwrap();
                std::fs::rename(at.join("x"), at.join(&three)).unwrap();
            },
            2,
            "000002",
        ),
        ("unreadable", &|at| edit(at.join(&two), "not-sent\"", "invented\""), 2, "invented"),
        (
            "doubled",
            &|at| {
                std::fs::copy(at.join(&two), at.join(format!("{SHELF}/000002-erp-not-sent.json"))).unwrap();
            },
            2,
            "two of them",
        ),
    ];
    for (name, spoil, number, words) in cases {
        let clones = Clones::new();
        let path = clones.clone("one");
        for word in ["one", "two", "three"] {
            write(&path, word).unwrap();
        }
        by_hand(&clones, spoil);
        let fresh = clones.clone("fresh");
        let error = Clones::ledger(&fresh).events(&scope()).unwrap_err();
        let LedgerError::Corrupt { sequence, reason } = &error else { panic!("{name}: {error}") };
        assert!(*sequence == number && reason.contains(words), "{name}: {error}");
        let flaws = Clones::ledger(&fresh).verify(&scope()).unwrap();
        assert!(flaws.iter().any(|flaw| flaw.is_fatal && flaw.place.contains(SHELF)), "{name}: {flaws:?}");
        let by_commit = flaws.iter().any(|flaw| flaw.place.starts_with("commit "));
        assert_eq!(by_commit, name != "doubled", "{name}: {flaws:?}");
        let error = Clones::ledger(&path).events(&scope()).unwrap_err();
        assert!(matches!(error, LedgerError::Corrupt { .. }), "{name}: an old clone sees it as well");
    }
}

#[test]
fn a_chain_that_was_forged_whole_is_found_by_its_commit() {
    let clones = Clones::new();
    let path = clones.clone("one");
    write(&path, "one").unwrap();
    Clones::edit(clones.remote(), &format!("{SHELF}/000001-crm-not-sent.json"), "\"one\"", "\"won\"");
    let fresh = Clones::ledger(&clones.clone("fresh"));
    assert_eq!(words(&fresh.events(&scope()).unwrap()), ["won"], "the last entry has nothing after it");
    let flaws = fresh.verify(&scope()).unwrap();
    assert!(flaws[0].is_fatal && flaws[0].what.contains("changed acme/intl/0000/000001"), "{flaws:?}");
    Clones::edit(clones.remote(), &format!("{SHELF}/000001-crm-not-sent.json"), "\"won\"", "\"one\"");
    let flaws = Clones::ledger(&path).verify(&scope()).unwrap();
    assert_eq!(flaws.len(), 2, "both commits are told");
    assert!(
        flaws.iter().all(|flaw| !flaw.is_fatal),
        "what was put right is worth no more than a look: {flaws:?}"
    );
}

#[test]
fn foreign_files_are_passed_over_and_told() {
    let clones = Clones::new();
    let path = clones.clone("one");
    write(&path, "one").unwrap();
    let strange = ["notes.txt", "acme/notes.txt", "acme/intl/notes.txt", "acme/intl/0000/notes.json"];
    by_hand(&clones, |at| strange.iter().for_each(|name| std::fs::write(at.join(name), "hello").unwrap()));
    write(&path, "two").unwrap();
    assert_eq!(said(&path), ["one", "two"]);
    let flaws = Clones::ledger(&path).verify(&scope()).unwrap();
    let mut places: Vec<&str> = flaws.iter().map(|flaw| flaw.place.as_str()).collect();
    places.sort_unstable();
    let mut wanted = strange;
    wanted.sort_unstable();
    assert_eq!(places, wanted);
    assert!(flaws.iter().all(|flaw| !flaw.is_fatal));
}

#[test]
fn a_branch_of_something_else_is_left_alone() {
    let other = Clones::new();
    by_hand_on_main(&other);
    let before = Clones::git(other.remote(), &["rev-parse", "main"]);
    let mut ledger = GitLedger::open(&other.clone("one"), "main", Some("origin"), hour(0)).unwrap();
    let error = ledger.append(&scope(), hour(0), &key("crm"), &not_sent("x")).unwrap_err().to_string();
    assert!(error.contains("holds something else"), "{error}");
    assert!(ledger.events(&scope()).is_err());
    assert_eq!(Clones::git(other.remote(), &["rev-parse", "main"]), before);
}

/// A branch `main` with a file, pushed.
fn by_hand_on_main(clones: &Clones) {
    let path = clones.clone("by-hand");
    std::fs::write(path.join("gallerist.yaml"), "").unwrap();
    Clones::git(&path, &["add", "."]);
    Clones::git(&path, &["commit", "-qm", "one"]);
    Clones::git(&path, &["push", "-q", "origin", "HEAD:main"]);
}
