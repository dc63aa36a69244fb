//! A catalog of a few products, sold in a sandbox that all runs share, with its ledger in one of the stores.

use crate::chance::Chance;
use crate::ledger::server::Server;
use camino::Utf8PathBuf;
use gallerist::model::Key;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The time between two rounds: longer than a run holds a product, so that what a killed one held is free again.
const ROUND: SignedDuration = SignedDuration::from_mins(20);
/// Clones of the repository, where the ledger is a branch.
const CLONES: u64 = 3;

/// Where the ledger is.
pub(super) enum Where {
    /// In a file beside the sandbox's.
    File,
    /// On a branch of a repository that runs have their own clones of.
    Branch,
    /// In a PostgreSQL database.
    Database(Box<Server>),
}

pub(super) struct Shop {
    home: tempfile::TempDir,
    place: Where,
    now: Timestamp,
    /// What each product's price was set to, and when.
    prices: BTreeMap<Key, Vec<(Timestamp, String)>>,
}

impl Shop {
    pub(super) fn open(place: Where) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let now = "2026-03-02T00:00:00Z".parse().expect("a moment");
        let mut shop = Self { home, place, now, prices: BTreeMap::new() };
        std::fs::create_dir(shop.clone_of(0)).expect("a folder");
        fine(&shop.tool(0, &["init", "--name", "acme"]).output().expect("the tool runs"));
        let first = shop.clone_of(0).join("products/acme-crm");
        for name in ["erp", "desk", "mail", "shop"] {
            shop.copy_product(&first, name);
        }
        for name in ["crm", "erp", "desk", "mail", "shop"] {
            let key = Key::new(&format!("acme-{name}")).expect("a key");
            shop.prices.insert(key, vec![(now, "99.00".to_owned())]);
        }
        shop.share();
        shop
    }

    /// Another product like the first one.
    fn copy_product(&self, first: &Path, name: &str) {
        let folder = self.clone_of(0).join(format!("products/acme-{name}"));
        std::fs::create_dir(&folder).expect("a folder");
        for entry in std::fs::read_dir(first).expect("a folder") {
            let entry = entry.expect("an entry");
            let mut content = std::fs::read(entry.path()).expect("a file");
            if entry.file_name() == "product.yaml" {
                let text = String::from_utf8(content).expect("text");
                let text = text
                    .replace("acme-crm", &format!("acme-{name}"))
                    .replace("crm.acme", &format!("{name}.acme"));
                content = text.replace("Acme CRM", &format!("Acme {name}")).into_bytes();
            } else {
                // Two products do not share a certificate.
                content.extend(name.bytes());
            }
            std::fs::write(folder.join(entry.file_name()), content).expect("written");
        }
    }

    /// Where runs have clones of their own, all of them look at one sandbox.
    fn share(&self) {
        let store = match self.place {
            Where::File => return,
            Where::Branch => "ledger: {store: git}",
            Where::Database(_) => "ledger: {store: postgres}",
        };
        let config = self.clone_of(0).join("gallerist.yaml");
        let text = std::fs::read_to_string(&config).expect("a file");
        let edited = text.replace("ledger: {store: sqlite, path: .gallerist/ledger.db}", store);
        assert_ne!(text, edited);
        std::fs::write(config, edited).expect("written");
        let Where::Branch = self.place else { return };
        let ignored = self.clone_of(0).join(".gitignore");
        let text = std::fs::read_to_string(&ignored).unwrap_or_default();
        std::fs::write(ignored, format!("{text}.gallerist\n")).expect("written");
        let state = self.clone_of(0).join(".gallerist");
        let _ = std::fs::remove_dir_all(&state);
        std::fs::create_dir(self.home.path().join("state")).expect("a folder");
        let home = self.home.path();
        git(home, &["init", "--quiet", "--bare", "-b", "main", "forge.git"]);
        git(&self.clone_of(0), &["init", "--quiet", "-b", "main"]);
        git(&self.clone_of(0), &["remote", "add", "origin", "../forge.git"]);
        self.push();
        for number in 0..CLONES {
            if number > 0 {
                let name = format!("clone-{number}");
                git(home, &["clone", "--quiet", "forge.git", &name]);
            }
            std::os::unix::fs::symlink("../state", self.clone_of(number).join(".gallerist")).expect("a link");
        }
    }

    fn push(&self) {
        let folder = self.clone_of(0);
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "-m", "A change"]);
        git(&folder, &["push", "--quiet", "origin", "main"]);
    }

    fn clone_of(&self, number: u64) -> PathBuf {
        self.home.path().join(format!("clone-{number}"))
    }

    pub(super) fn sandbox(&self) -> Utf8PathBuf {
        let state = match self.place {
            Where::Branch => self.home.path().join("state"),
            Where::File | Where::Database(_) => self.clone_of(0).join(".gallerist"),
        };
        Utf8PathBuf::from_path_buf(state.join("sandbox.db")).expect("a path in UTF-8")
    }

    fn tool(&self, place: u64, arguments: &[&str]) -> Command {
        let folder = match self.place {
            Where::File | Where::Database(_) => self.clone_of(0),
            Where::Branch => self.clone_of(place % CLONES),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
        command.env_clear().env("HOME", self.home.path()).env("PATH", "/usr/bin:/bin").env("NO_COLOR", "1");
        command.envs(AUTHOR).args(arguments).args(["--now", &self.now.to_string()]).current_dir(folder);
        if let Where::Database(server) = &self.place {
            command.env("GALLERIST_LEDGER_URL", server.url("postgres", "postgres"));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A run that somebody lets come to its end.
    pub(super) fn reconcile(&self) -> String {
        fine(&self.tool(0, &["reconcile"]).output().expect("the tool runs"))
    }

    /// A run in one of the clones.
    pub(super) fn begin(&self, place: u64) -> Child {
        let mut command = self.tool(place, &["reconcile"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the tool starts")
    }

    pub(super) fn next_round(&mut self) {
        self.now += ROUND;
    }

    pub(super) fn change_a_price(&mut self, chance: &mut Chance) {
        let at = usize::try_from(chance.below(self.prices.len() as u64)).expect("a place");
        let (key, known) = self.prices.iter_mut().nth(at).expect("a product");
        // Within what the guard for prices lets pass.
        let price = format!("{}.00", 90 + chance.below(20));
        let (_, before) = known.last().expect("a price").clone();
        if before == price {
            return;
        }
        known.push((self.now, price.clone()));
        let path = self.home.path().join(format!("clone-0/products/{key}/product.yaml"));
        let text = std::fs::read_to_string(&path).expect("a definition");
        let edited = text.replacen(
            &format!("yearly: {{USD: \"{before}\"}}"),
            &format!("yearly: {{USD: \"{price}\"}}"),
            1,
        );
        assert_ne!(text, edited, "{key}: {before}");
        std::fs::write(&path, edited).expect("written");
        if let Where::Branch = self.place {
            self.push();
            for number in 1..CLONES {
                git(&self.clone_of(number), &["pull", "--quiet", "--ff-only", "origin", "main"]);
            }
        }
    }

    /// What the definition said about a product's price at a moment.
    pub(super) fn said(&self, product: &Key, at: Timestamp) -> String {
        let known = &self.prices[product];
        known.iter().rfind(|(since, _)| *since <= at).expect("a price").1.clone()
    }

    pub(super) fn products(&self) -> usize {
        self.prices.len()
    }

    pub(super) fn review(&self, how: &[&str]) {
        let arguments: Vec<&str> = ["sandbox", "review"].iter().chain(how).copied().collect();
        fine(&self.tool(0, &arguments).output().expect("the tool runs"));
    }

    pub(super) fn reject_one(&self) {
        let arguments = ["sandbox", "review", "--format", "short"];
        let waiting = fine(&self.tool(0, &arguments).output().expect("the tool runs"));
        if let Some(id) = waiting.split_whitespace().next().filter(|id| id.starts_with("KG")) {
            self.review(&["--reject", id, "--reason", "not like this"]);
        }
    }

    /// The marketplace's ids that the ledger knows.
    pub(super) fn submissions(&self) -> String {
        fine(&self.tool(0, &["submissions", "list", "--format", "json"]).output().expect("the tool runs"))
    }

    /// Everything is tried again that was rejected, and approved, until nothing is left to do.
    pub(super) fn finish(&mut self) {
        for _ in 0..12 {
            self.now += SignedDuration::from_hours(25);
            self.reconcile();
            let rejected =
                fine(&self.tool(0, &["status", "--format", "json"]).output().expect("the tool runs"));
            let report: serde_json::Value = serde_json::from_str(&rejected).expect("JSON");
            for id in held(&report) {
                fine(&self.tool(0, &["submissions", "retry", &id]).output().expect("the tool runs"));
            }
            self.reconcile();
            self.review(&["--approve-all"]);
            self.reconcile();
        }
    }

    /// The last plan is empty, and the ledger sound.
    pub(super) fn is_in_sync(&self) {
        let plan = self.tool(0, &["plan", "--exit-code=detailed"]).output().expect("the tool runs");
        let said = fine(&plan);
        assert!(said.contains("in sync"), "{said}");
        fine(&self.tool(0, &["ledger", "verify"]).output().expect("the tool runs"));
    }
}

/// The submissions that commands in a report try again.
fn held(report: &serde_json::Value) -> Vec<String> {
    let text = report.to_string();
    let commands = text.split("submissions retry ").skip(1);
    commands.filter_map(|rest| rest.split(['"', ' ', '\\']).next()).map(str::to_owned).collect()
}

const AUTHOR: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "Owner"),
    ("GIT_AUTHOR_EMAIL", "owner@acme.example"),
    ("GIT_COMMITTER_NAME", "Owner"),
    ("GIT_COMMITTER_EMAIL", "owner@acme.example"),
];

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.envs(AUTHOR).current_dir(folder).args(arguments);
    fine(&command.output().expect("git runs"));
}

/// What was printed by something that went well.
#[track_caller]
fn fine(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
