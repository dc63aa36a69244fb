//! Style that a test holds: layers, sizes, names, purity of the core, unfinished marks.
//!
//! Each check is a function from source files to complaints, so that each is itself tested on a bad sample.

mod code;
mod prose;

use crate::tree::{File, files};
use code::{Token, declared_modules, matches, paths, tokens, without_tests};
use std::collections::BTreeSet;

/// Modules in the order of their layers: a module names only modules that stand before it.
const LAYERS: &[&str] = &[
    "text",
    "diagnostic",
    "yaml",
    "model",
    "site",
    "submission",
    "released",
    "config",
    "definition",
    "diff",
    "rules",
    "moving",
    "plan",
    "report",
    "wire",
    "render",
    "repository",
    "http",
    "ledger",
    "marketplace",
    "reconcile",
    "sandbox",
    "stores",
    "drivers",
    "served",
    "forge",
    "preflight",
    "service",
    "daemon",
    "lsp",
];

/// Modules that may name fewer than their place allows. The sandbox judges plans, so it shares none of their code.
const NARROWER: &[(&str, &[&str])] =
    &[("sandbox", &["text", "model", "site", "submission", "released", "wire"])];

/// The last module without clock, disk, network, environment or chance.
const LAST_PURE: &str = "render";

/// Folders whose members do not name each other: only their `mod.rs` and earlier layers.
const LEAVES: &[&[&str]] =
    &[&["rules", "*"], &["render"], &["stores"], &["drivers"], &["forge"], &["cli", "commands"]];

const LINES_MAX: usize = 500;

const BANNED_FILE_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

#[test]
fn modules_name_only_earlier_layers() {
    complain(layer_offences(&rust("src")));
}

#[test]
fn every_module_has_a_layer() {
    complain(unknown_layers(&rust("src")));
}

#[test]
fn members_of_leaf_folders_do_not_name_each_other() {
    complain(leaf_offences(&rust("src")));
}

#[test]
fn files_stay_readable() {
    complain(size_offences(&all_rust()));
}

#[test]
fn the_core_has_no_clock_disk_network_or_environment() {
    complain(impurities(&rust("src")));
}

#[test]
fn nothing_prints_past_the_writers() {
    complain(prints(&rust("src")));
}

#[test]
fn silenced_lints_and_ignored_tests_have_a_reason() {
    complain(missing_reasons(&all_rust()));
}

#[test]
fn no_file_is_forgotten() {
    complain(forgotten_files(&all_rust()));
}

#[test]
fn the_registry_lists_every_rule() {
    let registered: Vec<&str> = gallerist::rules::all().map(|rule| rule.doc.id).collect();
    complain(unlisted_rules(&rust("src/rules"), &registered));
}

fn complain(offences: Vec<String>) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

fn rust(folder: &str) -> Vec<File> {
    files(&[folder], &["rs"])
}

fn all_rust() -> Vec<File> {
    files(&["src", "tests", "benches"], &["rs"])
}

/// Where a file stands in the module tree: `src/plan/types.rs` is `["plan", "types"]`.
fn module_path(path: &str) -> Vec<String> {
    let inner = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut segments: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if segments.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        segments.pop();
    }
    segments
}

/// Every path of our own that a file names, from the root of its crate, with the line.
fn named_paths(file: &File) -> Vec<(Vec<String>, usize)> {
    let module = module_path(&file.path);
    let mut out = Vec::new();
    for path in paths(&tokens(&file.text), &["crate", "self", "super"]) {
        let supers = path.segments.iter().filter(|segment| *segment == "super").count();
        let rest =
            path.segments.iter().skip_while(|segment| ["crate", "self", "super"].contains(&segment.as_str()));
        if path.segments[0] == "crate" {
            out.push((rest.cloned().collect(), path.line));
        } else if supers >= path.inline_depth {
            let kept = module.len().saturating_sub(supers - path.inline_depth);
            out.push((module[..kept].iter().chain(rest).cloned().collect(), path.line));
        }
    }
    out
}

