//! The rulebook: pages written from the seller's documentation alone, which the planner and the sandbox must agree
//! with. `tests/rulebook/README.md` defines their form.

mod desk;
mod document;
mod files;
mod fixture;
mod judge;
mod page;
mod teeth;
mod world;

use document::Complete;
use page::{Case, Mark, Page};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rules that stand on the page "Modifying Products" itself; none may be without a page.
const STARRED: &[u16] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 17, 19, 25, 26, 28, 29, 31, 32, 33];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rulebook")
}

/// All pages by file stem, with `complete.yaml`; every fault of form is in the error.
fn load() -> Result<(Complete, BTreeMap<String, Page>), String> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let complete = Complete::read(&read(&folder().join("complete.yaml"))?)?;
    let (mut pages, mut faults) = (BTreeMap::new(), Vec::new());
    for entry in std::fs::read_dir(folder()).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "yaml") || stem == "complete" {
            continue;
        }
        match Page::read(&read(&path)?) {
            Ok(page) => {
                pages.insert(stem, page);
            }
            Err(error) => faults.push(format!("{stem}: {error}")),
        }
    }
    if faults.is_empty() { Ok((complete, pages)) } else { Err(faults.join("\n")) }
}

#[test]
fn every_page_is_well_formed() {
    let (complete, pages) = load().unwrap();
    let (mut faults, mut titles) = (Vec::new(), BTreeSet::new());
    for (stem, page) in &pages {
        if *stem != page.rule.stem() {
            faults.push(format!("{stem}: it is about {}", page.rule));
        }
        if !titles.insert(page.title.as_str()) {
            faults.push(format!("{stem}: another page has the title `{}`", page.title));
        }
        faults.extend(page.faults().into_iter().map(|fault| format!("{stem}: {fault}")));
        for case in &page.cases {
            let found = document::faults(&complete, case).unwrap_or_else(|fault| vec![fault]);
            faults.extend(found.into_iter().map(|fault| format!("{stem}: {}: {fault}", case.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_starred_rule_has_a_page() {
    let (_, pages) = load().unwrap();
    let rules: BTreeSet<&Mark> = pages.values().map(|page| &page.rule).collect();
    let missing: Vec<&u16> = STARRED.iter().filter(|rule| !rules.contains(&Mark::Number(**rule))).collect();
    assert!(missing.is_empty(), "no page about {missing:?}");
}

#[test]
fn every_file_a_page_names_is_there() {
    let (_, pages) = load().unwrap();
    let mut missing = BTreeSet::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let page = path.file_stem().and_then(|stem| pages.get(stem.to_str()?));
        let brought: BTreeSet<&String> =
            page.into_iter().flat_map(|page| &page.cases).flat_map(|case| case.files.keys()).collect();
        let named = text.split(|c: char| c.is_whitespace() || "[]{},".contains(c));
        for file in named.filter_map(|word| word.strip_prefix("assets/")).filter(|file| !file.is_empty()) {
            if !folder().join("assets").join(file).is_file() && !brought.contains(&file.to_owned()) {
                missing.insert(file.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_page_with_faults_does_not_pass() {
    let typo = "{rule: 1, title: T, source: S, cases: [{name: a, marketplce: accepted}]}";
    assert!(Page::read(typo).is_err());
    let faults = |cases: &str| Page::read(&format!("{{rule: 1, title: T, source: S, cases: [{cases}]}}"));
    let clean = "{name: a, submit: modify, marketplace: accepted}";
    let violating = "{name: b, submit: modify, marketplace: refused, numbers: [1]}";
    assert_eq!(faults(&format!("{clean}, {violating}")).unwrap().faults(), Vec::<String>::new());
    for (cases, fault) in [
        (clean.to_owned(), "there is no violating case"),
        (violating.to_owned(), "there is no clean case"),
        (format!("{clean}, {}", violating.replace("[1]", "[2]")), "no case names R1"),
        (format!("{clean}, {}", violating.replace(", numbers: [1]", "")), "b: a refusal has `numbers`"),
        (format!("{clean}, {violating}, {violating}"), "two cases are named `b`"),
        (
            format!("{clean}, {violating}, {}", violating.replace("[1]", "[a-name]").replace(": b", ": c")),
            "c: only a rejection names rules by their names",
        ),
        (format!("{clean}, {violating}, {{name: c}}"), "c: it expects nothing of either side"),
        (format!("{clean}, {violating}, {{name: c, planner: order}}"), "c: `order` has `steps`"),
        (
            format!(
                "{clean}, {violating}, {{name: c, ends: {{}}, events: [{{submit: modify, save: modify}}]}}"
            ),
            "c: an event is exactly one of submit, save, review, interface",
        ),
    ] {
        let found = faults(&cases).unwrap().faults();
        assert!(found.iter().any(|found| found == fault), "{fault} is not among {found:?}");
    }
}

/// Judges all cases by one side and lists every disagreement.
fn disagreements(judge: impl Fn(&Complete, &Case) -> Result<(), String>) -> Vec<String> {
    let (complete, pages) = match load() {
        Ok(loaded) => loaded,
        Err(faults) => return vec![faults],
    };
    let mut found = Vec::new();
    for (stem, page) in &pages {
        for case in &page.cases {
            if let Err(why) = judge(&complete, case) {
                found.push(format!("{stem}: {}: {why}", case.name));
            }
        }
    }
    found
}

#[test]
fn the_sandbox_agrees() {
    let found = disagreements(|complete, case| judge::marketplace(complete, case, None));
    assert!(found.is_empty(), "{} disagree:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_planner_agrees() {
    let found = disagreements(|complete, case| judge::planner(complete, case, None));
    assert!(found.is_empty(), "{} disagree:\n{}", found.len(), found.join("\n"));
}
