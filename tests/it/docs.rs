//! The prose is true: paths and links in it exist, commands in it are understood, and it counts nothing.

pub(crate) mod commands;
pub(crate) mod markdown;

use crate::tree::{File, files, root};
use commands::Manual;
use markdown::{Page, is_placeholder};
use std::path::{Component, Path, PathBuf};

/// Folders and files of the repository's root that prose names; a path that begins with one of them must exist.
const ROOTS: &[&str] = &[
    "src",
    "tests",
    "docs",
    "examples",
    "scripts",
    "benches",
    "deploy",
    "schemas",
    ".github",
    ".ci",
    "Cargo.toml",
    "CHANGELOG.md",
    "README.md",
    "LICENSE",
];

/// Things whose number changes with the code; prose that counts them is soon wrong.
const COUNTED: &[&str] = &[
    "rules",
    "commands",
    "tests",
    "lines",
    "files",
    "modules",
    "crates",
    "examples",
    "operations",
    "drivers",
    "fields",
    "benchmarks",
    "schemas",
    "layers",
];

fn pages() -> Vec<File> {
    files(&["", "src", ".github", "docs", "examples", "benches", "tests"], &["md"])
}

#[test]
fn the_first_pages_exist() {
    for path in
        ["README.md", "src/README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md"]
    {
        assert!(root().join(path).is_file(), "{path} is missing");
    }
}

#[test]
fn paths_in_prose_exist() {
    complain(pages().iter().flat_map(missing_paths).collect());
}

#[test]
fn links_lead_somewhere() {
    complain(pages().iter().flat_map(broken_links).collect());
}

#[test]
fn commands_in_prose_are_understood() {
    let mut manual = Manual::default();
    assert_eq!(manual.understand("gallerist"), Ok(()), "the tool's own help is needed to judge any command");
    let mut offences = Vec::new();
    for file in pages() {
        for (command, line) in Page::read(&file.text).commands("gallerist") {
            if let Err(problem) = manual.understand(&command) {
                offences.push(format!("{}:{line}: `{command}`: {problem}", file.path));
            }
        }
    }
    complain(offences);
}

#[test]
fn prose_counts_nothing() {
    complain(pages().iter().flat_map(counts).collect());
}

fn complain(offences: Vec<String>) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

fn missing_paths(file: &File) -> Vec<String> {
    let page = Page::read(&file.text);
    let named = page.code_spans.iter().filter(|(span, _)| {
        let first = span.split('/').next().unwrap_or_default();
        ROOTS.contains(&first) && !span.contains(' ') && (span.contains('/') || first.contains('.'))
    });
    named
        .filter(|(span, _)| {
            let known: PathBuf = span.split('/').take_while(|part| !is_placeholder(part)).collect();
            !root().join(known).exists()
        })
        .map(|(span, line)| format!("{}:{line}: `{span}` does not exist", file.path))
        .collect()
}

fn broken_links(file: &File) -> Vec<String> {
    let page = Page::read(&file.text);
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let mut offences = Vec::new();
    for (target, line) in &page.links {
        if ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
            continue;
        }
        let (path, anchor) =
            target.split_once('#').map_or((target.as_str(), None), |(path, at)| (path, Some(at)));
        let place = format!("{}:{line}: link to `{target}`", file.path);
        let anchors = if path.is_empty() {
            page.anchors.clone()
        } else if let Some(destination) = joined(folder, path) {
            let destination = root().join(destination);
            if !destination.exists() {
                offences.push(format!("{place}: there is no such file"));
                continue;
            }
            Page::read(&std::fs::read_to_string(destination).unwrap_or_default()).anchors
        } else {
            offences.push(format!("{place}: leaves the repository"));
            continue;
        };
        if anchor.is_some_and(|anchor| !anchors.contains(anchor)) {
            offences.push(format!("{place}: there is no such heading"));
        }
    }
    offences
}

/// `folder/path` without `..`; `None` when it climbs out of the repository.
fn joined(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            Component::Normal(name) => out.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(out)
}

fn counts(file: &File) -> Vec<String> {
    let mut offences = Vec::new();
    for (text, line) in &Page::read(&file.text).prose {
        let words: Vec<&str> =
            text.split_whitespace().map(|word| word.trim_matches([',', '.', ';', ':', '(', ')'])).collect();
        for pair in words.windows(2) {
            let number = |word: &str| {
                !word.is_empty() && word.chars().all(|sign| sign.is_ascii_digit() || sign == '-')
            };
            let counted = number(pair[0]) && COUNTED.contains(&pair[1]);
            let line_number = ["line", "lines"].contains(&pair[0]) && number(pair[1]);
            if counted || line_number {
                offences
                    .push(format!("{}:{line}: \"{} {}\" will not stay true", file.path, pair[0], pair[1]));
            }
        }
    }
    offences
}

#[cfg(test)]
mod checks {
    use super::*;

    fn page(text: &str) -> File {
        File { path: "docs/a.md".into(), text: text.into() }
    }

    #[test]
    fn a_missing_path_is_found() {
        let text = "`src/lib.rs` `src/gone.rs` `src/<family>/x.rs` `products/a.yaml` `scripts/gone --fast`\n";
        assert_eq!(missing_paths(&page(text)).len(), 1);
    }

    #[test]
    fn a_broken_link_is_found() {
        let text = "# A title\n[a](../LICENSE) [b](gone.md) [c](#a-title) [d](#gone) [e](../../x) [f](https://a.example/)\n";
        let found = broken_links(&page(text));
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn counts_are_found() {
        assert_eq!(counts(&page("It has 12 rules. See line 40.\n\n```\n12 rules\n```\n")).len(), 2);
        assert_eq!(counts(&page("Rule 12 says 3 working days.\n")).len(), 0);
    }
}