fn layer_offences(files: &[File]) -> Vec<String> {
    let layer = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let mut offences = Vec::new();
    for file in files {
        let module = module_path(&file.path);
        let Some(own) = module.first().and_then(|name| layer(name)) else { continue };
        for (path, line) in named_paths(file) {
            let place = format!("{}:{line}", file.path);
            match path.first().map(String::as_str) {
                None | Some("*") => offences.push(format!("{place}: names the whole crate; name one module")),
                Some(name) => {
                    let narrower = NARROWER.iter().find(|(module, _)| *module == LAYERS[own]);
                    let allowed = layer(name).is_some_and(|other| {
                        other == own || narrower.map_or(other < own, |(_, names)| names.contains(&name))
                    });
                    if !allowed {
                        let own = LAYERS[own];
                        offences.push(format!("{place}: `{own}` may not name `{name}` (see LAYERS)"));
                    }
                }
            }
        }
    }
    offences
}

fn unknown_layers(files: &[File]) -> Vec<String> {
    let known: BTreeSet<&str> = LAYERS.iter().copied().chain(["cli"]).collect();
    let names: BTreeSet<String> =
        files.iter().filter_map(|file| module_path(&file.path).into_iter().next()).collect();
    let stray = names.iter().filter(|name| !known.contains(name.as_str()));
    stray
        .map(|name| format!("src/{name}: stands in no layer; add it to LAYERS in tests/it/tidy.rs"))
        .collect()
}

/// The leaf folder a path lies in, as the number of its segments.
fn leaf(path: &[String]) -> Option<usize> {
    let inside = |leaf: &&&[&str]| {
        path.len() > leaf.len() && leaf.iter().zip(path).all(|(want, have)| *want == "*" || want == have)
    };
    LEAVES.iter().find(inside).map(|leaf| leaf.len())
}

fn leaf_offences(files: &[File]) -> Vec<String> {
    let modules: BTreeSet<Vec<String>> = files.iter().map(|file| module_path(&file.path)).collect();
    let mut offences = BTreeSet::new();
    for file in files {
        let own = module_path(&file.path);
        let Some(depth) = leaf(&own) else { continue };
        for (path, line) in named_paths(file) {
            let Some(target) =
                (1..=path.len()).rev().map(|length| &path[..length]).find(|part| modules.contains(*part))
            else {
                continue;
            };
            let same_tree = target.first() == own.first();
            if same_tree && leaf(target).is_some() && target[..=depth] != own[..=depth] {
                let (place, name) = (&file.path, target.join("::"));
                offences.insert(format!(
                    "{place}:{line}: names its neighbour `{name}`; share it through `mod.rs`"
                ));
            }
        }
    }
    offences.into_iter().collect()
}

fn size_offences(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        let lines = file.text.lines().count();
        if lines > LINES_MAX {
            offences.push(format!("{}: {lines} lines; {LINES_MAX} at most", file.path));
        }
        let stem = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if BANNED_FILE_NAMES.contains(&stem) {
            offences.push(format!("{}: a drawer, not a subject; name what is in it", file.path));
        }
    }
    offences
}

fn impurities(files: &[File]) -> Vec<String> {
    let last = LAYERS.iter().position(|layer| *layer == LAST_PURE).map_or(0, |at| at + 1);
    let pure: BTreeSet<&str> = LAYERS[..last].iter().copied().chain(["sandbox"]).collect();
    let banned_std = ["env", "fs", "process", "net", "thread"];
    let mut offences = Vec::new();
    for file in files {
        let module = module_path(&file.path);
        let is_test_file = module.last().is_some_and(|name| name == "tests");
        if is_test_file || !module.first().is_some_and(|name| pure.contains(name.as_str())) {
            continue;
        }
        let code = without_tests(&tokens(&file.text));
        let from_std = paths(&code, &["std"]).into_iter().filter_map(|path| {
            let second = path.segments.get(1)?;
            banned_std.contains(&second.as_str()).then(|| (format!("std::{second}"), path.line))
        });
        let from_words = code.iter().enumerate().filter_map(|(at, token)| {
            let now = ["SystemTime", "Instant", "Timestamp", "Zoned"].contains(&token.text.as_str())
                && matches(&code, at + 1, &[":", ":", "now"]);
            let random = ["HashMap", "HashSet", "RandomState"].contains(&token.text.as_str());
            (now || random).then(|| (token.text.clone(), token.line))
        });
        let found = from_std.chain(from_words);
        offences.extend(found.map(|(what, line)| format!("{}:{line}: `{what}` in the pure core", file.path)));
    }
    offences
}

