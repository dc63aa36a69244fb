//! The whole story on real repositories: a branch, a change, a push, the plan where the review happens, the merge, the
//! apply, the marketplace's review. And the same from a fork, which has no secret.

use super::shop::{Repository, git};
use crate::cli_runner::{Cli, Ended};
use crate::comment::server::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};

const PRODUCT: &str = "products/quayside-migration/product.yaml";
const SNAPSHOT: &str = "gallerist/released";
const TOKEN: &str = "ghs_0123456789abcdefSECRET";

/// Everybody who takes part: a shared repository, a machine that applies, a forge.
struct Company {
    /// The machine with the sandbox: what runs there survives.
    machine: Repository,
    home: PathBuf,
    forge: Server,
}

impl Company {
    fn new() -> Self {
        let machine = Repository::on_sale("07-price-change");
        let home = machine.cli.folder().parent().unwrap().to_owned();
        let company = Self { machine, home, forge: Server::start() };
        let shared = company.path("shared.git");
        company.machine.git(&["clone", "-q", "--bare", ".", &shared]);
        company.machine.git(&["remote", "add", "origin", &shared]);
        company.machine.git(&["fetch", "-q", "origin"]);
        company.publish();
        company
    }

    fn path(&self, name: &str) -> String {
        self.home.join(name).to_str().unwrap().to_owned()
    }

    fn clone(&self, name: &str) -> String {
        let folder = self.path(name);
        git(&self.home, &["clone", "-q", &self.path("shared.git"), &folder]);
        folder
    }

    fn run(&self, folder: &str, arguments: &[&str]) -> Ended {
        self.machine.run(&[&["-C", folder], arguments].concat())
    }

    /// Puts what is on sale in a branch that anybody may read, as the workflows do.
    fn publish(&self) {
        let folder = self.path("published");
        if !Path::new(&folder).exists() {
            git(&self.home, &["clone", "-q", "--no-checkout", &self.path("shared.git"), &folder]);
            git(Path::new(&folder), &["checkout", "-q", "--orphan", SNAPSHOT]);
        }
        let _ = self.machine.run(&["export", "--out", &format!("{folder}/intl/")]).fine();
        git(Path::new(&folder), &["add", "-A", "intl"]);
        git(Path::new(&folder), &["commit", "-q", "--allow-empty", "-m", "On sale now"]);
        git(Path::new(&folder), &["push", "-q", "origin", SNAPSHOT]);
    }

    /// The job that sees the change: it has no secret, no sandbox and no ledger.
    fn check_job(&self, folder: &str) -> (Value, Vec<String>) {
        let at = Path::new(folder);
        let shared = self.path("shared.git");
        git(at, &["fetch", "-q", &shared, &format!("+refs/heads/{SNAPSHOT}:refs/published")]);
        git(at, &["fetch", "-q", &shared, "+refs/heads/main:refs/remotes/base/main"]);
        let released = format!("{folder}-released");
        git(at, &["worktree", "add", "-q", "--detach", &released, "refs/published"]);
        let job = Cli::new().with("CI", "true");
        let report = format!("{folder}-report.json");
        let (output, released) = (format!("json={report}"), format!("{released}/intl"));
        let planned = job.run(&[
            "-C",
            folder,
            "plan",
            "--base",
            "base/main",
            "--head",
            "HEAD",
            "--released",
            &released,
            "--output",
            &output,
            "--format",
            "github",
        ]);
        assert!([0, 3].contains(&planned.code), "{}{}", planned.stdout, planned.stderr);
        let text = std::fs::read_to_string(&report).unwrap();
        (serde_json::from_str(&text).unwrap(), planned.stdout.lines().map(str::to_owned).collect())
    }

    /// The job that posts: it has a token, and of the change it has the report only.
    fn comment_job(&self, folder: &str, head: &str) -> Ended {
        self.forge.state().head = head.to_owned();
        let job = Cli::new().with("GITHUB_TOKEN", TOKEN);
        let report = format!("{folder}-report.json");
        job.run(&[
            "comment",
            &report,
            "--on",
            "github",
            "--repository",
            "acme/catalog",
            "--request",
            "12",
            "--commit",
            head,
            "--api",
            &self.forge.url,
            "--status",
            "--labels",
        ])
    }
}

