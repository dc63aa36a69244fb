//! A seller's repository on a forge: a bare repository, the seller's clone of it, and what runners check out.

use super::steps::{Job, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The only product of the shop.
pub(super) const PRODUCT: &str = "products/quayside-migration/product.yaml";
/// What its smallest specification costs, as it stands in the file.
pub(super) const PRICE: &str = "3200.00";

/// A catalog sold through the Seller Console, with its ledger on a branch.
pub(super) struct Shop {
    home: tempfile::TempDir,
}

impl Shop {
    pub(super) fn new() -> Self {
        let shop = Self { home: tempfile::tempdir().expect("a folder") };
        git(shop.home.path(), &["init", "--quiet", "--bare", "-b", "main", "forge.git"]);
        git(shop.home.path(), &["clone", "--quiet", "forge.git", "seller"]);
        let example = root().join("examples/07-price-change/.");
        let copied = Command::new("cp").arg("-r").arg(example).arg(shop.seller()).status();
        assert!(copied.expect("cp runs").success());
        shop.edit("gallerist.yaml", |text| {
            let console = "marketplace: {driver: console}\n    ledger: {store: git}";
            text.replace("marketplace: {driver: sandbox, path: .gallerist/sandbox.db}", console)
        });
        std::fs::write(shop.seller().join(".gitignore"), ".gallerist/\n").expect("written");
        shop.push("main");
        shop
    }

    pub(super) fn seller(&self) -> PathBuf {
        self.home.path().join("seller")
    }

    pub(super) fn forge(&self) -> PathBuf {
        self.home.path().join("forge.git")
    }

    pub(super) fn edit(&self, path: &str, edit: impl Fn(String) -> String) {
        let path = self.seller().join(path);
        let text = std::fs::read_to_string(&path).expect("a file");
        let edited = edit(text.clone());
        assert_ne!(text, edited, "{} stays as it is", path.display());
        std::fs::write(path, edited).expect("written");
    }

    /// Commits what the seller wrote and pushes it to a branch of the forge.
    pub(super) fn push(&self, branch: &str) {
        git(&self.seller(), &["checkout", "--quiet", "-B", branch]);
        git(&self.seller(), &["add", "--all"]);
        git(&self.seller(), &["commit", "--quiet", "-m", "A change"]);
        git(&self.seller(), &["push", "--quiet", "origin", branch]);
    }

    /// A branch from main with one file changed.
    pub(super) fn propose(&self, branch: &str, path: &str, edit: impl Fn(String) -> String) {
        git(&self.seller(), &["checkout", "--quiet", "main"]);
        git(&self.seller(), &["checkout", "--quiet", "-b", branch]);
        self.edit(path, edit);
        self.push(branch);
        git(&self.seller(), &["checkout", "--quiet", "main"]);
    }

    /// A job with main checked out.
    pub(super) fn on_main(&self) -> Job {
        let job = Job::new();
        let forge = self.forge().display().to_string();
        git(&job.checkout(), &["clone", "--quiet", &forge, "."]);
        job
    }

    /// A job with the commit that merging a branch would make, and every branch of the forge, as a checkout of a pull request
    /// with its whole history has them.
    pub(super) fn on_pull_request(&self, branch: &str) -> Job {
        let job = Job::new();
        let folder = job.checkout();
        let forge = self.forge().display().to_string();
        git(&folder, &["init", "--quiet", "-b", "unborn"]);
        git(&folder, &["remote", "add", "origin", &forge]);
        git(&folder, &["fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*"]);
        git(&folder, &["checkout", "--quiet", "--detach", "origin/main"]);
        let branch = format!("origin/{branch}");
        git(&folder, &["merge", "--quiet", "--no-ff", "-m", "A merge", &branch]);
        job
    }

    /// The tip of a branch of the forge; empty when there is none.
    pub(super) fn tip(&self, branch: &str) -> String {
        let name = format!("refs/heads/{branch}");
        git(&self.forge(), &["for-each-ref", "--format=%(objectname)", &name]).trim().to_owned()
    }

    /// The tool as the seller runs it.
    pub(super) fn gallerist(&self, arguments: &[&str]) -> String {
        said(Command::new(env!("CARGO_BIN_EXE_gallerist")).args(arguments), &self.seller())
    }

    /// Records the approval of what was handed over last, and pushes what is on sale then.
    pub(super) fn approve(&self) {
        let listed = self.gallerist(&["submissions", "list"]);
        let id = listed.split_whitespace().next().expect("a submission").to_owned();
        self.gallerist(&[
            "submissions",
            "record",
            &id,
            "approved",
            "--application",
            "A-1024",
            "--product-id",
            "P-4711",
        ]);
        self.push("main");
    }
}

/// Runs git and says what it printed.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    said(Command::new("git").args(arguments), folder)
}

fn said(command: &mut Command, folder: &Path) -> String {
    command
        .current_dir(folder)
        .env_remove("CI")
        .env("HOME", folder)
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Seller")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "seller@acme.example")));
    let output = command.output().expect("it runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {text}{complaints}");
    text
}