fn prints(files: &[File]) -> Vec<String> {
    let macros = ["println", "print", "eprintln", "eprint", "dbg"];
    let mut offences = Vec::new();
    for file in files {
        let code = without_tests(&tokens(&file.text));
        let found =
            code.windows(2).filter(|two| macros.contains(&two[0].text.as_str()) && two[1].text == "!");
        let texts = found
            .map(|two| format!("{}:{}: `{}!` passes by the writers", file.path, two[0].line, two[0].text));
        offences.extend(texts);
    }
    offences
}

fn missing_reasons(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        let code = tokens(&file.text);
        for (at, token) in code.iter().enumerate() {
            let attribute =
                at >= 2 && code[at - 1].text == "[" && ["#", "!"].contains(&code[at - 2].text.as_str());
            if !attribute {
                continue;
            }
            let until =
                |end: &str| code[at..].iter().take_while(|token| token.text != end).collect::<Vec<&Token>>();
            let silent = match token.text.as_str() {
                "allow" | "expect" => !until("]").iter().any(|token| token.text == "reason"),
                "ignore" => !until("]").iter().any(|token| token.text == "="),
                _ => false,
            };
            if silent {
                offences.push(format!("{}:{}: `{}` without a reason", file.path, token.line, token.text));
            }
        }
    }
    offences
}

fn forgotten_files(files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    for file in files {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let roots = ["src", "tests/it", "tests/system", "benches"];
        let is_root = ["main.rs", "lib.rs"].contains(&name) && roots.contains(&folder) || folder == "benches";
        if is_root {
            continue;
        }
        let (stem, parent) = if name == "mod.rs" {
            folder.rsplit_once('/').map_or((folder, ""), |(parent, stem)| (stem, parent))
        } else {
            (name.trim_end_matches(".rs"), folder)
        };
        let owners = ["main.rs", "lib.rs", "mod.rs"].map(|owner| format!("{parent}/{owner}"));
        let owners: BTreeSet<String> = owners.into_iter().chain([format!("{parent}.rs")]).collect();
        let declared = files
            .iter()
            .filter(|other| owners.contains(&other.path))
            .any(|other| declared_modules(&tokens(&other.text)).contains(stem));
        if !declared {
            offences.push(format!("{}: no `mod {stem};` line names it, so it is never built", file.path));
        }
    }
    offences
}

/// `src/rules/<family>/<rule>.rs` holds the rule of that name, and the registry knows it; and the other way round.
fn unlisted_rules(files: &[File], registered: &[&str]) -> Vec<String> {
    let mut offences = Vec::new();
    let mut in_files = BTreeSet::new();
    for file in files {
        let module = module_path(&file.path);
        let [_, _, rule] = module.as_slice() else { continue };
        let id = rule.replace('_', "-");
        if rule != "tests" && !registered.contains(&id.as_str()) {
            offences.push(format!("{}: the registry does not list `{id}`", file.path));
        }
        in_files.insert(id);
    }
    let mut seen = BTreeSet::new();
    for id in registered {
        if !in_files.contains(*id) {
            offences.push(format!("`{id}` is registered, but no file under src/rules is called like it"));
        }
        if !seen.insert(id) {
            offences.push(format!("`{id}` is registered twice"));
        }
    }
    offences
}

#[cfg(test)]
mod checks {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn an_upward_import_is_found() {
        let upward = "use crate::{model::Key, plan::{Plan, History}};";
        assert_eq!(layer_offences(&[file("src/diff/mod.rs", upward)]).len(), 2);
        assert_eq!(layer_offences(&[file("src/diff/mod.rs", "fn f() -> super::plan::Plan {}")]).len(), 1);
        assert_eq!(layer_offences(&[file("src/diff/a.rs", "use super::super::rules::X;")]).len(), 1);
        assert_eq!(layer_offences(&[file("src/diff/a.rs", "mod tests { use super::super::b; }")]).len(), 0);
        assert_eq!(layer_offences(&[file("src/diff/mod.rs", "use crate::*;")]).len(), 1);
        assert_eq!(
            layer_offences(&[file("src/plan/mod.rs", "use crate::diff::Change; // crate::cli")]).len(),
            0
        );
    }