/// HTML is passed on as it stands, so that what would be markup shows.
fn unsafe_rendering() -> comrak::options::Render {
    comrak::options::Render { r#unsafe: true, ..Default::default() }
}

/// A page without what stands in code.
fn outside_of_code(page: &str) -> String {
    let mut pieces = page.split("<code");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |running, piece| running + piece.split_once("</code>").map_or("", |(_, after)| after))
}

/// A text on one line, without what Markdown puts around words.
fn plain(text: &str) -> String {
    text.replace(['*', '`', '\\'], "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_change_is_reviewed_merged_applied_and_approved() {
    let company = Company::new();
    let seller = company.clone("seller");
    let at = Path::new(&seller);
    git(at, &["checkout", "-q", "-b", "dearer"]);
    let file = at.join(PRODUCT);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"3200.00\"", "\"3400.00\"")).unwrap();
    git(at, &["commit", "-qam", "One Database costs 3400"]);
    git(at, &["push", "-q", "origin", "dearer"]);
    let head = git(at, &["rev-parse", "HEAD"]);

    let (report, _) = company.check_job(&seller);
    assert_eq!(report["outcome"], "to-submit");
    assert!(!at.join(".gallerist").exists(), "a plan against a snapshot begins nothing");
    let said = company.comment_job(&seller, &head);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let bodies = company.forge.bodies();
    assert_eq!(bodies.len(), 1);
    let body = plain(&bodies[0]);
    assert!(body.contains("3200.00") && body.contains("3400.00"), "{body}");
    assert!(body.contains("adds 1 operation") || body.contains("1 modification"), "{body}");
    assert_eq!(company.forge.state().statuses.len(), 1);

    // Not merged: not applied, wherever it is tried.
    let machine = company.machine.cli.folder();
    git(&machine, &["fetch", "-q", "origin"]);
    git(&machine, &["checkout", "-q", "--detach", "origin/dearer"]);
    let refused = company.machine.run(&["reconcile"]).failed(1);
    assert!(refused.contains("is not on `origin/main`"), "{refused}");
    git(&machine, &["checkout", "-q", "main"]);

    let maintainer = company.clone("maintainer");
    let merging = Path::new(&maintainer);
    git(merging, &["merge", "-q", "--no-ff", "-m", "Merge it", "origin/dearer"]);
    git(merging, &["push", "-q", "origin", "main"]);

    git(&machine, &["pull", "-q", "--ff-only", "origin", "main"]);
    let _ = company.machine.run(&["plan", "--out", "plan.json"]).fine();
    let applied = company.machine.run(&["apply", "plan.json"]).fine();
    assert!(applied.contains("handed to the reviewer"), "{applied}");
    let commit = git(&machine, &["rev-parse", "HEAD"]);
    let _ = company.machine.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = company.machine.run(&["reconcile"]).fine();
    assert!(company.machine.run(&["status"]).fine().contains("in sync"));
    let ledger = company.machine.run(&["ledger", "show", "--format", "json"]).fine();
    let known: Value = serde_json::from_str(&ledger).unwrap();
    assert!(known.to_string().contains(&commit[..10]), "the ledger names the commit: {ledger}");

    company.publish();
    let (report, _) = company.check_job(&company.clone("later"));
    assert_eq!(report["plan"]["products"].as_array().unwrap().len(), 0);
}

