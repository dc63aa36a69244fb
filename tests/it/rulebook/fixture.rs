//! The rules' own fixtures: `tests/rules/<family>/<rule>.yaml`, with what is flagged and what is clean, and beside it what
//! is printed (`<rule>.txt`; `GALLERIST_BLESS=1` accepts). Products are completed as on the rulebook's pages.

use super::document::{Complete, Document};
use super::page::{Approvals, Case};
use super::world::World;
use gallerist::diagnostic::{Diagnostics, Finding};
use gallerist::plan::ProductPlan;
use gallerist::render;
use gallerist::rules::{self, Check, Rule};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rules that tell about a state that lasts, so that they speak although nothing changes.
const LASTING: &[(&str, &str)] = &[
    ("hidden-product-address-unknown", "the address of a hidden product is missing until somebody reads it"),
    ("product-frozen", "a freeze lasts until it is lifted"),
];

/// Rules with a check that no document of a fixture can show: why, and the test that shows it.
const UNSHOWN: &[(&str, &str, &str)] = &[(
    "retirement-without-reason",
    "the reader takes no empty reason",
    "a_retirement_without_a_reason_is_blocked_where_it_is_asked_for",
)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    rule: String,
    /// Cases in which the rule speaks; `at` is the line it underlines, without indentation.
    flagged: Vec<Map<String, Value>>,
    /// Cases in which it does not.
    clean: Vec<Map<String, Value>>,
}

/// A case with what came of it.
struct Outcome {
    name: String,
    at: Option<String>,
    world: World,
    desired: Document,
    plan: ProductPlan,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn checked() -> impl Iterator<Item = &'static Rule> {
    let shown = |rule: &&Rule| !UNSHOWN.iter().any(|(unshown, ..)| *unshown == rule.doc.id);
    rules::all().filter(|rule| !matches!(rule.check, Check::Planner | Check::Reader)).filter(shown)
}

fn path_of(rule: &Rule, ending: &str) -> PathBuf {
    folder().join(rules::family(rule.doc.id)).join(format!("{}.{ending}", rule.doc.id))
}

fn fixture(rule: &Rule) -> Result<Fixture, String> {
    let path = path_of(rule, "yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let found: Fixture = serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", rule.doc.id))?;
    if found.rule != rule.doc.id {
        return Err(format!("{}: it is about `{}`", rule.doc.id, found.rule));
    }
    Ok(found)
}

fn outcome(complete: &Complete, sample: &Map<String, Value>) -> Result<Outcome, String> {
    let mut sample = sample.clone();
    let at = sample.remove("at").and_then(|at| at.as_str().map(str::to_owned));
    let case: Case = serde_json::from_value(Value::Object(sample)).map_err(|error| error.to_string())?;
    let told = |why: String| format!("{}: {why}", case.name);
    let world = World::of(complete, &case).map_err(told)?;
    let desired = complete.patched(&case, &case.patch).map_err(told)?;
    let plan = world.plan(&desired, Approvals::None).map_err(told)?;
    let plan = plan.map_err(|errors| told(errors.to_string()))?;
    Ok(Outcome { name: case.name, at, world, desired, plan })
}

/// Everything a rule says in a plan.
fn findings<'p>(plan: &'p ProductPlan, rule: &str) -> Vec<&'p Finding> {
    let blocks = plan.blocks.iter().map(|block| &block.finding);
    blocks.chain(&plan.notices).filter(|finding| finding.rule == rule).collect()
}

fn speaks(plan: &ProductPlan) -> BTreeSet<&'static str> {
    let blocks = plan.blocks.iter().map(|block| block.finding.rule);
    let notices = plan.notices.iter().map(|finding| finding.rule);
    blocks.chain(notices).chain(plan.verify.iter().map(|item| item.rule)).collect()
}

