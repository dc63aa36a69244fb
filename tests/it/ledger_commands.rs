//! The ledger as people meet it: kept on a branch, shown, verified, saved, taken elsewhere.

use crate::cli_runner::Cli;
use crate::ledger::clones::{BRANCH, Clones};
use std::path::{Path, PathBuf};

const LEDGER: &str = "    ledger: {store: sqlite, path: .gallerist/ledger.db}";

pub(crate) fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in\n{text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// A catalog with a bare remote beside it; what is committed is pushed.
pub(crate) struct Shop {
    pub(crate) cli: Cli,
}

impl Shop {
    fn new(cli: Cli) -> Self {
        let _ = cli.run(&["init", "--name", "acme"]).fine();
        let shop = Self { cli };
        git2::Repository::init_bare(shop.remote()).unwrap();
        shop.git(&["init", "-q", "--initial-branch", "main"]);
        shop.git(&["remote", "add", "origin", shop.remote().to_str().unwrap()]);
        shop.commit("begin");
        shop
    }

    /// With its ledger on a branch that is shared, and a sandbox that its clones share.
    pub(crate) fn on_a_branch(cli: Cli) -> Self {
        let shop = Self::new(cli);
        edit(&shop.cli.path("gallerist.yaml"), LEDGER, "    ledger: {store: git}");
        edit(&shop.cli.path("gallerist.yaml"), "path: .gallerist/sandbox.db", "path: ../sandbox.db");
        shop.commit("the ledger moves to a branch");
        shop
    }

    pub(crate) fn remote(&self) -> PathBuf {
        self.cli.folder().with_file_name("remote.git")
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        Clones::git(self.cli.folder(), arguments)
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
        self.git(&["push", "-q", "origin", "main"]);
        self.git(&["fetch", "-q"]);
    }

    /// The folder of another clone.
    pub(crate) fn clone(&self, name: &str) -> String {
        let path = self.cli.folder().with_file_name(name);
        let (from, to) = (self.remote(), path.to_str().unwrap().to_owned());
        self.git(&["clone", "-q", "--branch", "main", from.to_str().unwrap(), &to]);
        to
    }

    pub(crate) fn fine(&self, arguments: &[&str]) -> String {
        self.cli.run(arguments).fine()
    }

    /// The product is on sale.
    pub(crate) fn released(self) -> Self {
        self.fine(&["reconcile"]);
        self.fine(&["sandbox", "review", "--approve-all"]);
        self.fine(&["reconcile"]);
        self
    }
}

#[test]
fn two_people_with_a_clone_each_share_one_ledger_even_in_ci() {
    let shop = Shop::on_a_branch(Cli::new().with("CI", "true"));
    let other = shop.clone("ben");
    shop.fine(&["reconcile"]);
    let status = shop.fine(&["-C", &other, "status"]);
    assert!(status.contains("in review"), "{status}");
    shop.fine(&["-C", &other, "sandbox", "review", "--approve-all"]);
    let account = shop.fine(&["-C", &other, "reconcile"]);
    assert!(account.contains("approved"), "{account}");
    assert!(shop.fine(&["plan"]).contains("in sync"));
    let told = shop.fine(&["ledger", "show", "--format", "short"]);
    assert_eq!(told, shop.fine(&["-C", &other, "ledger", "show", "--format", "short"]));
    assert!(!shop.cli.path(".gallerist/ledger.db").exists());
    assert_eq!(shop.git(&["status", "--porcelain"]), "");
    assert_eq!(shop.git(&["branch", "--list"]), "* main");
}

#[test]
fn a_run_asks_the_remote_once() {
    let shop = Shop::on_a_branch(Cli::new()).released();
    guarded(&shop);
    edit(&shop.cli.path("products/acme-crm/product.yaml"), "\"199.00\"", "\"109.00\"");
    shop.commit("another price");
    let (script, counts) = (shop.remote().join("count"), shop.remote().join("counts"));
    std::fs::write(
        &script,
        format!("#!/bin/sh\necho asked >> {}\nexec git-upload-pack \"$@\"\n", counts.display()),
    )
    .unwrap();
    executable(&script);
    shop.git(&["config", "remote.origin.uploadpack", script.to_str().unwrap()]);
    for command in [&["reconcile"][..], &["status"], &["submissions", "list"], &["ledger", "verify"]] {
        let _ = std::fs::remove_file(&counts);
        shop.fine(command);
        let asked = std::fs::read_to_string(&counts).unwrap();
        assert_eq!(asked.lines().count(), 1, "{command:?}");
    }
}

/// Lets a script run.
pub(crate) fn executable(script: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn two_runs_at_once_in_two_clones_submit_once() {
    let shop = Shop::on_a_branch(Cli::new());
    let other = shop.clone("ben");
    let start = |folder: &str| shop.cli.command(&["-C", folder, "reconcile"]).spawn().unwrap();
    let runs = [start("."), start(&other)];
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let told = shop.fine(&["ledger", "show", "--format", "short"]);
    assert_eq!(told.lines().filter(|line| line.contains(" accepted: ")).count(), 1, "{told}");
    assert_eq!(shop.fine(&["sandbox", "review", "--format", "short"]).lines().count(), 1);
    let _ = shop.fine(&["ledger", "verify"]);
}

/// A price that changes by so much that somebody has to allow it; the id of the operation.
fn guarded(shop: &Shop) -> String {
    edit(&shop.cli.path("products/acme-crm/product.yaml"), "\"99.00\"", "\"199.00\"");
    let plan = shop.cli.run(&["plan"]).stdout;
    let at = plan.find("o-").unwrap();
    plan[at..at + 18].to_owned()
}

#[test]
fn the_log_tells_who_allowed_what_why_and_until_when() {
    let shop = Shop::on_a_branch(Cli::new()).released();
    let operation = guarded(&shop);
    let why = "agreed in the \u{202e}pricing meeting";
    shop.fine(&["approve", &operation, "--by", "Ann", "--reason", why, "--expires", "30d"]);
    let shown = shop.fine(&["ledger", "show"]);
    assert!(!shown.contains(&operation), "not merged, so it does not stand: {shown}");
    shop.git(&["checkout", "-q", "-b", "price"]);
    shop.git(&["add", "-A"]);
    shop.git(&["commit", "-qm", "raise the price", "--author", "Ann <ann@acme.example>"]);
    shop.git(&["checkout", "-q", "main"]);
    shop.git(&["-c", "user.name=Ben", "merge", "-q", "--no-ff", "--no-edit", "price"]);
    shop.git(&["push", "-q", "origin", "main"]);
    let merge = shop.git(&["rev-parse", "HEAD"]);
    let shown = shop.fine(&["ledger", "show"]).replace("\n          ", " ");
    for words in [
        "taken for review as KG0000000001",
        "bound to product ID",
        &format!("acme-crm  {operation}\n"),
        "by Ann: \"agreed in the \\u{202e}pricing meeting\", until 2026-12-22 09:00 UTC",
        &format!("brought by Ben in {}", &merge[..10]),
    ] {
        assert!(shown.contains(words), "{words} is not in\n{shown}");
    }
    let only = shop.fine(&["ledger", "show", "--evidence"]);
    assert!(only.contains(&operation) && !only.contains("KG0000000001"), "{only}");
    assert!(!shop.fine(&["ledger", "show", "--product", "other"]).contains(&operation));
    let later = shop.fine(&["ledger", "show", "--now", "2027-01-01T00:00:00Z"]);
    assert!(later.contains("no longer counts"), "{later}");
    let json: serde_json::Value =
        serde_json::from_str(&shop.fine(&["ledger", "show", "--format", "json"])).unwrap();
    assert_eq!(json["approvals"][0]["merged"]["commit"], merge);
    assert_eq!(json["approvals"][0]["evidence"]["by"], "Ann");
    assert_eq!(json["entries"][0]["event"], "prepared");
}

#[test]
fn what_somebody_confirmed_is_in_the_log() {
    let shop = Shop::on_a_branch(Cli::new());
    let plan = shop.fine(&["plan"]);
    let at = plan.find("v-").unwrap();
    let id = &plan[at..at + 10];
    shop.fine(&["confirm", "acme-crm", id, "--by", "Ann", "--reason", "looked", "--expires", "2d"]);
    let told = shop.fine(&["ledger", "show", "--evidence", "--format", "short"]);
    assert_eq!(
        told,
        format!(
            "1 2026-11-22T09:00:00Z acme-crm vouched: {id} is confirmed, by Ann: \"looked\", until 2026-11-24 09:00 UTC\n"
        )
    );
}

#[test]
fn a_sound_ledger_is_told_from_one_that_was_touched() {
    let shop = Shop::on_a_branch(Cli::new()).released();
    let said = shop.fine(&["ledger", "verify"]).replace("\n  ", " ");
    assert!(said.contains("branch `gallerist/ledger` at `origin`, is as it was written."), "{said}");
    let checkout = shop.clone("by-hand");
    Clones::git(&checkout, &["checkout", "-q", BRANCH]);
    std::fs::write(Path::new(&checkout).join("notes.txt"), "hello").unwrap();
    Clones::git(&checkout, &["add", "-A"]);
    Clones::git(&checkout, &["commit", "-qm", "notes"]);
    Clones::git(&checkout, &["push", "-q", "origin", BRANCH]);
    let said = shop.fine(&["ledger", "verify"]);
    assert!(said.starts_with("odd: notes.txt: "), "{said}");

    let first = "acme/intl/0000/000001-acme-crm-prepared.json";
    edit(&Path::new(&checkout).join(first), "\"attempt\": 1", "\"attempt\": 2");
    Clones::git(&checkout, &["commit", "-qam", "a small correction"]);
    Clones::git(&checkout, &["push", "-q", "origin", BRANCH]);
    let ended = shop.cli.run(&["ledger", "verify"]);
    assert_eq!(ended.code, 1);
    let said = ended.stdout.replace("\n  ", " ");
    assert!(said.contains("wrong: acme/intl/0000/000002-acme-crm-accepted.json: "), "{said}");
    assert!(said.contains(&format!("it changed {first}")), "{said}");
    let ended = shop.cli.run(&["ledger", "verify", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &json["sound"], &json["outcome"]), (1, &false.into(), &"failed".into()));
    let stderr = shop.cli.run(&["reconcile"]).failed(1);
    assert!(stderr.contains("ledger entry 2 cannot be read"), "{stderr}");

    Clones::git(shop.remote(), &["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
    let ended = shop.cli.run(&["ledger", "verify"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.replace("\n  ", " ").contains("it was rewritten: "), "{}", ended.stdout);
    let stderr = shop.cli.run(&["plan"]).failed(1).replace("\n  ", " ");
    assert!(stderr.contains("the ledger's history was rewritten") && stderr.contains("help: "), "{stderr}");
}

#[test]
fn a_saved_ledger_fills_an_empty_one_and_only_whole() {
    let shop = Shop::new(Cli::new()).released();
    let before = shop.fine(&["ledger", "show", "--format", "short"]);
    shop.fine(&["ledger", "export", "--out", "../saved.jsonl"]);
    let saved = shop.cli.folder().with_file_name("saved.jsonl");
    let text = std::fs::read_to_string(&saved).unwrap();
    assert_eq!(shop.fine(&["ledger", "export"]), text);
    let stderr = shop.cli.run(&["ledger", "import", "../saved.jsonl"]).failed(1);
    assert!(stderr.contains("there is a ledger already"), "{stderr}");

    edit(&shop.cli.path("gallerist.yaml"), LEDGER, "    ledger: {store: git}");
    let lines: Vec<&str> = text.lines().collect();
    let swapped = [lines[0], lines[2], lines[1]].join("\n") + "\n" + &lines[3..].join("\n");
    let spoilt = [
        ("cut short", lines[..lines.len() - 1].join("\n"), "should hold"),
        ("changed", text.replacen("\"attempt\":1", "\"attempt\":2", 1), "the entry before it is not the one"),
        ("moved", swapped, "stands here"),
        ("another's", text.replace("\"catalog\":\"acme\"", "\"catalog\":\"other\""), "entry"),
        ("something else", "{}\n".to_owned(), "not a ledger-export document"),
        ("newer", text.replacen("\"format\":1", "\"format\":9", 1), "use a newer version"),
        ("nothing", String::new(), "not a ledger-export document"),
    ];
    for (name, spoilt, words) in spoilt {
        shop.cli.write("spoilt.jsonl", &spoilt);
        let stderr = shop.cli.run(&["ledger", "import", "spoilt.jsonl"]).failed(1).replace("\n  ", " ");
        assert!(stderr.contains(words), "{name}: {stderr}");
    }
    assert!(shop.fine(&["ledger", "show"]).contains("There are no such entries."));
    shop.fine(&["ledger", "import", "../saved.jsonl"]);
    assert_eq!(shop.fine(&["ledger", "show", "--format", "short"]), before);
    assert_eq!(shop.fine(&["ledger", "export"]), text);
    assert!(shop.fine(&["plan"]).contains("in sync"));
    edit(&shop.cli.path("gallerist.yaml"), "name: acme", "name: other");
    let stderr = shop.cli.run(&["ledger", "import", "../saved.jsonl"]).failed(1);
    assert!(stderr.contains("is about catalog `acme`"), "{stderr}");
}

#[test]
fn a_ledger_moves_to_a_branch_and_back() {
    let shop = Shop::new(Cli::new()).released();
    let file = || std::fs::read(shop.cli.path(".gallerist/ledger.db")).unwrap();
    let before = (file(), shop.fine(&["ledger", "show", "--format", "short"]));
    let said = shop.fine(&["ledger", "migrate", "--to", "git"]).replace("\n  ", " ");
    let line = shop.cli.read("gallerist.yaml").lines().position(|line| line == LEDGER).unwrap() + 1;
    assert!(
        said.contains(&format!("In gallerist.yaml, line {line}, write: ledger: {{store: git}}")),
        "{said}"
    );
    assert_eq!(file(), before.0, "the source stays as it was");
    let stderr = shop.cli.run(&["ledger", "migrate", "--to", "git"]).failed(1);
    assert!(stderr.contains("there is a ledger already"), "{stderr}");
    let stderr = shop.cli.run(&["ledger", "migrate", "--to", "sqlite"]).failed(1);
    assert!(stderr.contains("is kept there already"), "{stderr}");
    let stderr = shop.cli.run(&["ledger", "migrate", "--to", "git", "--branch", "main"]).failed(1);
    assert!(stderr.contains("the branch of the definitions"), "{stderr}");

    edit(&shop.cli.path("gallerist.yaml"), LEDGER, "    ledger: {store: git}");
    assert_eq!(shop.fine(&["ledger", "show", "--format", "short"]), before.1);
    assert!(shop.fine(&["plan"]).contains("in sync"));
    shop.fine(&["ledger", "verify"]);
    let said = shop.fine(&["ledger", "migrate", "--to", "sqlite", "--path", "back.db", "--persistent"]);
    let said = said.replace("\n  ", " ");
    assert!(said.contains("{store: sqlite, path: back.db, persistent: true}"), "{said}");
    edit(
        &shop.cli.path("gallerist.yaml"),
        "    ledger: {store: git}",
        "    ledger: {store: sqlite, path: back.db, persistent: true}",
    );
    assert_eq!(shop.fine(&["ledger", "show", "--format", "short"]), before.1);
}

#[test]
fn the_sandbox_is_as_short_lived_as_its_ledger_so_ci_may_play() {
    for value in ["true", "1", "false", ""] {
        let cli = Cli::new().with("CI", value);
        let shown = cli.run(&["demo"]).fine();
        assert!(shown.contains("Who has to act next?"), "CI={value}: {shown}");
    }
}

#[test]
fn a_branch_is_not_emptied_with_the_sandbox() {
    let shop = Shop::on_a_branch(Cli::new()).released();
    let before = shop.fine(&["ledger", "show", "--format", "short"]);
    let stderr = shop.cli.run(&["sandbox", "reset"]).failed(1).replace("\n  ", " ");
    assert!(stderr.contains("entries on a branch are never removed"), "{stderr}");
    assert_eq!(shop.fine(&["ledger", "show", "--format", "short"]), before);
    assert!(shop.fine(&["plan"]).contains("in sync"), "the sandbox knows its products still");
}

#[test]
fn a_ledger_on_a_branch_needs_a_repository_and_the_remote_that_is_named() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    edit(&cli.path("gallerist.yaml"), LEDGER, "    ledger: {store: git, remote: upstream}");
    let stderr = cli.run(&["plan"]).failed(1);
    assert!(stderr.contains("is in no git repository"), "{stderr}");
    Clones::git(cli.folder(), &["init", "-q", "-b", "main"]);
    let stderr = cli.run(&["plan"]).failed(1).replace("\n  ", " ");
    assert!(stderr.contains("no remote `upstream`"), "{stderr}");
    edit(&cli.path("gallerist.yaml"), "remote: upstream", "remote: none");
    Clones::git(cli.folder(), &["add", "-A"]);
    Clones::git(cli.folder(), &["commit", "-qm", "begin"]);
    let _ = cli.run(&["reconcile"]).fine();
    let said = cli.run(&["ledger", "verify"]).fine().replace("\n  ", " ");
    assert!(said.contains("of this repository"), "{said}");
}

#[test]
fn a_run_that_may_not_push_sends_nothing() {
    let shop = Shop::on_a_branch(Cli::new());
    let hook = shop.remote().join("hooks/update");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho 'Permission to acme.git denied to bot' >&2\nexit 1\n").unwrap();
    executable(&hook);
    let ended = shop.cli.run(&["reconcile"]);
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    let said = ended.stdout.replace("\n  ", " ");
    assert!(said.contains("denied to bot") && said.contains("permissions: {contents: write}"), "{said}");
    let waiting = shop.fine(&["sandbox", "review"]);
    assert!(waiting.contains("Nothing waits for a verdict."), "{waiting}");
    std::fs::remove_file(&hook).unwrap();
    assert!(shop.fine(&["reconcile"]).contains("KG0000000001"), "once it may push, it goes on");
}

#[test]
fn an_export_replaces_nothing_but_a_shorter_export() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    for other in ["gallerist.yaml", ".gallerist/ledger.db", "products/acme-crm/product.yaml"] {
        let before = std::fs::read(cli.path(other)).unwrap();
        let said = cli.run(&["ledger", "export", "--out", other]).failed(1);
        assert!(said.contains("holds something else"), "{said}");
        assert_eq!(std::fs::read(cli.path(other)).unwrap(), before, "{other}");
    }
    let _ = cli.run(&["ledger", "export", "--out", "ledger.jsonl"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["ledger", "export", "--out", "ledger.jsonl"]).fine();
    let copy = cli.read("ledger.jsonl");
    std::fs::remove_file(cli.path(".gallerist/ledger.db")).unwrap();
    let said = cli.run(&["ledger", "export", "--out", "ledger.jsonl"]).failed(1);
    assert!(said.contains("and the ledger has 0 now"), "{said}");
    assert_eq!(cli.read("ledger.jsonl"), copy, "the only copy is kept");
}

#[test]
fn entries_that_somebody_took_out_of_a_file_are_noticed() {
    let sql = |cli: &Cli, statements: &str| {
        let file = rusqlite::Connection::open(cli.path(".gallerist/ledger.db")).unwrap();
        file.execute_batch(statements).unwrap();
    };
    let begun = || {
        let cli = Cli::new();
        let _ = cli.run(&["init", "--name", "acme"]).fine();
        let _ = cli.run(&["reconcile"]).fine();
        assert!(cli.run(&["ledger", "verify"]).fine().contains("is as it was written"));
        cli
    };
    for (statements, told) in [
        (
            "DROP TRIGGER entry_is_never_deleted; DELETE FROM entry WHERE sequence = 1",
            "2 entries were written and 1",
        ),
        (
            "DROP TRIGGER entry_is_never_deleted; DELETE FROM entry WHERE sequence = 2",
            "2 entries were written and 1",
        ),
        ("DROP TRIGGER entry_is_never_changed", "was taken away"),
    ] {
        let cli = begun();
        sql(&cli, statements);
        let ended = cli.run(&["ledger", "verify"]);
        assert_eq!(ended.code, 1, "{statements}: {}", ended.stdout);
        let said = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(told), "{statements}: {said}");
    }
    let cli = begun();
    std::fs::remove_file(cli.path(".gallerist/ledger.db")).unwrap();
    let said = cli.run(&["ledger", "verify"]).fine();
    assert!(said.contains("there is no ledger in it"), "{said}");
}
