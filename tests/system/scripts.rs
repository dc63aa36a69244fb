//! The scripts a newcomer runs do what the README promises, from any folder.

use std::path::Path;
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