/// What is printed of a flagged case, and what is wrong with the case itself.
fn shown(rule: &Rule, found: &Outcome) -> Result<String, String> {
    let Outcome { name, at, world, desired, plan } = found;
    let mut text = format!("# {name}\n\n");
    let items = plan.verify.iter().filter(|item| item.rule == rule.doc.id);
    for item in items.clone() {
        let holds = if item.holds { ", held back until then" } else { "" };
        let fresh = item.fresh_days.map_or_else(String::new, |days| format!(", for {days} days"));
        text += &format!("confirm{fresh}{holds}: {}\n", item.text);
    }
    let findings = findings(plan, rule.doc.id);
    if !matches!(rule.check, Check::Verify(_)) {
        let mut diagnostics = Diagnostics::default();
        for finding in &findings {
            world.report(desired, finding, &mut diagnostics)?;
        }
        diagnostics.sort();
        text += &render::diagnostics(&diagnostics, render::Style::PLAIN);
        let wanted = at.as_ref().ok_or_else(|| format!("{name}: `at` names the line"))?;
        let lines: Vec<String> = diagnostics.list.iter().map(|found| line_of(found, &diagnostics)).collect();
        if !lines.iter().any(|line| line.trim_start_matches(['-', ' ']) == wanted) {
            return Err(format!("{name}: the lines {lines:?} are shown, expected `{wanted}`"));
        }
    }
    if findings.is_empty() && items.count() == 0 {
        return Err(format!("{name}: the rule says nothing; others: {:?}", speaks(plan)));
    }
    // What a person must check is asked with every release, and says nothing about the case.
    let is_check =
        |other: &&str| rules::find_by_id(other).is_some_and(|rule| matches!(rule.check, Check::Verify(_)));
    let others = speaks(plan).into_iter().filter(|other| *other != rule.doc.id && !is_check(other));
    let others: Vec<&str> = others.collect();
    if !others.is_empty() {
        text += &format!("also: {}\n", others.join(", "));
    }
    Ok(text)
}

/// Whether the rule's own fixture goes wrong without it: some flagged case is flagged by nothing else. Where no fixture
/// can show the rule, the test that does stands for it.
pub(super) fn bites(complete: &Complete, rule: &Rule) -> bool {
    if UNSHOWN.iter().any(|(unshown, ..)| *unshown == rule.doc.id) {
        return true;
    }
    let Ok(found) = fixture(rule) else { return false };
    let speaks =
        |sample| outcome(complete, sample).is_ok_and(|outcome| speaks(&outcome.plan).contains(rule.doc.id));
    found.flagged.iter().any(speaks)
}

/// The line that a diagnostic underlines first, as it stands in the file.
fn line_of(found: &gallerist::diagnostic::Diagnostic, diagnostics: &Diagnostics) -> String {
    let Some(file) = diagnostics.sources.get(&found.primary.path) else { return String::new() };
    let line = file.position(found.primary.span.start).line.0 as usize;
    file.text().lines().nth(line - 1).unwrap_or_default().trim().to_owned()
}