#[test]
fn only_what_is_committed_is_applied() {
    let shop = Repository::of("07-price-change");
    let _ = shop.run(&["plan", "--out", "plan.json"]).fine();
    shop.edit(PRODUCT, "\"3200.00\"", "\"3300.00\"");
    for command in [&["reconcile"][..], &["apply", "plan.json"]] {
        let refused = plain(&shop.run(command).failed(1));
        assert!(refused.contains(&format!("not committed: {PRODUCT}")), "{refused}");
    }
    shop.git(&["stash", "-q"]);
    shop.cli.write("products/new.yaml", "not: known to git yet\n");
    let refused = plain(&shop.run(&["reconcile"]).failed(1));
    assert!(refused.contains("not committed: products/new.yaml"), "{refused}");
    // Git can be told to look away; the tool reads the file all the same.
    shop.cli.write(".git/info/exclude", "products/new.yaml\n");
    let refused = plain(&shop.run(&["reconcile"]).failed(1));
    assert!(refused.contains("not committed: products/new.yaml"), "{refused}");
    assert!(refused.contains("git is told to ignore products/new.yaml"), "{refused}");
    std::fs::remove_file(shop.cli.path("products/new.yaml")).unwrap();
    // A picture that a product names is part of it, wherever it lies; others are not.
    shop.edit(PRODUCT, "logo: logo.png", "logo: ../../shared/logo.png");
    shop.commit("a logo that nobody added");
    let logo = std::fs::read(shop.cli.path("products/quayside-migration/logo.png")).unwrap();
    std::fs::create_dir(shop.cli.path("shared")).unwrap();
    for name in ["logo.png", "another.png"] {
        std::fs::write(shop.cli.path(&format!("shared/{name}")), &logo).unwrap();
    }
    let refused = plain(&shop.run(&["reconcile"]).failed(1));
    assert!(refused.contains("not committed: shared/logo.png;"), "{refused}");
    assert!(!refused.contains("ignore"), "{refused}");
    shop.cli.write(".git/info/exclude", "shared/\n");
    let refused = plain(&shop.run(&["reconcile"]).failed(1));
    assert!(refused.contains("not committed: shared/logo.png;"), "{refused}");
    assert!(refused.contains("git is told to ignore shared/logo.png: git add --force adds it"), "{refused}");
    shop.git(&["reset", "-q", "--hard", "HEAD~1"]);
    shop.git(&["update-index", "--assume-unchanged", PRODUCT]);
    shop.edit(PRODUCT, "\"3200.00\"", "\"3300.00\"");
    let refused = plain(&shop.run(&["reconcile"]).failed(1));
    assert!(refused.contains(&format!("not committed: {PRODUCT}")), "{refused}");
    shop.git(&["update-index", "--no-assume-unchanged", PRODUCT]);
    shop.git(&["checkout", "-q", "."]);
    shop.git(&["branch", "-q", "-m", "main", "trunk"]);
    let refused = plain(&shop.run(&["reconcile"]).failed(1));
    assert!(refused.contains("applied from branch main, which git does not know here"), "{refused}");
    shop.git(&["branch", "-q", "-m", "trunk", "main"]);
    // The saved plan itself is no part of the catalog, nor is a note that somebody left beside a definition.
    shop.cli.write("products/notes.txt", "ask Lin about the price\n");
    let _ = shop.run(&["plan", "--out", "plan.json"]).fine();
    let _ = shop.run(&["apply", "plan.json"]).fine();
    let none = Cli::new();
    let _ = none.run(&["init", "--name", "acme"]).fine();
    let _ = none.run(&["reconcile"]).fine();
    let _ = std::process::Command::new("git")
        .args(["init", "-q", "-b", "main"])
        .current_dir(none.folder())
        .status();
    assert!(none.run(&["reconcile"]).failed(1).contains("nothing is committed yet"));
}

#[test]
fn a_plan_that_changed_since_it_was_saved_shows_what_differs() {
    let company = Company::new();
    let machine = &company.machine;
    machine.edit(PRODUCT, "\"3200.00\"", "\"3400.00\"");
    machine.commit("dearer");
    machine.git(&["push", "-q", "origin", "main"]);
    let _ = machine.run(&["plan", "--out", "plan.json"]).fine();
    machine.edit(PRODUCT, "\"3400.00\"", "\"3500.00\"");
    machine.commit("dearer still");
    machine.git(&["push", "-q", "origin", "main"]);
    let text = machine.run(&["plan", "--saved", "plan.json"]).fine();
    assert!(text.contains("Compared with the plan of"), "{text}");
    assert!(text.contains("3200.00 -> 3500.00") && text.contains("no longer planned:"), "{text}");
    let page = plain(&machine.run(&["plan", "--saved", "plan.json", "--format", "markdown"]).fine());
    assert!(page.contains("3500.00") && page.contains("3400.00"), "{page}");
    let applied = machine.run(&[
        "apply",
        "plan.json",
        "--output",
        "markdown=differs.md",
        "--output",
        "html=differs.html",
    ]);
    let account = plain(&applied.stdout);
    assert!(account.contains("the saved plan no longer fits"), "{account}");
    assert!(account.contains("Next: gallerist plan --saved plan.json"), "{account}");
    assert_eq!(plain(&machine.cli.read("differs.md")), page);
    assert!(machine.cli.read("differs.html").contains("3500.00"));
    assert!(machine.run(&["status"]).fine().contains("to submit"), "nothing was sent");
}

