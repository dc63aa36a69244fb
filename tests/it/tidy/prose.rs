//! Checks of every text file: marks of unfinished work, layout, and names of machines.

use super::complain;
use crate::tree::{File, files};

const FOLDERS: &[&str] = &["src", "tests", "benches", "docs", "examples", "scripts", ".ci", ".github", ""];
const ENDINGS: &[&str] = &["rs", "md", "yaml", "yml", "toml", "sh", "py", "svg", ""];

/// Words that mean "not finished"; written in halves so that this list does not find itself.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
];

/// Places that exist on one machine, and hosts that a build reaches by its package manager's own settings.
const MACHINE_NAMES: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("npmjs", ".com"),
    concat!("npmjs", ".org"),
    concat!("debian", ".org"),
    concat!("rustup", ".rs"),
];

#[test]
fn nothing_is_left_unfinished() {
    complain(word_offences(&text_files(), UNFINISHED, "unfinished"));
}

#[test]
fn no_file_names_a_machine_or_a_package_host() {
    complain(word_offences(&text_files(), MACHINE_NAMES, "machine or host name"));
}

#[test]
fn text_files_are_clean() {
    complain(layout_offences(&text_files()));
}

fn text_files() -> Vec<File> {
    let mut found = files(FOLDERS, ENDINGS);
    // Written by git (in a linked work tree), by cargo, and by the licence's authors.
    found.retain(|file| ![".git", "Cargo.lock", "LICENSE"].contains(&file.path.as_str()));
    found
}

fn word_offences(files: &[File], words: &[&str], what: &str) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            let found = words.iter().filter(|word| line.contains(**word));
            offences.extend(found.map(|word| format!("{}:{}: {what}: `{word}`", file.path, index + 1)));
        }
    }
    offences
}

fn layout_offences(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        for (index, line) in file.text.split('\n').enumerate() {
            if line.ends_with([' ', '\t', '\r']) {
                offences.push(format!("{}:{}: white space at the end of the line", file.path, index + 1));
            }
        }
        if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
            offences.push(format!("{}: end the file with one line break", file.path));
        }
    }
    offences
}

#[test]
fn bad_samples_are_found() {
    let file = |text: &str| File { path: "a.md".into(), text: text.into() };
    assert_eq!(word_offences(&[file(&format!("x {} y", UNFINISHED[0]))], UNFINISHED, "").len(), 1);
    assert_eq!(layout_offences(&[file("a \nb\r\nc\n")]).len(), 2);
    assert_eq!(layout_offences(&[file("a")]).len(), 1);
    assert_eq!(layout_offences(&[file("a\n\n")]).len(), 1);
    assert!(layout_offences(&[file("a\n"), file("")]).is_empty());
}