#[test]
fn every_rule_with_a_check_has_a_flagged_and_a_clean_case() {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for rule in checked() {
        known.insert(path_of(rule, "yaml"));
        match fixture(rule) {
            Ok(found) if found.flagged.is_empty() || found.clean.is_empty() => {
                faults.push(format!("{}: it needs flagged and clean cases", rule.doc.id));
            }
            Ok(_) => {}
            Err(why) => faults.push(why),
        }
    }
    for family in std::fs::read_dir(folder()).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(family.path()).unwrap().flatten() {
            let stray = !known.contains(&file.path().with_extension("yaml"));
            if stray {
                faults.push(format!("{}: no rule with a check has this name", file.path().display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_no_fixture_shows_has_a_test() {
    let tests = crate::tree::files(&["tests/it"], &["rs"]);
    for (rule, why, test) in UNSHOWN {
        assert!(rules::find_by_id(rule).is_some(), "there is no rule `{rule}`");
        let stands = tests.iter().any(|file| file.text.contains(&format!("fn {test}(")));
        assert!(stands, "{rule} ({why}): there is no test `{test}`");
    }
}

#[test]
fn flagged_cases_are_flagged_at_their_line_and_clean_ones_are_not() {
    let (complete, _) = super::load().unwrap();
    let mut faults = Vec::new();
    for rule in checked() {
        let Ok(found) = fixture(rule) else { continue };
        let mut told = |why: String| faults.push(format!("{}: {why}", rule.doc.id));
        let mut text = String::new();
        for sample in &found.flagged {
            match outcome(&complete, sample).and_then(|outcome| shown(rule, &outcome)) {
                Ok(shown) => text += &format!("{shown}\n"),
                Err(why) => told(why),
            }
        }
        for sample in &found.clean {
            match outcome(&complete, sample) {
                Ok(outcome) if speaks(&outcome.plan).contains(rule.doc.id) => {
                    told(format!("{}: it speaks where it should not", outcome.name));
                }
                Ok(_) => {}
                Err(why) => told(why),
            }
        }
        let path = path_of(rule, "txt");
        if std::env::var_os("GALLERIST_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            told(format!("{} differs (GALLERIST_BLESS=1 accepts):\n{text}", path.display()));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn identical_input_gives_no_transition_finding() {
    let (complete, _) = super::load().unwrap();
    let lasting: BTreeSet<&str> = LASTING.iter().map(|(rule, _)| *rule).collect();
    let (mut faults, mut lasted) = (Vec::new(), BTreeSet::new());
    for rule in checked() {
        let Ok(found) = fixture(rule) else { continue };
        for sample in found.flagged.iter().chain(&found.clean).filter(|sample| sample.contains_key("before"))
        {
            let mut same = sample.clone();
            same.remove("patch");
            same.remove("discontinued");
            let Ok(outcome) = outcome(&complete, &same) else { continue };
            for name in speaks(&outcome.plan) {
                let transition = rules::find_by_id(name)
                    .is_some_and(|rule| matches!(rule.check, Check::Transition(_) | Check::Verify(_)));
                if transition && lasting.contains(name) {
                    lasted.insert(name);
                } else if transition {
                    faults.push(format!(
                        "{}: {}: `{name}` speaks although nothing changes",
                        rule.doc.id, outcome.name
                    ));
                }
            }
            if !outcome.plan.blocks.is_empty() {
                faults.push(format!("{}: {}: blocked although nothing changes", rule.doc.id, outcome.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let idle: Vec<&&str> = lasting.iter().filter(|rule| !lasted.contains(**rule)).collect();
    assert!(idle.is_empty(), "these need not be listed as lasting: {idle:?}");
}

/// Rules without a check of their own, by what proves them.
#[test]
fn every_other_rule_has_a_scenario() {
    let (_, pages) = super::load().unwrap();
    let paged: BTreeSet<u16> = pages
        .values()
        .filter_map(|page| match page.rule {
            super::page::Mark::Number(number) => Some(number),
            super::page::Mark::Name(_) => None,
        })
        .collect();
    let tests: BTreeMap<String, String> =
        crate::tree::files(&["tests/it", "tests/definitions"], &["rs", "txt", "snap"])
            .into_iter()
            .filter(|file| !file.path.ends_with("rulebook/fixture.rs"))
            .map(|file| (file.path, file.text))
            .collect();
    let mut bare = Vec::new();
    for rule in rules::all().filter(|rule| matches!(rule.check, Check::Planner | Check::Reader)) {
        let rules::RuleDoc { id, numbers, .. } = rule.doc;
        let on_a_page = !numbers.is_empty() && numbers.iter().all(|number| paged.contains(number));
        let named = |text: &String| text.contains(&format!("\"{id}\"")) || text.contains(&format!(" {id}: "));
        let proved = SCENARIOS.iter().find(|(rule, _)| *rule == id).map(|(_, test)| *test);
        let test_stands =
            proved.is_some_and(|test| tests.values().any(|text| text.contains(&format!("fn {test}("))));
        if !on_a_page && !tests.values().any(named) && !test_stands {
            bare.push(id);
        }
    }
    assert!(bare.is_empty(), "nothing shows {bare:?}");
}

/// Rules that no page can show and no finding names, with the test that does.
const SCENARIOS: &[(&str, &str)] = &[
    ("specification-removed-by-modification", "a_modification_never_takes_a_specification_away"),
    ("daily-cap-reached", "at_most_nine_a_day_corrections_first_then_the_longest_waiting"),
    ("verdict-unread", "who_is_told_of_a_verdict_is_said"),
];
