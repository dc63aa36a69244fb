//! Findings for other programs: each format says all of them, and nothing in a text acts.

mod hostile;
mod limits;
mod places;
mod read_back;
mod run;

use crate::arbitrary_plan;
use gallerist::render::{self, Bounds};
use gallerist::report::{Outside, PlacedFinding, Risk, Subject};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

const WIDE: Bounds = Bounds { bytes_max: usize::MAX, rest: None };

/// The official schema of SARIF; tests/formats tells where it is from.
static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/sarif-schema-2.1.0.json");
    // One pattern has a bracket that the strict reading of regular expressions refuses; we do not use what it is about.
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::validator_for(&schema).unwrap()
});

/// SARIF that fits its schema.
fn sarif(findings: &[PlacedFinding], outside: &Outside) -> Value {
    let log = serde_json::to_value(render::sarif(findings, outside)).unwrap();
    assert_sarif(&log);
    log
}

fn assert_sarif(log: &Value) {
    let wrong: Vec<String> =
        SARIF.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

fn issues(findings: &[PlacedFinding], outside: &Outside) -> Vec<Value> {
    let issues = serde_json::to_value(render::code_quality(findings, outside)).unwrap();
    issues.as_array().unwrap().clone()
}

/// Findings as the lines of JUnit's texts tell them.
fn in_junit(text: &str) -> usize {
    let document = roxmltree::Document::parse(text).unwrap();
    let texts =
        document.descendants().filter(|node| node.has_tag_name("failure") || node.has_tag_name("system-out"));
    let lines = texts.flat_map(|node| node.text().unwrap().lines());
    lines.filter(|line| !line.trim().is_empty() && !line.starts_with("  ")).count()
}

fn annotations(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with("::notice title=gallerist::")).count()
}

fn outside() -> Outside {
    Outside { title: "gallerist plan".into(), prefix: "shop".into(), subjects: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_has_as_many_findings_as_there_are(planned in arbitrary_plan::planned()) {
        let proposal = planned.proposal();
        let findings: Vec<PlacedFinding> = proposal.all_findings().collect();
        let outside = outside();
        let count = findings.len();
        prop_assert_eq!(results(&sarif(&findings, &outside)).len(), count);
        prop_assert_eq!(issues(&findings, &outside).len(), count);
        prop_assert_eq!(in_junit(&render::junit(&findings, &outside)), count);
        prop_assert_eq!(annotations(&render::github(&findings, &outside)), count);
        let markdown = render::findings_markdown(&findings, &outside, &WIDE);
        prop_assert_eq!(markdown.lines().filter(|line| line.starts_with("- **")).count(), count);
        let html = render::plan_html(&proposal);
        // Products that need nothing are counted and named; what stands about the others and in files is told.
        let plan = &proposal.plan;
        let loud = plan.products.iter().filter(|product| Risk::of(product) != Risk::Quiet);
        let told = loud.flat_map(PlacedFinding::of_product).chain(proposal.findings.iter().cloned());
        for finding in told {
            prop_assert!(html.contains(finding.rule), "{}", finding.rule);
        }
    }

    #[test]
    fn the_same_findings_give_the_same_bytes_and_each_its_own_fingerprint(planned in arbitrary_plan::planned()) {
        let findings: Vec<PlacedFinding> = planned.proposal().all_findings().collect();
        let twice: Vec<PlacedFinding> = findings.iter().chain(&findings).cloned().collect();
        let outside = outside();
        prop_assert_eq!(sarif(&twice, &outside), sarif(&twice, &outside));
        let mut names: Vec<String> =
            issues(&twice, &outside).iter().map(|issue| issue["fingerprint"].to_string()).collect();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), twice.len());
    }

    #[test]
    fn fingerprints_stay_when_lines_move(planned in arbitrary_plan::planned(), by in 1_u32..500) {
        let findings: Vec<PlacedFinding> = planned.proposal().all_findings().collect();
        let mut moved = findings.clone();
        for extent in moved.iter_mut().filter_map(|finding| finding.place.as_mut()?.extent.as_mut()) {
            extent.start.line.0 += by;
            extent.end.line.0 += by;
        }
        let outside = outside();
        prop_assert_eq!(outside.fingerprints(&findings), outside.fingerprints(&moved));
    }

    #[test]
    fn what_is_fine_is_a_test_that_passes(products in proptest::collection::vec(crate::arbitrary::key(), 0..9)) {
        let subject = |key: &gallerist::model::Key| Subject {
            product: Some(key.clone()),
            path: Some(format!("products/{key}.yaml").into()),
        };
        let outside = Outside { subjects: products.iter().map(subject).collect(), ..outside() };
        let text = render::junit(&[], &outside);
        let document = roxmltree::Document::parse(&text).unwrap();
        let mut names: Vec<&str> = document
            .descendants()
            .filter(|node| node.has_tag_name("testcase"))
            .map(|node| node.attribute("name").unwrap())
            .collect();
        let mut expected: Vec<&str> = products.iter().map(gallerist::model::Key::as_str).collect();
        names.sort_unstable();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(names, expected);
        prop_assert!(!text.contains("<failure"));
    }
}
