//! Lines and columns are true: the file, cut at a region, gives what the finding is about.

use super::{assert_sarif, results};
use crate::arbitrary_yaml;
use camino::Utf8PathBuf;
use gallerist::service::{self, Form, Request, Unsaved, View};
use gallerist::text::apply_edits;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};
use tempfile::TempDir;

const CATALOG: &str = "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ntargets: {intl: {site: intl}}\n";

const PATH: &str = "products/crm #1.yaml";

/// Lines that nobody should write, before which others have moved.
const LINES: &[&str] = &[
    "😀😀: x",
    "unknownField: 云商店",
    "\"naïve 𝔘\": {prices: 😀}",
    "name: 𝔘𝔫𝔦 \u{202e}x\u{202c} # é",
    "keywords: [😀, \"b\\u0000\"]",
    "  \tx: 1",
    "\tx: 1",
    "delivery: Saas",
    "trialDays: \"é\"",
    "# 😀 comment",
    "",
    "specifications: [{key: 😀, prices: {yearl: {USD: \"1.00\"}}}]",
    "overview: |",
    "a: &x 1",
];

/// A catalog that all cases share; only its unsaved text differs.
static HOME: LazyLock<TempDir> = LazyLock::new(|| {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join("gallerist.yaml"), CATALOG).unwrap();
    std::fs::create_dir(home.path().join("products")).unwrap();
    home
});

fn documents() -> impl Strategy<Value = String> {
    let put = vec((any::<Index>(), select(LINES)), 1..5);
    (arbitrary_yaml::documents(), put, any::<bool>(), prop::bool::weighted(0.3)).prop_map(
        |(text, put, is_crlf, has_mark)| {
            let mut lines: Vec<&str> = text.lines().collect();
            for (at, line) in put {
                lines.insert(at.index(lines.len() + 1), line);
            }
            let text = lines.join(if is_crlf { "\r\n" } else { "\n" });
            if has_mark { format!("\u{feff}{text}") } else { text }
        },
    )
}

/// What stands at a region of a text, by lines and code points alone.
fn cut(text: &str, region: &Value) -> String {
    let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let offset = |line: usize, column: usize| {
        let before: usize =
            lines[..(line - 1).min(lines.len())].iter().map(|line| line.chars().count()).sum();
        before + column - 1
    };
    let start = offset(number("startLine"), number("startColumn"));
    let end = offset(number("endLine"), number("endColumn"));
    text.chars().skip(start).take(end - start).collect()
}

fn request() -> Request {
    Request {
        directory: Utf8PathBuf::from_path_buf(HOME.path().to_owned()).unwrap(),
        target: None,
        now: "2026-11-22T09:00:00Z".parse().unwrap(),
        on_throwaway_machine: false,
    }
}

/// Rules that were seen, so that the property is known to be about something.
static SEEN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

fn regions_are_true(text: &str) {
    let unsaved = Unsaved { path: PATH.into(), text: text.to_owned() };
    let checked = service::check(&request(), &[], &[unsaved]).unwrap();
    let written = service::outside(View::Check(&checked), Form::Sarif).unwrap();
    let log: Value = serde_json::from_str(&written).unwrap();
    assert_sarif(&log);
    let list = &checked.diagnostics.list;
    assert_eq!(results(&log).len(), list.len());
    for (result, found) in results(&log).iter().zip(list) {
        SEEN.lock().unwrap().insert(found.rule);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "products/crm%20%231.yaml");
        let source = checked.diagnostics.sources.get(&found.primary.path).unwrap();
        assert_eq!(cut(text, &place["region"]), source.slice(found.primary.span), "{found:?} in {text:?}");
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for (other, label) in related.zip(&found.labels) {
            let file = checked.diagnostics.sources.get(&label.location.path).unwrap();
            let region = &other["physicalLocation"]["region"];
            assert_eq!(cut(file.text(), region), file.slice(label.location.span));
        }
        if let Some(fix) = &found.fix {
            let mended = apply_edits(text, &fix.edits).unwrap();
            assert_eq!(apply(text, &result["fixes"][0]["artifactChanges"][0]["replacements"]), mended);
        }
    }
}

/// Replaces parts of a text as a program that reads SARIF does, from the end.
fn apply(text: &str, replacements: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = Vec::new();
    for replacement in replacements.as_array().unwrap() {
        let region = &replacement["deletedRegion"];
        let mut to_start = region.clone();
        (to_start["endLine"], to_start["endColumn"]) =
            (region["startLine"].clone(), region["startColumn"].clone());
        (to_start["startLine"], to_start["startColumn"]) = (1.into(), 1.into());
        let start = cut(text, &to_start).len();
        edits.push((
            start,
            start + cut(text, region).len(),
            replacement["insertedContent"]["text"].as_str().unwrap(),
        ));
    }
    edits.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, with) in edits.into_iter().rev() {
        out.replace_range(start..end, with);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_region_holds_what_the_finding_is_about(text in documents()) {
        regions_are_true(&text);
    }
}

#[test]
fn every_hostile_line_is_found_at_its_place() {
    for line in LINES {
        for ends in ["\n", "\r\n"] {
            for mark in ["", "\u{feff}"] {
                let head = [
                    "apiVersion: gallerist/v1",
                    "kind: Product",
                    "key: crm",
                    "delivery: saas",
                    line,
                    "name: é",
                ];
                regions_are_true(&format!("{mark}{}{ends}", head.join(ends)));
            }
        }
    }
    let seen = SEEN.lock().unwrap();
    assert!(["unknown-field", "bidi-control"].iter().all(|rule| seen.contains(rule)), "{seen:?}");
}
