//! A catalog in a real git repository.

use crate::cli_runner::{Cli, Ended};
use crate::examples::copy;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A repository with a catalog, and what is run in it.
pub(crate) struct Repository {
    pub(crate) cli: Cli,
}

impl Repository {
    /// An example, committed on `main`.
    pub(crate) fn of(example: &str) -> Self {
        let cli = Cli::new();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
        copy(&from, &cli.folder()).unwrap();
        let repository = Self { cli };
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit("begin");
        repository
    }

    /// The same with everything on sale.
    pub(crate) fn on_sale(example: &str) -> Self {
        let repository = Self::of(example);
        repository.release();
        repository
    }

    /// Two dozen of the two hundred products, all on sale.
    pub(crate) fn two_dozen() -> Self {
        let shop = Self::of("14-two-hundred-products");
        for key in shop.products().iter().skip(24) {
            std::fs::remove_file(shop.cli.path(&format!("products/{key}.yaml"))).unwrap();
        }
        shop.commit("two dozen");
        shop.release();
        shop
    }

    /// Keys of products that have a file of their name.
    pub(crate) fn products(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.cli.path("products")).unwrap();
        let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut keys: Vec<String> = names.map(|name| name.trim_end_matches(".yaml").to_owned()).collect();
        keys.sort();
        keys
    }

    /// Saves what is on sale as a folder beside the catalog, and gives its path.
    pub(crate) fn export(&self) -> String {
        let folder = format!("{}/", self.cli.folder().parent().unwrap().join("released").display());
        let _ = self.run(&["export", "--out", &folder]).fine();
        folder
    }

    /// Runs and reviews until nothing is left to submit; so many a day are allowed.
    fn release(&self) {
        const DAYS_MAX: usize = 9;
        for _ in 0..DAYS_MAX {
            let _ = self.run(&["reconcile"]).fine();
            let _ = self.run(&["sandbox", "review", "--approve-all"]).fine();
            let _ = self.run(&["sandbox", "advance", "1d"]).fine();
            let planned = self.json(&["plan", "--exit-code=detailed"]);
            if ["done", "waiting"].contains(&planned["outcome"].as_str().unwrap()) {
                let _ = self.run(&["reconcile"]).fine();
                return;
            }
        }
        panic!("the catalog is not on sale after {DAYS_MAX} days");
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.cli.run(arguments)
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", ended.stderr))
    }

    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.cli.folder(), arguments)
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.cli.read(path);
        assert!(text.contains(from), "{from} is not in\n{text}");
        self.cli.write(path, &text.replacen(from, to, 1));
    }
}

/// Runs the real git in a folder.
#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Owner", "-c", "user.email=owner@acme.example"]);
    command.args(["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Keys of products in a list of a JSON document.
pub(crate) fn keys(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect()
}
