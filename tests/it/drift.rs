//! `gallerist drift`: what somebody else changed, and every way out of it.

mod branch;

use crate::cli_runner::Cli;
use crate::model::key;
use crate::moving::story::{ask, joined, on_sale};
use gallerist::model::{Item, ProductField, Value};
use gallerist::sandbox::{Answer, Request};
use gallerist::submission::{Operation, OperationKind};
use serde_json::Value as Json;

const PRODUCT: &str = "products/acme-crm/product.yaml";

/// Somebody changes a text of the product in the console.
pub(crate) fn console(cli: &Cli, field: ProductField, text: &str) {
    let operation = Operation {
        kind: OperationKind::ChangeField,
        item: Item::Field(field),
        from: None,
        to: Some(Value::Text(text.into())),
        reason: None,
    };
    let edit =
        Request::ConsoleEdit { by: "Mei".into(), product: key("acme-crm"), operations: vec![operation] };
    assert_eq!(ask(cli, &edit), Answer::Done);
}

/// A catalog whose product has another version and another hotline on sale than was applied.
fn drifted() -> Cli {
    let cli = on_sale();
    console(&cli, ProductField::Version, "V9.9");
    console(&cli, ProductField::SupportHotline, "+65 6550 0999");
    cli
}

fn json(cli: &Cli, arguments: &[&str]) -> Json {
    let ended = cli.run(arguments);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn drift_shows_all_three_inputs_in_every_format_and_writes_nothing() {
    let cli = drifted();
    let ledger = std::fs::read(cli.path(".gallerist/ledger.db")).unwrap();
    let definition = cli.read(PRODUCT);
    let ended = cli.run(&[
        "drift",
        "--exit-code=detailed",
        "--output",
        "markdown=drift.md",
        "--output",
        "html=drift.html",
        "--output",
        "short=drift.txt",
    ]);
    assert_eq!(ended.code, 6);
    let text = joined(&ended.stdout);
    for words in ["V1.0", "V9.9", "says what was applied last [version]"] {
        assert!(text.contains(words), "{words} is not in\n{text}");
        let markdown = joined(&cli.read("drift.md"));
        assert!(markdown.contains(words.trim_end_matches(" [version]")), "{words} is not in\n{markdown}");
        let html = joined(&cli.read("drift.html"));
        assert!(html.contains(words.trim_end_matches(" [version]")), "{words} is not in\n{html}");
    }
    let short = cli.read("drift.txt");
    assert!(
        short.contains("acme-crm: version: applied last \"V1.0\", on sale \"V9.9\", defined \"V1.0\"\n"),
        "{short}"
    );
    let report = json(&cli, &["drift", "acme-crm", "--format", "json"]);
    let found = report["plan"]["products"][0]["drift"].as_array().unwrap();
    let version = found.iter().find(|found| found["item"]["field"] == "version").unwrap();
    assert_eq!(
        [&version["lastApplied"], &version["released"], &version["desired"]]
            .map(|value| value["text"].as_str()),
        [Some("V1.0"), Some("V9.9"), Some("V1.0")]
    );
    assert_eq!(report["observed"], serde_json::json!({"products": ["acme-crm"], "all": false}));
    assert_eq!(cli.read(PRODUCT), definition);
    assert!(std::fs::read(cli.path(".gallerist/ledger.db")).unwrap() == ledger, "drift only looks");
    let unknown = cli.run(&["drift", "acme-erp"]).failed(1);
    assert!(unknown.contains("acme-erp"), "{unknown}");
}

#[test]
fn what_is_ignored_is_told_everywhere_with_who_why_and_until_when() {
    let cli = drifted();
    let said = cli
        .run(&[
            "drift",
            "--ignore",
            "acme-crm",
            "--item",
            "version",
            "--reason",
            "the *sale* @acme",
            "--until",
            "2027-01-08",
            "--by",
            "Mei",
        ])
        .fine();
    assert!(
        joined(&said)
            .contains("Ignored for `acme-crm` until 2027-01-07 16:00 UTC, or until it is changed once more"),
        "{said}"
    );
    // The other one still drifts.
    assert_eq!(cli.run(&["drift", "--exit-code=detailed"]).code, 6);
    let _ = cli
        .run(&["drift", "--ignore", "acme-crm", "--reason", "a new number", "--until", "2027-01-08"])
        .fine();
    assert_eq!(cli.run(&["drift", "--exit-code=detailed"]).code, 0);
    assert_eq!(cli.run(&["plan", "--exit-code=detailed"]).code, 0);
    for command in ["plan", "status", "drift"] {
        let text = joined(&cli.run(&[command]).fine());
        assert!(text.contains("ignored: ") && text.contains("decided by Mei: the *sale* @acme"), "{text}");
        assert!(text.contains("until 2027-01-07 16:00 UTC"), "{text}");
    }
    let short = cli.run(&["status", "--format", "short"]).fine();
    assert!(short.contains("acme-crm: in sync: 2 differences are ignored until 2027-01-07"), "{short}");
    let plan = json(&cli, &["plan", "--format", "json"]);
    let product = &plan["plan"]["products"][0];
    assert_eq!((&product["standing"], product["drift"].as_array().unwrap().len()), (&"in-sync".into(), 0));
    assert_eq!(product["ignored"].as_array().unwrap().len(), 2);
    let _ = cli
        .run(&["plan", "--output", "markdown=p.md", "--output", "html=p.html", "--output", "github=p.github"])
        .fine();
    let markdown = cli.read("p.md");
    assert!(markdown.contains("Ignored drift:") && !markdown.contains(" @acme"), "{markdown}");
    assert!(cli.read("p.html").contains("Ignored drift"));
    assert!(!cli.read("p.github").contains("version"), "{}", cli.read("p.github"));
    let log = joined(&cli.run(&["ledger", "show"]).fine());
    assert!(log.contains("ignored as somebody else changed it"), "{log}");
}

#[test]
fn ignoring_ends_with_its_day_with_another_change_or_with_heed() {
    let cli = drifted();
    let _ = cli.run(&["drift", "--ignore", "acme-crm", "--reason", "a sale", "--until", "2026-11-30"]).fine();
    assert_eq!(cli.run(&["drift", "--exit-code=detailed"]).code, 0);
    assert_eq!(cli.run(&["drift", "--exit-code=detailed", "--now", "2026-12-01T00:00:00Z"]).code, 6);
    console(&cli, ProductField::SupportHotline, "+65 6550 0111");
    let drift = json(&cli, &["drift", "--format", "json"]);
    let product = &drift["plan"]["products"][0];
    assert_eq!(
        (product["drift"].as_array().unwrap().len(), product["ignored"].as_array().unwrap().len()),
        (1, 1)
    );
    let said = cli.run(&["drift", "--heed", "acme-crm", "--item", "version"]).fine();
    assert!(said.contains("Not ignored any more of `acme-crm`"), "{said}");
    let drift = json(&cli, &["drift", "--format", "json"]);
    assert_eq!(drift["plan"]["products"][0]["drift"].as_array().unwrap().len(), 2);
    let log = joined(&cli.run(&["ledger", "show"]).fine());
    assert!(log.contains("not ignored any more: "), "{log}");
    let again = cli.run(&["drift", "--heed", "acme-crm", "--item", "version"]).failed(1);
    assert!(again.contains("nothing of it is ignored"), "{again}");
}

#[test]
fn mistakes_are_told_and_change_nothing() {
    let cli = drifted();
    let fails = |arguments: &[&str], words: &str| {
        let mut all = vec!["drift"];
        all.extend(arguments);
        let said = joined(&cli.run(&all).failed(1));
        assert!(said.contains(words), "{words} is not in\n{said}");
    };
    fails(&["--ignore", "acme-crm", "--reason", "x"], "--until");
    fails(&["--ignore", "acme-crm", "--until", "2027-01-08"], "--reason");
    fails(&["--ignore", "acme-crm", "--reason", "x", "--until", "2026-11-22"], "has begun already");
    fails(&["--ignore", "acme-crm", "--reason", "x", "--until", "2028-01-01"], "more than a year away");
    fails(
        &["--ignore", "acme-crm", "--item", "hue", "--reason", "x", "--until", "2027-01-08"],
        "called `hue`",
    );
    fails(&["--ignore", "acme-crm", "--item", "hue", "--reason", "x", "--until", "2027-01-08"], "version:");
    fails(&["--accept", "acme-crm", "acme-erp"], "acme-erp");
    fails(&["--accept", "--revert", "acme-crm"], "cannot be used with");
    assert!(cli.read(PRODUCT).contains("V1.0"), "one unknown product keeps all from being written");
}

#[test]
fn one_value_is_accepted_and_the_other_put_back() {
    let cli = drifted();
    let said = cli.run(&["drift", "--accept", "acme-crm", "--item", "version"]).fine();
    assert!(said.contains("Accepted for `acme-crm`"), "{said}");
    assert!(cli.read(PRODUCT).contains("V9.9"), "{}", cli.read(PRODUCT));
    let drift = json(&cli, &["drift", "--format", "json"]);
    assert_eq!(
        drift["plan"]["products"][0]["drift"].as_array().unwrap().len(),
        1,
        "the other is not decided"
    );
    let item = drift["plan"]["products"][0]["drift"][0]["item"]["field"].as_str().unwrap().to_owned();
    assert_eq!(item, "support.hotline");
    let _ = cli.run(&["drift", "--revert", "acme-crm"]).fine();
    let plan = json(&cli, &["plan", "--format", "json"]);
    let product = &plan["plan"]["products"][0];
    assert_eq!(product["changes"].as_array().unwrap().len(), 1, "{product}");
    assert_eq!(product["changes"][0]["item"]["field"], "support.hotline");
}

#[test]
fn accepting_what_is_ignored_ends_that() {
    let cli = drifted();
    let _ = cli.run(&["drift", "--ignore", "acme-crm", "--reason", "a sale", "--until", "2027-01-08"]).fine();
    let said = cli.run(&["drift", "--accept", "acme-crm"]).fine();
    assert!(said.contains("Nobody else changed anything"), "what is ignored has to be named: {said}");
    let status = cli.run(&["status"]).fine();
    assert!(status.starts_with("acme at intl") && status.contains("\nin sync  acme-crm"), "{status}");
    assert!(status.contains("1 product is in sync.") && !status.contains("0 products"), "{status}");
    let _ = cli.run(&["drift", "--accept", "acme-crm", "--item", "version"]).fine();
    cli.write(PRODUCT, &cli.read(PRODUCT).replace("V9.9", "V10.0"));
    let plan = json(&cli, &["plan", "--format", "json"]);
    let product = &plan["plan"]["products"][0];
    assert_eq!(product["changes"][0]["item"]["field"], "version", "{product}");
    assert_eq!(product["ignored"].as_array().unwrap().len(), 1);
}
