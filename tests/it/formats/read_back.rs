//! The report of a plan is read on another machine: nothing is lost, and nothing hostile gets in.

use crate::arbitrary_plan::planned;
use crate::cli_runner::Cli;
use gallerist::report::{ExitCodes, Outcome, Outside, PlacedFinding};
use gallerist::service::{Planned, View, json, read_proposal};
use gallerist::wire::report::read_planned;
use gallerist::{plan, render};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

fn written(planned: &Planned) -> String {
    json(View::Plan(planned), Outcome::Blocked, Outcome::Blocked.exit_code(ExitCodes::Simple)).unwrap()
}

/// Pointers to every value of a document.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, one)| pointers(one, &format!("{at}/{}", key.replace('/', "~1")), out));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, one)| pointers(one, &format!("{at}/{index}"), out));
        }
        _ => {}
    }
}

fn odd() -> impl Strategy<Value = Value> {
    select(vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{202e}::error::"),
        json!("x".repeat(100_000)),
        json!([]),
        json!({}),
        json!({"unknown": 1}),
        json!([[[[1]]]]),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_comes_back_as_it_was_shown(core in planned()) {
        let read = read_planned(&written(&core)).unwrap();
        // By their debug form: two assets are equal when only their digests are.
        prop_assert_eq!(format!("{read:?}"), format!("{:?}", core.proposal()));
    }

    #[test]
    fn what_is_odd_is_refused_with_its_path_or_does_no_harm(core in planned(), at in any::<Index>(), odd in odd()) {
        let mut document: Value = serde_json::from_str(&written(&core)).unwrap();
        let mut all = Vec::new();
        pointers(&document, "", &mut all);
        let pointer = at.get(&all);
        *document.pointer_mut(pointer).unwrap() = odd;
        match read_planned(&document.to_string()) {
            Err(error) => prop_assert!(error.to_string().contains("plan-report document"), "{}", error),
            Ok(proposal) => {
                let findings: Vec<PlacedFinding> = proposal.all_findings().collect();
                let outside = Outside::default();
                super::sarif(&findings, &outside);
                let _ = render::github(&findings, &outside);
                let _ = render::code_quality(&findings, &outside);
                roxmltree::Document::parse(&render::junit(&findings, &outside)).unwrap();
            }
        }
    }
}

/// A report with a finding, a product that is compared and a submission in it.
fn rich() -> Value {
    let is_rich = |planned: &Planned| {
        let submits = |product: &plan::ProductPlan| {
            product.chain.iter().any(|step| matches!(step.action, plan::Action::Submit(_)))
        };
        let before = planned.compared.as_ref().is_some_and(|compared| !compared.before.is_empty());
        let first = planned
            .plan
            .products
            .first()
            .is_some_and(|product| submits(product) && !product.blocks.is_empty());
        before && first && !planned.diagnostics.list.is_empty()
    };
    let mut runner = TestRunner::deterministic();
    let strategy = planned();
    let rich = (0..10_000).map(|_| strategy.new_tree(&mut runner).unwrap().current()).find(is_rich);
    serde_json::from_str(&written(&rich.unwrap())).unwrap()
}

#[test]
fn what_is_wrong_is_told_with_its_path() {
    let whole = rich();
    read_planned(&whole.to_string()).unwrap();
    let again = whole["compared"]["products"][0].clone();
    let cases = [
        ("/diagnostics/list/0/rule", json!("no-such-rule"), "diagnostics.list[0].rule"),
        ("/plan/products/0/blocks/0/finding/rule", json!("x"), "plan.products[0].blocks[0].finding.rule"),
        ("/diagnostics/list/0/severity", json!("fatal"), "diagnostics.list[0].severity"),
        (
            "/diagnostics/list/0/location/span/startByte",
            json!(-1),
            "diagnostics.list[0].location.span.startByte",
        ),
        (
            "/diagnostics/list/0/location/span/start",
            json!({"line": 0, "column": 1}),
            "diagnostics.list[0].location.span.start.line",
        ),
        ("/compared/baseline", json!({"saved": {"date": "tomorrow"}}), "compared.baseline.saved.date"),
        ("/compared/products", json!([again, again]), "compared.products[1].key"),
        ("/invocation", json!({"proposed": ["o-1", "o-1"]}), "invocation.proposed"),
        ("/plan/document", json!("snapshot"), "plan.document"),
        ("/outcome", json!("splendid"), "outcome"),
        ("/exitCode", json!(300), "exitCode"),
    ];
    for (pointer, value, path) in cases {
        let mut document = whole.clone();
        match document.pointer_mut(pointer) {
            Some(there) => *there = value,
            None => {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                document.pointer_mut(parent).unwrap()[key] = value;
            }
        }
        let message = read_planned(&document.to_string()).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("`{path}` of the plan-report document: ")),
            "{pointer}: {message}"
        );
    }
    let mut document = whole.clone();
    document["surprise"] = json!(1);
    let message = read_planned(&document.to_string()).unwrap_err().to_string();
    assert!(message.contains("unknown field `surprise`"), "{message}");
}

#[test]
fn an_edited_submission_is_no_longer_the_one_it_says() {
    let mut document = rich();
    let chain = document["plan"]["products"][0]["chain"].as_array_mut().unwrap();
    let (index, step) =
        chain.iter_mut().enumerate().find(|(_, step)| step["action"].get("submit").is_some()).unwrap();
    let attempt = step["action"]["submit"]["attempt"].as_u64().unwrap();
    step["action"]["submit"]["attempt"] = json!(attempt % 1_000 + 1);
    let message = read_planned(&document.to_string()).unwrap_err().to_string();
    let path = format!("`plan.products[0].chain[{index}].action.submit` of the plan-report document: ");
    assert!(message.starts_with(&path), "{message}");
}

#[test]
fn texts_that_are_no_report_are_refused() {
    let deep = format!("{{\"document\": \"plan-report\", \"format\": 1, \"plan\": {}", "[".repeat(100_000));
    for text in ["", "[]", "{}", "{\"document\": \"plan\", \"format\": 1}", deep.as_str()] {
        assert!(read_planned(text).is_err());
    }
}

#[test]
fn a_report_is_read_from_the_file_that_plan_wrote() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let _ = cli.run(&["plan", "--output", "json=report.json"]).fine();
    let path = camino::Utf8PathBuf::from_path_buf(cli.path("report.json")).unwrap();
    let proposal = read_proposal(&path).unwrap();
    assert_eq!(proposal.plan.products.len(), 1);
    cli.write("report.json", "{\"document\": \"plan\", \"format\": 1}");
    let error = read_proposal(&path).unwrap_err().to_string();
    assert!(error.ends_with("this is a plan document, expected a plan-report document"), "{error}");
}
