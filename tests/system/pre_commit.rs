//! The hooks for pre-commit, in a real repository: a catalog with a mistake is not committed, a good one is.

use crate::workflows::tool;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A catalog in git whose commits pass through our hooks.
struct Catalog {
    home: tempfile::TempDir,
}

impl Catalog {
    /// With the hooks that take the tool from the PATH, as a seller would name them.
    fn new() -> Self {
        let catalog = Self { home: tempfile::tempdir().expect("a folder") };
        std::fs::create_dir_all(catalog.path("bin")).expect("a folder");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gallerist"), catalog.path("bin/gallerist"))
            .expect("a link");
        let hooks = catalog.path("hooks");
        std::fs::create_dir_all(&hooks).expect("a folder");
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
        std::fs::copy(ours, hooks.join(".pre-commit-hooks.yaml")).expect("the hooks");
        catalog.git("hooks", &["init", "--quiet", "-b", "main"]);
        catalog.git("hooks", &["add", "--all"]);
        catalog.git("hooks", &["commit", "--quiet", "-m", "Hooks"]);
        let commit = catalog.git("hooks", &["rev-parse", "HEAD"]);
        std::fs::create_dir_all(catalog.path("catalog")).expect("a folder");
        catalog.git("catalog", &["init", "--quiet", "-b", "main"]);
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/07-price-change/.");
        let copied = Command::new("cp").arg("-r").arg(example).arg(catalog.path("catalog")).status();
        assert!(copied.expect("cp runs").success());
        let config = format!(
            "repos:\n  - repo: {}\n    rev: {}\n    hooks:\n      - id: gallerist-check-system\n      - id: gallerist-fmt-system\n",
            hooks.display(),
            commit.trim()
        );
        std::fs::write(catalog.path("catalog/.pre-commit-config.yaml"), config).expect("written");
        let installed = catalog.start(tool("pre-commit").args(["install"]));
        assert!(installed.status.success(), "{}", said(&installed));
        catalog
    }

    fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn start(&self, command: &mut Command) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("PRE_COMMIT_HOME", self.path("cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Seller")))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "seller@acme.example")));
        if command.get_current_dir().is_none() {
            command.current_dir(self.path("catalog"));
        }
        command.output().expect("it runs")
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.start(Command::new("git").args(arguments).current_dir(self.path(folder)));
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn commit(&self) -> Output {
        self.git("catalog", &["add", "--all"]);
        self.start(Command::new("git").args(["commit", "-m", "A change"]))
    }

    fn edit(&self, path: &str, edit: impl Fn(String) -> String) {
        let path = self.path("catalog").join(path);
        let text = std::fs::read_to_string(&path).expect("a file");
        std::fs::write(path, edit(text)).expect("written");
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

const PRODUCT: &str = "products/quayside-migration/product.yaml";

#[test]
fn the_manifest_is_valid() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let output = tool("pre-commit").arg("validate-manifest").arg(manifest).output().expect("pre-commit runs");
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn only_a_good_catalog_is_committed() {
    let catalog = Catalog::new();
    let good = catalog.commit();
    assert!(good.status.success(), "{}", said(&good));
    assert_eq!(said(&good).matches("Passed").count(), 2, "both hooks ran: {}", said(&good));
    let tip = catalog.git("catalog", &["rev-parse", "HEAD"]);

    catalog.edit(PRODUCT, |text| text.replace("kind: Product", "kind: Produkt"));
    let bad = catalog.commit();
    assert!(!bad.status.success() && said(&bad).contains("Produkt"), "{}", said(&bad));
    assert_eq!(catalog.git("catalog", &["rev-parse", "HEAD"]), tip, "nothing was committed");
    catalog.git("catalog", &["checkout", "--quiet", "HEAD", "--", "."]);

    // No file that is left was changed.
    std::fs::remove_file(catalog.path("catalog/products/quayside-migration/logo.png")).expect("removed");
    let gone = catalog.commit();
    assert!(!gone.status.success() && said(&gone).contains("logo.png"), "{}", said(&gone));
    assert_eq!(catalog.git("catalog", &["rev-parse", "HEAD"]), tip, "nothing was committed");
}

#[test]
fn what_is_not_formatted_is_formatted_and_committed_the_next_time() {
    let catalog = Catalog::new();
    let good = catalog.commit();
    assert!(good.status.success(), "{}", said(&good));
    catalog.edit(PRODUCT, |text| text.replacen("key: ", "key:     ", 1));
    let first = catalog.commit();
    assert!(!first.status.success() && said(&first).contains("modified by this hook"), "{}", said(&first));
    let text = std::fs::read_to_string(catalog.path("catalog").join(PRODUCT)).expect("a product");
    assert!(!text.contains("key:  "), "{text}");
    catalog.edit(PRODUCT, |text| text + "# Sold since spring.\n");
    let second = catalog.commit();
    assert!(second.status.success(), "{}", said(&second));
}
