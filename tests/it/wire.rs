//! Wire forms lose nothing, refuse what they do not know, and say where a document is wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use crate::{arbitrary, arbitrary_plan, arbitrary_state};
use gallerist::wire::Document as _;
use gallerist::{diagnostic, model, plan, released, submission, wire};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Through text and back. Compared by their debug form: two assets are equal when only their digests are.
fn assert_lossless<C, W>(core: &C, to: impl Fn(&C) -> W, back: impl Fn(W) -> C)
where
    C: Debug,
    W: Serialize + DeserializeOwned,
{
    let text = serde_json::to_string(&to(core)).unwrap();
    let read: W = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    assert_eq!(format!("{:?}", back(read)), format!("{core:?}"));
}

macro_rules! lossless {
    ($($name:ident: $strategy:expr => $core:ty, $wire:ty;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $name(core in $strategy) {
                    assert_lossless(&core, |core| <$wire>::from(core), <$core>::from);
                }
            )*
        }
    };
}

lossless! {
    products_keep_everything: arbitrary::product() => model::Product, wire::Product;
    values_keep_everything: arbitrary::value() => model::Value, wire::Value;
    items_keep_everything: arbitrary::item() => model::Item, wire::Item;
    submissions_keep_everything: arbitrary_state::submission() => submission::Submission, wire::Submission;
    scopes_keep_everything: arbitrary_state::scope() => submission::Scope, wire::Scope;
    reviews_keep_everything: arbitrary_state::review() => submission::Review, wire::Review;
    evidence_keeps_everything: arbitrary_state::evidence() => submission::Evidence, wire::Evidence;
    histories_keep_everything: arbitrary_plan::history() => plan::History, wire::History;
    findings_keep_everything: arbitrary_plan::finding() => diagnostic::Finding, wire::Finding;
    observations_keep_everything: arbitrary_state::observation() => released::Observation, wire::Observation;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bindings_keep_everything(core in arbitrary_state::bindings()) {
        assert_lossless(&core, wire::bindings, wire::bindings_into);
    }

    #[test]
    fn a_submission_keeps_its_identity(scope in arbitrary_state::scope(), core in arbitrary_state::submission()) {
        let identify = |it: &submission::Submission| {
            submission::Submission::identify(&scope, &it.product, it.base.as_ref(), &it.operations, it.attempt)
        };
        let text = serde_json::to_string(&wire::Submission::from(&core)).unwrap();
        let read = submission::Submission::from(serde_json::from_str::<wire::Submission>(&text).unwrap());
        prop_assert_eq!(identify(&read), identify(&core));
    }
}

/// Whether a document's text fits the schema of its kind.
pub(crate) fn assert_fits_schema(name: &str, text: &str) {
    let schemas = wire::schemas();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let document = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_survives_its_file(core in arbitrary_plan::plan()) {
        let text = wire::to_json_string(&wire::Plan::from(&core)).unwrap();
        let read = wire::read_plan(&text).unwrap();
        prop_assert_eq!(format!("{read:?}"), format!("{core:?}"));
        assert_fits_schema("plan", &text);
        prop_assert_eq!(wire::to_json_string(&wire::Plan::from(&read)).unwrap(), text);
    }

    #[test]
    fn a_snapshot_survives_its_file(core in arbitrary_plan::snapshot()) {
        let text = wire::to_json_string(&wire::ReleasedSnapshot::from(&core)).unwrap();
        let read = wire::Snapshot::from(wire::from_json_str::<wire::ReleasedSnapshot>(&text).unwrap());
        prop_assert_eq!(format!("{read:?}"), format!("{core:?}"));
        assert_fits_schema("snapshot", &text);
    }

    #[test]
    fn diagnostics_point_at_their_text(core in arbitrary_plan::diagnostics()) {
        let wire = wire::Diagnostics::from(&core);
        prop_assert_eq!(wire.list.len(), core.list.len());
        prop_assert_eq!(wire.errors + wire.warnings + wire.notes, core.list.len());
        let source = core.sources.get("products/a.yaml".into()).unwrap();
        for (wire, core) in wire.list.iter().zip(&core.list) {
            let span = &wire.location.span;
            let from = offset(source.text(), span.start.as_ref().unwrap());
            let to = offset(source.text(), span.end.as_ref().unwrap());
            prop_assert_eq!(&source.text()[from..to], source.slice(core.primary.span));
        }
    }
}

