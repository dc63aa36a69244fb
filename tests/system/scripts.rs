//! The scripts a newcomer runs do what the README promises, from any folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn demo(folder: &Path) -> Output {
    Command::new("bash")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo"))
        .arg("story")
        .current_dir(folder)
        .env("GALLERIST", env!("CARGO_BIN_EXE_gallerist"))
        .env("NO_COLOR", "1")
        .output()
        .expect("bash runs")
}

#[test]
fn the_demo_goes_from_a_rejection_to_in_sync() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    let output = demo(elsewhere.path());
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complaints}");
    assert!(began.elapsed() < Duration::from_mins(1), "the demo takes {:?}", began.elapsed());

    let lines: Vec<&str> = said.lines().collect();
    let at = |wanted: &str| {
        let found = lines.iter().position(|line| line.contains(wanted));
        found.unwrap_or_else(|| panic!("the demo does not show `{wanted}`:\n{said}\n{complaints}"))
    };
    // One approved, one rejected with a reason and fixed, one replaced in safe order, everything in sync.
    let rejected = at("$ gallerist sandbox review --reject");
    let fixed = at("# The seller rewrites the sentence");
    let replaced = at("# The CRM's trial is frozen");
    assert!(at("$ gallerist sandbox review --approve") < rejected && rejected < fixed && fixed < replaced);
    let told = lines[rejected..fixed].iter().any(|line| line.contains("rejected"));
    assert!(told, "after the rejection nothing says so:\n{said}");
    let chain: Vec<usize> = ["1. modify", "2. take off the catalog"]
        .map(|step| {
            replaced + lines[replaced..].iter().position(|line| line.contains(step)).unwrap_or(usize::MAX / 2)
        })
        .into();
    assert!(
        chain[0] < chain[1] && chain[1] < lines.len(),
        "the replacement is not planned in order:\n{said}"
    );
    let end: Vec<&&str> = lines.iter().filter(|line| line.contains("in sync")).collect();
    assert_eq!(end.last().map(|line| line.trim()), Some("2 products are in sync."), "{said}");
    assert!(elsewhere.path().join("story/.git").is_dir(), "the repository stays where the demo says");
}

#[test]
fn the_demo_overwrites_nothing() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(elsewhere.path().join("story")).expect("a folder that is there already");
    assert!(!demo(elsewhere.path()).status.success());
}

/// What `scripts/new-rule` reads and writes, copied to where it may.
fn rules() -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in ["rustfmt.toml", "scripts/new-rule", "src/definition/rules.rs", "src/rules", "tests/rules"] {
        let target = copy.path().join(path);
        std::fs::create_dir_all(target.parent().expect("a parent")).expect("a folder");
        let copied = Command::new("cp").arg("-R").arg(root.join(path)).arg(&target).status();
        assert!(copied.expect("cp runs").success(), "{path} is not copied");
    }
    copy
}

fn new_rule(copy: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("bash").arg(copy.join("scripts/new-rule")).args(arguments).output();
    let output = output.expect("bash runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Every file below a folder with its content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(contents(&entry));
        } else {
            let content = std::fs::read(&entry).expect("a file");
            found.insert(entry, content);
        }
    }
    found
}

#[test]
fn a_new_rule_has_its_file_its_lines_and_its_fixture() {
    let copy = rules();
    let read = |path: &str| std::fs::read_to_string(copy.path().join(path)).expect(path);
    for (id, number) in
        [("aardvark-seen", Some("27")), ("price-in-nowhere", None), ("zebra-shown", Some("7"))]
    {
        let (done, said) = new_rule(copy.path(), &[&["guard", id], number.as_slice()].concat());
        assert!(done, "{said}");
        assert!(said.contains(&format!("tests/rules/guard/{id}.yaml")), "{said}");
        let name = id.replace('-', "_");
        let rule = read(&format!("src/rules/guard/{name}.rs"));
        assert!(rule.contains(&format!("id: \"{id}\",")), "{rule}");
        assert!(rule.contains(&format!("numbers: &[{}],", number.unwrap_or_default())), "{rule}");
        let registry = read("src/rules/guard/mod.rs");
        let modules: Vec<&str> = registry.lines().filter(|line| line.starts_with("mod ")).collect();
        assert!(modules.contains(&format!("mod {name};").as_str()) && modules.is_sorted(), "{modules:?}");
        assert!(registry.ends_with(&format!("    {name}::RULE,\n];\n")), "{registry}");
        let fixture = read(&format!("tests/rules/guard/{id}.yaml"));
        assert!(fixture.starts_with(&format!("rule: {id}\nflagged:\n  - name: ")), "{fixture}");
        assert!(fixture.contains("\nclean:\n  - name: "), "{fixture}");
    }
    let registry = copy.path().join("src/rules/guard/mod.rs");
    let formatted = Command::new("rustfmt").args(["--check", "--edition", "2024"]).arg(registry).output();
    let formatted = formatted.expect("rustfmt runs");
    assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stdout));
}

#[test]
fn a_rule_that_cannot_be_new_changes_nothing() {
    let copy = rules();
    let (done, said) = new_rule(copy.path(), &["guard", "zebra-shown"]);
    assert!(done, "{said}");
    let before = contents(copy.path());
    for (arguments, why) in [
        (&["guard", "zebra-shown"][..], "already"),
        (&["content", "zebra-shown"], "already"),
        (&["guard", "trial-days-changed"], "already"),
        (&["content", "price-missing"], "already"),
        (&["gurd", "horse-seen"], "there is no family"),
        (&["../rules/guard", "horse-seen"], "there is no family"),
        (&["guard", "Horse-seen"], "is no rule name"),
        (&["guard", "horse"], "is no rule name"),
        (&["guard", "horse-seen-"], "is no rule name"),
        (&["guard", "horse-seen", "R7"], "is no number"),
        (&["guard"], "usage"),
        (&[], "usage"),
    ] {
        let (done, said) = new_rule(copy.path(), arguments);
        assert!(!done && said.contains(why), "{arguments:?}: {said}");
        assert!(contents(copy.path()) == before, "{arguments:?} changed something");
    }
}