/// Everything in a fork is the attacker's: names, texts, settings, approvals.
#[test]
fn a_fork_changes_what_is_shown_and_nothing_else() {
    let company = Company::new();
    let fork = company.clone("fork");
    let at = Path::new(&fork);
    git(at, &["checkout", "-q", "-b", "hostile"]);
    let text = std::fs::read_to_string(at.join(PRODUCT)).unwrap();
    let name = "\"x</details><script>alert(1)</script> @acme/owners ::error::pwned [click](https://evil.example) \\u202e\"";
    let name_line = text.lines().find(|line| line.starts_with("name: ")).unwrap();
    let hostile = text.replace(name_line, &format!("name: {name}")).replace("\"3200.00\"", "\"9900.00\"");
    std::fs::write(at.join(PRODUCT), hostile).unwrap();
    git(at, &["commit", "-qam", "innocent"]);
    let first = company.check_job(&fork).0;
    let operation = first["plan"]["products"][0]["blocks"][0]["approval"].as_str().unwrap().to_owned();
    // They approve themselves, and loosen the limit that stopped them.
    let approved = company.run(&fork, &["approve", &operation, "--reason", "trust me", "--by", "Owner"]);
    assert!(
        approved.code != 0 || approved.stdout.contains("approv"),
        "{}{}",
        approved.stdout,
        approved.stderr
    );
    git(at, &["add", "-A"]);
    git(at, &["commit", "-q", "--allow-empty", "-m", "approved"]);
    git(at, &["worktree", "remove", "--force", &format!("{fork}-released")]);
    let head = git(at, &["rev-parse", "HEAD"]);
    let (report, lines) = company.check_job(&fork);
    assert_eq!(report["outcome"], "blocked", "an approval counts once it is merged");
    let commands = lines.iter().filter(|line| line.starts_with("::"));
    assert!(commands.clone().all(|line| {
        ["::error file=", "::warning file=", "::notice"].iter().any(|own| line.starts_with(own))
    }));
    assert!(lines.iter().all(|line| !line.starts_with("::error::")));

    let said = company.comment_job(&fork, &head);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let body = company.forge.bodies().pop().unwrap();
    let page = comrak::markdown_to_html(
        &body,
        &comrak::Options { render: unsafe_rendering(), ..Default::default() },
    );
    let running = outside_of_code(&page);
    for markup in ["<script", "evil.example\"", "@acme", "::error", "<img"] {
        assert!(!running.contains(markup), "{markup}:\n{page}");
    }
    assert!(!body.contains('\u{202e}'), "{body}");
    assert_eq!(running.matches("<details>").count(), running.matches("</details>").count(), "{page}");
    assert!(
        company
            .forge
            .state()
            .seen
            .iter()
            .all(|seen| seen.headers["authorization"] == format!("Bearer {TOKEN}"))
    );

    // What posts has no credential of the marketplace.
    let job = Cli::new().with("GITHUB_TOKEN", TOKEN).with("HUAWEICLOUD_SDK_SK", "a-secret-key");
    let report = format!("{fork}-report.json");
    let arguments =
        ["comment", &report, "--on", "github", "--repository", "acme/catalog", "--request", "12", "--api"];
    let refused = job.run(&[&arguments[..], &[&company.forge.url, "--commit", &head]].concat()).failed(1);
    assert!(refused.contains("HUAWEICLOUD_SDK_SK") && !refused.contains("a-secret-key"), "{refused}");
}
