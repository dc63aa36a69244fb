//! Names and texts that would rather be something else: markup, orders to the browser, characters that hide or reorder.

use super::bench::Bench;
use crate::sandbox_account::{field, license, text};
use gallerist::model::{Entry, ProductField, SpecificationField, Value};
use gallerist::sandbox::Request;
use gallerist::submission::ApplicationId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Every page that shows a product, its applications and their reasons.
fn pages_about(hostile: &str) -> Vec<(String, String)> {
    let bench = Bench::new(&["acme"]);
    let mut product = license();
    for field in ProductField::ALL {
        use gallerist::model::ValueKind;
        let value = match field.info().kind {
            ValueKind::Text => text(hostile),
            ValueKind::Texts => Some(Value::Texts(vec![hostile.to_owned()])),
            ValueKind::Entries => {
                Some(Value::Entries(vec![Entry { title: hostile.to_owned(), text: hostile.to_owned() }]))
            }
            _ => continue,
        };
        if field.info().applies_to(product.delivery) {
            product.fields.set(*field, value);
        }
    }
    for specification in product.specifications.values_mut() {
        specification.fields.set(SpecificationField::Name, text(hostile));
        specification.fields.set(SpecificationField::Whitelist, Some(Value::Texts(vec![hostile.to_owned()])));
    }
    let id = bench.sell("acme", vec![product]);
    let rejected =
        bench.waiting("acme", "key", vec![field(ProductField::Overview, text(&format!("{hostile} new")))]);
    let reason = format!("No: {hostile}");
    bench.ask("acme", &Request::Reject { application: ApplicationId(rejected.clone()), reason });
    let waits =
        bench.waiting("acme", "key", vec![field(ProductField::Name, text(&format!("{hostile} new")))]);
    let visitor = bench.visitor();
    let encoded: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let addresses = [
        "/console/acme".to_owned(),
        format!("/console/acme?q={encoded}&show={encoded}"),
        "/console/acme/applications".to_owned(),
        format!("/console/acme/applications/{rejected}"),
        format!("/console/acme/products/{id}"),
        "/desk".to_owned(),
        format!("/desk/acme/{rejected}"),
        format!("/desk/acme/{waits}"),
        "/store".to_owned(),
        format!("/store?q={encoded}"),
        format!("/store/acme/{id}"),
        format!("/console/{encoded}"),
    ];
    addresses.map(|address| (address.clone(), visitor.get(&address).text())).into()
}

/// The tags and attributes of a page, without what stands in them: what the browser acts on.
fn skeleton(html: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        let mut names = Vec::new();
        for (at, part) in tag.split('"').enumerate() {
            if at % 2 == 0 {
                names.push(part.trim().to_owned());
            }
        }
        tags.push(names.join(" "));
    }
    tags
}

#[track_caller]
fn is_harmless(hostile: &str) {
    for (address, html) in pages_about(hostile) {
        let acts = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\t')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        let found: Vec<char> = html.chars().filter(|c| acts(*c)).collect();
        assert!(found.is_empty(), "{address} with {hostile:?}: {found:?}");
        for tag in skeleton(&html) {
            let name = tag
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .trim_start_matches('/')
                .to_ascii_lowercase();
            assert!(
                !["script", "iframe", "object", "embed", "base", "style", "math", "template"]
                    .contains(&name.as_str()),
                "{address} with {hostile:?}: {tag}"
            );
            for word in tag.split_whitespace().skip(1) {
                assert!(
                    !word.starts_with("on") && !word.starts_with("style"),
                    "{address} with {hostile:?}: {tag}"
                );
            }
        }
        assert!(!html.contains("<img src=x"), "{address}");
    }
}

#[test]
fn known_attacks_are_only_text() {
    for hostile in [
        "</textarea><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)> '",
        "' onmouseover='alert(1)",
        "</title></h1><iframe src=//evil.example>",
        "{{ frame.csrf }} {% raw %} <!-- ]]>",
        "a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{0}f\u{1b}[31mg\u{85}h",
        "javascript:alert(1)",
        "# x\n- </li></ul><style>*{display:none}</style>\n**<svg onload=alert(1)>**",
    ] {
        is_harmless(hostile);
    }
    let shown = pages_about("a\u{202e}b");
    assert!(
        shown.iter().all(|(address, html)| address.starts_with("/console/%") || html.contains("a\\u{202e}b"))
    );
}

#[test]
fn any_text_is_only_text() {
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let special = prop::sample::select(vec![
        "<",
        ">",
        "\"",
        "'",
        "&",
        "</textarea>",
        "<script>",
        "-->",
        "**",
        "# ",
        "\n",
        "\r",
        "\u{202e}",
        "\u{2028}",
        "\0",
        "{{",
        "%}",
        "&lt;",
        "&#60;",
        " onload=x ",
        "=",
        "`",
        "云",
        "🙂",
    ]);
    let texts = prop::collection::vec(prop_oneof![special.prop_map(str::to_owned), ".{1,6}"], 1..12);
    let texts = texts.prop_map(|parts| parts.concat()).prop_filter("a name", |text| !text.trim().is_empty());
    let run = runner.run(&texts, |hostile| {
        is_harmless(&hostile);
        Ok(())
    });
    run.unwrap();
}

#[test]
fn very_long_texts_are_shown_in_bounds() {
    let bench = Bench::new(&["acme"]);
    let mut product = license();
    let long = "word ".repeat(40_000);
    product.fields.set(ProductField::Description, text(&long));
    product.fields.set(ProductField::Overview, text(&"x".repeat(5_000)));
    let id = bench.sell("acme", vec![product]);
    let changed = long.replacen("word", "other", 1);
    let waits = bench.waiting("acme", "key", vec![field(ProductField::Description, text(&changed))]);
    let visitor = bench.visitor();
    assert_eq!(visitor.get(&format!("/console/acme/products/{id}")).status, 200);
    let desk = visitor.get(&format!("/desk/acme/{waits}"));
    assert_eq!(desk.status, 200);
    assert!(visitor.get("/store").bytes.len() < 10_000);
}