    #[test]
    fn the_sandbox_shares_no_code_with_the_planner() {
        assert_eq!(layer_offences(&[file("src/sandbox/mod.rs", "use crate::rules::RULES;")]).len(), 1);
        assert_eq!(layer_offences(&[file("src/sandbox/mod.rs", "use crate::model::Key;")]).len(), 0);
    }

    #[test]
    fn a_module_without_a_layer_is_found() {
        assert_eq!(unknown_layers(&[file("src/tools/mod.rs", ""), file("src/cli/mod.rs", "")]).len(), 1);
    }

    #[test]
    fn neighbours_in_a_leaf_folder_are_found() {
        let base = [file("src/render/mod.rs", ""), file("src/render/json.rs", "")];
        let with = |path: &str, text: &str| [base.to_vec(), vec![file(path, text)]].concat();
        assert_eq!(leaf_offences(&with("src/render/human.rs", "use super::json::escape;")).len(), 1);
        assert_eq!(leaf_offences(&with("src/render/human.rs", "use super::Format;")).len(), 0);
        let rules = |text: &str| {
            leaf_offences(&[
                file("src/rules/price/a.rs", ""),
                file("src/rules/facts.rs", ""),
                file("src/rules/trial/b.rs", text),
            ])
        };
        assert_eq!(rules("use crate::rules::price::a;").len(), 1);
        assert_eq!(rules("use crate::rules::facts::Facts;").len(), 0);
        let own = [
            file("src/drivers/console/mod.rs", "use self::sheet::S;"),
            file("src/drivers/console/sheet.rs", "use super::T;"),
        ];
        assert_eq!(leaf_offences(&own).len(), 0);
    }

    #[test]
    fn long_files_and_drawers_are_found() {
        assert_eq!(size_offences(&[file("src/a.rs", &"\n".repeat(LINES_MAX + 1))]).len(), 1);
        assert_eq!(size_offences(&[file("src/model/utils.rs", "")]).len(), 1);
    }

    #[test]
    fn impure_calls_are_found_outside_tests() {
        assert_eq!(impurities(&[file("src/plan/mod.rs", "use std::{collections::BTreeMap, fs};")]).len(), 1);
        assert_eq!(impurities(&[file("src/plan/mod.rs", "let now = jiff::Timestamp::now();")]).len(), 1);
        assert_eq!(
            impurities(&[file("src/plan/mod.rs", "#[cfg(test)] mod tests { use std::fs; }")]).len(),
            0
        );
        assert_eq!(impurities(&[file("src/stores/mod.rs", "use std::fs;")]).len(), 0);
    }

    #[test]
    fn prints_are_found() {
        assert_eq!(prints(&[file("src/plan/mod.rs", "println!(\"x\"); // print!")]).len(), 1);
    }

    #[test]
    fn silence_without_a_reason_is_found() {
        let bad = ["#[allow(dead_code)]", "#![allow(dead_code)]", "#[ignore]"];
        assert_eq!(missing_reasons(&bad.map(|text| file("src/a.rs", text))).len(), bad.len());
        let good = ["#[allow(dead_code, reason = \"x\")]", "#[ignore = \"x\"]", "let x = a.expect(1);"];
        assert!(missing_reasons(&good.map(|text| file("src/a.rs", text))).is_empty());
    }

    #[test]
    fn forgotten_files_are_found() {
        let main = file("tests/it/main.rs", "mod tidy;");
        let forgotten = [
            main,
            file("tests/it/tidy.rs", "mod code;"),
            file("tests/it/plan.rs", ""),
            file("tests/it/tidy/code.rs", ""),
        ];
        assert_eq!(forgotten_files(&forgotten).len(), 1);
        let nested = [
            file("src/lib.rs", "pub mod plan;"),
            file("src/plan/mod.rs", "mod a;"),
            file("src/plan/b.rs", ""),
        ];
        assert_eq!(forgotten_files(&nested).len(), 1);
    }

    #[test]
    fn unlisted_rules_are_found() {
        let rules = [file("src/rules/mod.rs", ""), file("src/rules/trial/trial_days.rs", "")];
        assert!(unlisted_rules(&rules, &["trial-days"]).is_empty());
        assert_eq!(unlisted_rules(&rules, &[]).len(), 1);
        assert_eq!(unlisted_rules(&rules, &["trial-days", "trial-gone"]).len(), 1);
        assert_eq!(unlisted_rules(&rules, &["trial-days", "trial-days"]).len(), 1);
    }
}
