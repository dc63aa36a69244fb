//! The pages about rules are made from the code's own text, whole, and linked from every finding.

use crate::docs::markdown::Page;
use gallerist::render;
use gallerist::rules::{self, OUTSIDE, Selection};
use std::collections::BTreeSet;
use std::path::Path;

fn stored(path: &str, made: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("GALLERIST_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    std::fs::read_to_string(&path).unwrap_or_default()
}

#[test]
fn the_page_of_all_rules_is_fresh() {
    let made = render::rule_book(&Selection::whole());
    assert!(
        stored(rules::PAGE, &made) == made,
        "{} is stale: run the tests with GALLERIST_BLESS=1",
        rules::PAGE
    );
}

#[test]
fn every_link_of_a_finding_leads_to_a_heading() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(rules::PAGE)).unwrap();
    let anchors: BTreeSet<String> = Page::read(&text).anchors;
    for name in rules::names() {
        let link = rules::link(name);
        let (page, anchor) = link.split_once('#').unwrap();
        assert_eq!(page, rules::PAGE);
        assert!(anchors.contains(anchor), "{link} leads nowhere");
    }
}

#[test]
fn a_rule_is_told_in_words_of_its_own() {
    let mut said = BTreeSet::new();
    for rule in rules::all() {
        let rules::RuleDoc { id, what, why, instead, .. } = rule.doc;
        for text in [what, why, instead] {
            assert!(text.ends_with(['.', ')']), "{id}: `{text}` is no sentence");
            assert!(text.len() >= 10, "{id}: `{text}` says too little");
        }
        assert!(said.insert(what), "{id}: another rule says the same");
    }
    for outside in OUTSIDE {
        let numbered = rules::all().any(|rule| rule.doc.numbers.contains(&outside.number));
        assert!(!numbered, "R{} has a rule and a reason to have none", outside.number);
        assert!(outside.reason.len() > 40, "R{} needs a real reason", outside.number);
    }
}

#[test]
fn every_number_of_the_reference_is_explained() {
    let unexplained: Vec<u16> =
        (1..=134).filter(|number| Selection::named(&format!("R{number}")).is_empty()).collect();
    assert!(unexplained.is_empty(), "nothing explains {unexplained:?}");
}

/// Examples of configuration and exceptions name rules that exist.
#[test]
fn rules_named_in_examples_of_the_pages_exist() {
    let mut named = 0;
    for file in crate::tree::files(&["docs"], &["md"]).iter().filter(|file| !file.path.ends_with("rules.md"))
    {
        for line in file.text.lines() {
            let level = ["off", "note", "warning", "error"];
            let set = line.strip_prefix("  ").and_then(|line| line.split_once(": "));
            let set = set.filter(|(_, word)| level.contains(word)).map(|(name, _)| name);
            let excused = line.split_once("{rule: ").and_then(|(_, rest)| rest.split(',').next());
            for name in set.into_iter().chain(excused) {
                named += 1;
                assert!(rules::find_by_id(name).is_some(), "{}: there is no rule `{name}`", file.path);
            }
        }
    }
    assert!(named >= 3, "the pages show no example");
}
