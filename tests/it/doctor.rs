//! `gallerist doctor`: each problem with real parts, told with why it matters and its fix; nothing is ever written.

mod gateway;
mod git;
mod ledger;
mod orders;
mod places;
mod secrets;

use crate::cli_runner::Cli;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A catalog with nothing recorded yet.
fn begun() -> Cli {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    cli
}

/// What the doctor found, held to its schema and its exit code.
struct Found(Value);

#[track_caller]
fn doctor(cli: &Cli, more: &[&str]) -> Found {
    let ended = cli.run(&[&["doctor", "--format", "json"], more].concat());
    let found: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {}", ended.stderr));
    let schema = crate::tree::root().join("schemas/doctor-report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    jsonschema::draft202012::validate(&schema, &found).unwrap();
    let all = found["examined"].as_array().unwrap();
    let is_broken = all.iter().any(|one| one["health"] == "error");
    assert_eq!(ended.code, i32::from(is_broken), "{found:#}");
    for one in all.iter().filter(|one| one["health"] != "ok" && one["health"] != "note") {
        assert!(one["why"].is_string(), "why does it matter? {one}");
        assert!(!one["fixes"].as_array().unwrap().is_empty(), "what is to be done? {one}");
    }
    Found(found)
}

impl Found {
    /// Everything with this name.
    fn all(&self, name: &str) -> Vec<&Value> {
        self.0["examined"].as_array().unwrap().iter().filter(|one| one["name"] == name).collect()
    }

    /// The only thing with this name, in this state; all of its words.
    #[track_caller]
    fn is(&self, name: &str, health: &str) -> String {
        let [one] = self.all(name)[..] else { panic!("{name} is not there once: {:#}", self.0) };
        assert_eq!(one["health"], health, "{one:#}");
        let fixes = one["fixes"].as_array().unwrap().iter().map(|fix| fix.as_str().unwrap());
        format!("{}\n{}", one["what"].as_str().unwrap(), fixes.collect::<Vec<_>>().join("\n"))
    }
}

/// Everything below a folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
            found.insert(path, Vec::new());
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

#[test]
fn a_catalog_that_is_well_is_told_so_and_left_as_it_is() {
    let cli = begun().with("GALLERIST_INTERFACE_KEY", "geheim77");
    git::commit_all(&cli);
    let before = tree(&cli.folder());
    let text = cli.run(&["doctor"]).fine();
    assert!(text.starts_with("Checkup of acme at intl\n"), "{text}");
    assert!(text.contains("0 errors, 0 warnings, 0 notes, "), "{text}");
    for area in ["git", "configuration", "files", "ledger", "marketplace", "credentials"] {
        assert!(text.contains(&format!("\n{area}\n  ok: ")), "{area}: {text}");
    }
    let short = cli.run(&["doctor", "--format", "short"]).fine();
    assert!(short.lines().all(|line| line.starts_with("ok ")), "{short}");
    let found = doctor(&cli, &[]);
    assert!(found.is("sandbox", "ok").contains("never used"));
    assert!(found.is("ledger-sound", "ok").contains("nothing was recorded yet"));
    assert!(tree(&cli.folder()) == before, "nothing is written, and no sandbox or ledger begun");
    let _ = cli.run(&["reconcile"]).fine();
    let before = tree(&cli.folder());
    let found = doctor(&cli, &[]);
    assert!(found.is("ledger-sound", "ok").contains("entries: "));
    assert!(tree(&cli.folder()) == before);
}

#[test]
fn everything_else_is_looked_at_when_the_configuration_is_broken() {
    let cli = begun();
    git::commit_all(&cli);
    cli.write("gallerist.yaml", &cli.read("gallerist.yaml").replace("site: intl", "site: atlantis"));
    let found = doctor(&cli, &[]);
    assert!(found.is("configuration", "error").contains("gallerist check"));
    let _ = found.is("git-repository", "ok");
    for area in ["files", "ledger", "marketplace", "credentials"] {
        let _ = found.is(area, "note");
    }
    let empty = Cli::new();
    let found = doctor(&empty, &[]);
    assert!(found.is("configuration", "error").contains("gallerist init"));
    let text = empty.run(&["doctor"]);
    assert_eq!(text.code, 1, "{}", text.stdout);
    assert!(text.stdout.contains("fix: gallerist init"), "{}", text.stdout);
}

#[test]
fn definitions_and_editors_are_looked_at() {
    let cli = begun();
    assert!(doctor(&cli, &[]).is("definitions", "ok").contains("products: 1"));
    let schema = cli.run(&["schema", "product"]).fine();
    cli.write("schemas/product.schema.json", &schema);
    assert!(doctor(&cli, &[]).is("editor-schema", "ok").contains("of this version"));
    cli.write("schemas/product.schema.json", &schema.replace("Acme", "Other").replacen("type", "typ", 1));
    let said = doctor(&cli, &[]).is("editor-schema", "note");
    assert!(said.contains("gallerist schema product > schemas/product.schema.json"), "{said}");
    let product = "products/acme-crm/product.yaml";
    cli.write(product, &cli.read(product).replace("logo: logo.png", "logo: gone.png"));
    let said = doctor(&cli, &[]).is("definitions", "error");
    assert!(said.contains("errors in definitions: 1") && said.contains(product), "{said}");
    assert!(said.contains("gallerist check"), "{said}");
    cli.write(product, &cli.read(product).replace("https://", "http://"));
    let found = doctor(&cli, &[]);
    assert!(found.all("interface-address").iter().all(|one| one["health"] != "error"));
}

#[test]
fn a_target_that_is_not_there_is_told() {
    let found = doctor(&begun(), &["--target", "mars"]);
    let said = found.is("configuration", "error");
    assert!(said.contains("there is no target `mars`"), "{said}");
}
