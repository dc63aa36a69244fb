//! What people copy to run Gallerist by itself, judged by those who know the forms.

use crate::workflows::tool;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifests() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("deploy/kubernetes")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn kubernetes_takes_the_manifests() {
    // The oldest and the newest that the page names.
    for version in ["1.31", "1.37"] {
        let mut command = tool("kubernetes-validate");
        command.args(["--strict", "--kubernetes-version", version]).args(manifests());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{version}: {}", said(&output));
        assert_eq!(said(&output).matches(" passed ").count(), 6, "{}", said(&output));
    }
    let folder = tempfile::tempdir().unwrap();
    let spoilt = folder.path().join("job.yaml");
    let text = std::fs::read_to_string(root().join("deploy/kubernetes/cronjob.yaml")).unwrap();
    std::fs::write(&spoilt, text.replacen("concurrencyPolicy", "concurencyPolicy", 1)).unwrap();
    let output = tool("kubernetes-validate").arg("--strict").arg(&spoilt).output().unwrap();
    assert!(!output.status.success(), "a slip is found: {}", said(&output));
}

#[test]
fn systemd_takes_the_units_and_finds_little_to_attack() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["gallerist.service", "gallerist.timer"] {
        let text = std::fs::read_to_string(root().join("deploy/systemd").join(name)).unwrap();
        // The program is looked for where it is installed.
        let text = text.replace("/usr/local/bin/gallerist", env!("CARGO_BIN_EXE_gallerist"));
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let analyze = |arguments: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        command.args(arguments).current_dir(folder.path());
        command.output().expect("systemd-analyze is needed; scripts/prepare installs it")
    };
    let output = analyze(&["verify", "--man=no", "./gallerist.service", "./gallerist.timer"]);
    assert!(output.status.success() && said(&output).trim().is_empty(), "{}", said(&output));
    let output = analyze(&["security", "--offline=true", "--threshold=20", "./gallerist.service"]);
    assert!(output.status.success(), "{}", said(&output));
    let output = analyze(&["calendar", "*:0/15"]);
    assert!(output.status.success(), "{}", said(&output));
}