/// The byte a person finds by counting lines and characters.
fn offset(text: &str, position: &wire::Position) -> usize {
    let lines_before: usize =
        text.split('\n').take(position.line as usize - 1).map(|line| line.len() + 1).sum();
    let rest = &text[lines_before..];
    lines_before + rest.chars().take(position.column as usize - 1).map(char::len_utf8).sum::<usize>()
}

fn snapshot_text(products: &str) -> String {
    format!(
        r#"{{"document": "snapshot", "format": 1, "scope": {{"catalog": "acme", "target": "intl"}}, "site": "intl",
        "observation": {{"takenAt": "2026-01-31T08:00:00Z", "coverage": "whole", "products": [{products}],
        "applications": []}}, "bindings": {{}}, "histories": {{}}}}"#
    )
}

fn refusal(products: &str) -> String {
    wire::from_json_str::<wire::ReleasedSnapshot>(&snapshot_text(products)).unwrap_err().to_string()
}

fn product_text(fields: &str, specification: &str) -> String {
    format!(
        r#"{{"productId": "p", "status": "on-sale", "revision": "1", "delivery": "saas", "fields": {{{fields}}},
        "specifications": [{{"discontinued": false, "fields": {{}}, "skus": []{specification}}}]}}"#
    )
}

#[test]
fn unknown_and_empty_are_kept_apart() {
    let text = snapshot_text(&product_text(r#""name": "Acme", "overview": null"#, ""));
    let snapshot = wire::Snapshot::from(wire::from_json_str::<wire::ReleasedSnapshot>(&text).unwrap());
    let fields = &snapshot.observation.products[0].fields;
    assert_eq!(fields.text(model::ProductField::Name), Some("Acme"));
    assert_eq!(fields.statement(model::ProductField::Overview), Some(None));
    assert_eq!(fields.statement(model::ProductField::Version), None);
    assert_eq!(snapshot.observation.products[0].upgrade_rules, None);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases = [
        (product_text(r#""name": 7"#, ""), "observation.products[0].fields.name", "invalid type: integer"),
        (
            product_text(r#""nmae": "x""#, ""),
            "observation.products[0].fields.nmae",
            "`nmae` is not a field of a product",
        ),
        (
            product_text(r#""name": "x", "name": "y""#, ""),
            "observation.products[0].fields",
            "`name` stands twice",
        ),
        (
            product_text("", r#", "modes": ["weekly"]"#),
            "observation.products[0].specifications[0].modes[0]",
            "`weekly` is not a billing mode",
        ),
        (
            product_text("", r#", "prices": null"#),
            "observation.products[0].specifications[0].prices",
            "invalid type: null",
        ),
        (
            product_text("", r#", "prices": [{"sku": {}, "mode": "yearly", "price": {"flat": "1e3"}}]"#),
            "observation.products[0].specifications[0].prices[0].price.flat",
            "`1e3` is not an amount",
        ),
        (
            product_text(
                "",
                r#", "prices": [{"sku": {}, "mode": "yearly", "price": {"flat": "1"}},
                {"sku": {}, "mode": "yearly", "price": {"flat": "2"}}]"#,
            ),
            "observation.products[0].specifications[0].prices",
            "the price of `yearly` stands twice",
        ),
        (
            product_text("", r#", "colour": 1"#),
            "observation.products[0].specifications[0].colour",
            "unknown field `colour`",
        ),
    ];
    for (product, path, reason) in cases {
        let message = refusal(&product);
        assert!(message.starts_with(&format!("`{path}` of the snapshot document: ")), "{message}");
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn newer_and_foreign_documents_are_refused_by_name() {
    let newer = snapshot_text("").replace(r#""format": 1"#, r#""format": 2, "novelty": true"#);
    assert_eq!(
        wire::from_json_str::<wire::ReleasedSnapshot>(&newer).unwrap_err().to_string(),
        "the snapshot document has format 2, this version of gallerist reads up to 1: use a newer version"
    );
    assert_eq!(
        wire::read_plan(&snapshot_text("")).unwrap_err().to_string(),
        "this is a snapshot document, expected a plan document"
    );
    for text in
        ["", "[]", "{}", "{\"document\": \"plan\"}", "\u{feff}{}", "{\"document\": \"plan\", \"format\": -1}"]
    {
        let message = wire::read_plan(text).unwrap_err().to_string();
        assert!(message.starts_with("not a plan document: "), "{message}");
    }
    let deep = format!("{{\"document\": \"plan\", \"format\": 1, \"products\": {}", "[".repeat(100_000));
    assert!(wire::read_plan(&deep).is_err());
}

#[test]
fn an_edited_plan_is_refused() {
    let key = |text| model::Key::new(text).unwrap();
    let scope = submission::Scope { catalog: key("acme"), target: key("intl") };
    let operation = submission::Operation {
        kind: submission::OperationKind::ChangePrice,
        item: model::Item::Product,
        from: Some(model::Value::Text("9.90".into())),
        to: Some(model::Value::Text("19.90".into())),
        reason: None,
    };
    let submission = submission::Submission {
        id: submission::Submission::identify(&scope, &key("crm"), None, std::slice::from_ref(&operation), 1),
        kind: submission::SubmissionKind::Modify,
        product: key("crm"),
        product_id: None,
        base: None,
        operations: vec![operation],
        attempt: 1,
        predicted: model::Product::new(key("crm"), model::DeliveryMethod::Saas),
    };
    let step = plan::Step {
        action: plan::Action::Submit(submission),
        state: plan::StepState::Ready,
        because: String::new(),
    };
    let whole = plan::Plan {
        scope,
        site: "intl".into(),
        currency: model::Currency::new("USD").unwrap(),
        date: "2026-01-31".parse().unwrap(),
        commit: None,
        observed_at: "2026-01-31T08:00:00Z".parse().unwrap(),
        recorded_at: None,
        products: vec![plan::ProductPlan {
            key: key("crm"),
            name: "CRM".into(),
            delivery: model::DeliveryMethod::Saas,
            path: None,
            standing: plan::Standing::ToSubmit,
            base: None,
            changes: vec![],
            chain: vec![step],
            blocks: vec![],
            notices: vec![],
            drift: vec![],
            ignored: vec![],
            verify: vec![],
            approved: vec![],
            digest: model::Digest::of_bytes(b""),
        }],
        unbound: vec![],
    };
    let text = wire::to_json_string(&wire::Plan::from(&whole)).unwrap();
    assert_eq!(wire::read_plan(&text).unwrap(), whole);
    for (from, to) in [("19.90", "0.10"), ("\"attempt\": 1", "\"attempt\": 2")] {
        assert!(text.contains(from));
        let message = wire::read_plan(&text.replace(from, to)).unwrap_err().to_string();
        assert!(
            message.starts_with("`products[0].chain[0].action.submit` of the plan document: "),
            "{message}"
        );
    }
}

#[test]
fn prices_are_written_as_people_write_them() {
    for (read, written) in [("9.9", "9.90"), ("15", "15.00"), ("0.125", "0.125")] {
        let price = model::Price::Flat(model::Amount::parse(read).unwrap());
        assert_eq!(serde_json::to_value(wire::Price::from(&price)).unwrap()["flat"], written);
    }
}

#[test]
fn schemas_refuse_what_the_reader_refuses() {
    let schemas = wire::schemas();
    let (_, schema) = schemas.iter().find(|(name, _)| *name == wire::ReleasedSnapshot::NAME).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let valid = |products: &str| validator.is_valid(&serde_json::from_str(&snapshot_text(products)).unwrap());
    assert!(valid(&product_text(r#""name": null"#, "")));
    for (fields, specification) in [
        (r#""name": 7"#, ""),
        (r#""nmae": "x""#, ""),
        ("", r#", "modes": ["weekly"]"#),
        ("", r#", "modes": null"#),
        ("", r#", "prices": null"#),
        ("", r#", "template": null"#),
        ("", r#", "colour": 1"#),
    ] {
        assert!(!valid(&product_text(fields, specification)), "{fields}{specification}");
    }
}
