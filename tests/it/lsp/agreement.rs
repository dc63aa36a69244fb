//! An editor is told what `gallerist check` says: for every example as it stands, and with random mistakes in it.

use super::client::Client;
use crate::cli_runner::Cli;
use crate::examples::examples;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// A finding: file, rule, severity, first line of the message, start, end.
type Told = (String, String, String, String, Vec<u64>);

fn copy(from: &Path) -> Cli {
    let cli = Cli::new();
    let copied = Command::new("cp").arg("-r").arg(from.join(".")).arg(cli.folder()).status();
    assert!(copied.unwrap().success());
    cli
}

/// What `check` says, with columns in UTF-16 units.
fn checked(cli: &Cli) -> Vec<Told> {
    let report: Value = serde_json::from_str(&cli.run(&["check", "--format", "json"]).stdout).unwrap();
    let list = report["result"]["diagnostics"]["list"]
        .as_array()
        .or_else(|| report["diagnostics"]["list"].as_array());
    let told = |found: &Value| {
        let text = |name: &str| found[name].as_str().unwrap().to_owned();
        let path = found["location"]["path"].as_str().unwrap().to_owned();
        let source = std::fs::read_to_string(cli.path(&path)).unwrap_or_default();
        let place = |end: &str| {
            let position = &found["location"]["span"][end];
            let (line, column) =
                (position["line"].as_u64().unwrap_or(1), position["column"].as_u64().unwrap_or(1));
            let before = source
                .split('\n')
                .nth(line as usize - 1)
                .unwrap_or_default()
                .chars()
                .take(column as usize - 1);
            [line - 1, before.map(|c| c.len_utf16() as u64).sum()]
        };
        // Editors are shown invisible characters by their codes.
        let message = gallerist::render::escape::terminal(&text("message")).into_owned();
        (path, text("rule"), text("severity"), message, [place("start"), place("end")].concat())
    };
    let mut all: Vec<Told> = list.unwrap_or_else(|| panic!("{report:#}")).iter().map(told).collect();
    all.sort();
    all
}

/// What the editor was told.
fn published(client: &Client) -> Vec<Told> {
    let mut all = Vec::new();
    for (path, list) in &client.findings {
        for found in list {
            let severity = ["", "error", "warning", "note"][found["severity"].as_u64().unwrap() as usize];
            let message = found["message"].as_str().unwrap().lines().next().unwrap_or_default();
            let place = |end: &str, part: &str| found["range"][end][part].as_u64().unwrap();
            let places = [("start", "line"), ("start", "character"), ("end", "line"), ("end", "character")];
            let places = places.iter().map(|(end, part)| place(end, part)).collect();
            let rule = found["code"].as_str().unwrap().to_owned();
            all.push((path.clone(), rule, severity.to_owned(), message.to_owned(), places));
        }
    }
    all.sort();
    all
}

#[test]
fn every_example_is_told_as_check_tells_it() {
    for example in examples() {
        let cli = copy(&example);
        let mut client = Client::in_workspace(&cli, &[], json!({}));
        client.settle();
        assert_eq!(published(&client), checked(&cli), "{}", example.display());
        assert_eq!(client.shut_down(), 0);
    }
}

/// The product files of an example, from its root.
fn products(cli: &Cli) -> Vec<String> {
    let found = Command::new("find")
        .current_dir(cli.folder())
        .args(["products", "-name", "*.yaml"])
        .output()
        .unwrap();
    let mut paths: Vec<String> =
        String::from_utf8(found.stdout).unwrap().lines().map(str::to_owned).collect();
    paths.sort();
    paths
}

fn mistaken(text: &str, edits: &[(prop::sample::Index, usize)]) -> String {
    const VALUES: [&str; 12] =
        ["null", "5", "-1", "1.10", "Yes", "[a]", "{a: b}", "\"té😀xt\"", "", "|\n  x", "\"\u{202e}x\"", "{"];
    let ending = if edits.len().is_multiple_of(2) { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (place, edit) in edits {
        let index = place.index(lines.len().max(1)).min(lines.len().saturating_sub(1));
        let Some(line) = lines.get(index).cloned() else { break };
        match VALUES.get(*edit) {
            Some(value) => {
                if let Some((key, _)) = line.split_once(": ") {
                    lines[index] = format!("{key}: {value}");
                }
            }
            None if *edit == 12 => drop(lines.remove(index)),
            None => lines.insert(index, line.replace('e', "é")),
        }
    }
    lines.join(ending)
}

#[test]
fn random_mistakes_are_told_as_check_tells_them() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        // So many that they make several kinds of mistakes.
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let small: Vec<_> =
        examples().into_iter().filter(|path| !path.ends_with("14-two-hundred-products")).collect();
    let edits = || prop::collection::vec((any::<prop::sample::Index>(), 0_usize..14), 1..5);
    let cases =
        (any::<prop::sample::Index>(), prop::collection::vec((any::<prop::sample::Index>(), edits()), 1..6));
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let outcome = runner.run(&cases, |(example, mistakes)| {
        let cli = copy(example.get(&small).as_path());
        let mut client = Client::in_workspace(&cli, &[], json!({}));
        let paths = products(&cli);
        for (version, (file, edits)) in mistakes.into_iter().enumerate() {
            let path = file.get(&paths);
            let text = mistaken(&cli.read(path), &edits);
            cli.write(path, &text);
            // Open in the editor, or only changed on the disk.
            if version % 2 == 0 {
                client.open(path, version as i64, &text);
            }
            client.notify("textDocument/didSave", json!({"textDocument": {"uri": client.uri(path)}}));
            // What is open must be what is saved.
            if version % 2 == 1 && client.versions.contains_key(path) {
                client.open(path, version as i64, &text);
            }
            client.settle();
            let expected = checked(&cli);
            seen.borrow_mut().extend(expected.iter().map(|told| told.1.clone()));
            prop_assert_eq!(published(&client), expected);
        }
        prop_assert_eq!(client.shut_down(), 0);
        Ok(())
    });
    outcome.unwrap();
    assert!(seen.borrow().len() > 3, "the mistakes are too few: {:?}", seen.borrow());
}
