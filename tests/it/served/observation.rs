//! Observing page by page.

use super::bench::{Ask, Bench, Client, release};
use crate::model;
use gallerist::model::DeliveryMethod;
use gallerist::sandbox::{Answer, Request, Seeded};
use gallerist::wire::gateway::ProblemKind;
use serde_json::Value;
use std::collections::BTreeSet;

/// An account that sells so many products; their ids.
fn selling(bench: &Bench, count: usize) -> Vec<String> {
    let seeds = (0..count).map(|number| {
        let starter = model::specification("starter", &[("yearly", "100")]);
        Seeded::on_sale(model::product(
            &format!("p-{number}"),
            DeliveryMethod::ProfessionalService,
            vec![starter],
        ))
    });
    match bench.seller("acme").ask(&Request::Seed(seeds.collect()), bench.hands.now()) {
        Ok(Answer::Seeded(bindings)) => {
            bindings.products.into_values().map(|found| found.product_id).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn first() -> Ask {
    Ask::new("GET", "/v1/observation")
}

fn next(page: &Value) -> Ask {
    first().query("page", page["next"].as_str().expect("another page"))
}

#[test]
fn pages_give_everything_once_and_name_one_state() {
    let bench = Bench::start(&["acme"]);
    let ids: BTreeSet<String> = selling(&bench, 230).into_iter().collect();
    let acme = bench.client("acme");
    acme.submit(&release("new-one"), None).ok(201);
    let mut seen = Vec::new();
    let (mut tags, mut pages, mut ask) = (BTreeSet::new(), 0, first());
    loop {
        let answer = acme.ask(&ask).ok(200);
        tags.insert(answer.header("etag").unwrap().to_owned());
        let page = answer.json();
        pages += 1;
        let products = page["products"].as_array().unwrap();
        assert!(products.len() + page["applications"].as_array().unwrap().len() <= 100);
        seen.extend(products.iter().map(|product| product["productId"].as_str().unwrap().to_owned()));
        if page.get("next").is_none() {
            assert_eq!(page["applications"][0]["productName"], "Acme new-one");
            break;
        }
        assert_eq!(page["applications"], serde_json::json!([]), "applications follow the products");
        ask = next(&page);
    }
    assert_eq!((pages, tags.len(), seen.len()), (3, 1, ids.len()));
    assert!(seen.is_sorted(), "in the order of their ids");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), ids);
}

#[test]
fn a_page_ends_early_before_it_is_too_large() {
    let bench = Bench::start(&["acme"]);
    let seeds = (0..30).map(|number| {
        let starter = model::specification("starter", &[("yearly", "100")]);
        let product =
            model::product(&format!("p-{number}"), DeliveryMethod::ProfessionalService, vec![starter]);
        Seeded::on_sale(model::renamed(product, &"long ".repeat(20_000)))
    });
    bench.seller("acme").ask(&Request::Seed(seeds.collect()), bench.hands.now()).unwrap();
    let acme = bench.client("acme");
    assert!(acme.ask(&first()).ok(200).body.len() < (1 << 20) + 1_000);
    assert_eq!(acme.observe().0.len(), 30);
}

#[test]
fn a_page_of_a_state_that_was_overtaken_is_refused() {
    let bench = Bench::start(&["acme"]);
    selling(&bench, 150);
    let acme = bench.client("acme");
    let page = acme.ask(&first()).ok(200).json();
    acme.ask(&next(&page)).ok(200);
    acme.submit(&release("new-one"), None).ok(201);
    acme.ask(&next(&page)).problem(ProblemKind::ObservationChanged);
    let page = acme.ask(&first()).ok(200).json();
    acme.ask(&next(&page)).ok(200);
}

#[test]
fn an_unchanged_state_is_not_sent_again() {
    let bench = Bench::start(&["acme"]);
    selling(&bench, 3);
    let acme = bench.client("acme");
    let seen = acme.ask(&first()).ok(200);
    let tag = seen.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    let known = |acme: &Client, tag: &str| acme.ask(&first().header("If-None-Match", tag)).status;
    // Time alone changes nothing.
    bench.hands.pass(3600);
    let later = acme.ask(&first()).ok(200);
    assert_eq!(later.header("etag"), Some(tag.as_str()));
    assert_ne!(later.json()["takenAt"], seen.json()["takenAt"]);
    for asked in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        assert_eq!(known(&acme, &asked), 304, "{asked}");
    }
    assert_eq!(known(&acme, "\"other\""), 200);
    acme.submit(&release("new-one"), None).ok(201);
    assert_eq!(known(&acme, &tag), 200);
    // A decided application is listed for thirty days; then the state is another one.
    bench
        .seller("acme")
        .ask(&Request::Review(gallerist::sandbox::Policy::ApproveAll), bench.hands.now())
        .unwrap();
    let tag = acme.ask(&first()).ok(200).header("etag").unwrap().to_owned();
    bench.hands.pass(31 * 24 * 3600);
    let much_later = acme.ask(&first().header("If-None-Match", &tag)).ok(200).json();
    assert_eq!(much_later["applications"], serde_json::json!([]));
}

#[test]
fn what_was_not_asked_for_is_not_covered() {
    let bench = Bench::start(&["acme"]);
    let ids = selling(&bench, 5);
    let acme = bench.client("acme");
    acme.submit(&release("new-one"), None).ok(201);
    let whole = acme.ask(&first()).ok(200);
    assert_eq!(whole.json()["coverage"], "whole");
    let some = acme
        .ask(&first().query("product", &ids[3]).query("product", "nobody's").query("product", &ids[1]))
        .ok(200);
    assert_ne!(some.header("etag"), whole.header("etag"));
    let some = some.json();
    let seen: Vec<&str> = some["products"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["productId"].as_str().unwrap())
        .collect();
    assert_eq!(seen.len(), 2);
    assert!(seen.contains(&ids[1].as_str()) && seen.contains(&ids[3].as_str()));
    assert_eq!(some["applications"].as_array().unwrap().len(), 1, "applications are always all");
    let mut covered: Vec<&str> =
        some["coverage"]["products"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    covered.sort_unstable();
    let mut wanted = vec![ids[1].as_str(), ids[3].as_str(), "nobody's"];
    wanted.sort_unstable();
    assert_eq!(covered, wanted, "it is a fact that the third is not there");
}

#[test]
fn questions_that_make_no_sense_are_told() {
    let bench = Bench::start(&["acme"]);
    selling(&bench, 150);
    let acme = bench.client("acme");
    let page = acme.ask(&first()).ok(200).json();
    let token = page["next"].as_str().unwrap().to_owned();
    let state = token.split_once('-').unwrap().0.to_owned();
    for (name, value) in [
        ("page", ""),
        ("page", "2"),
        ("page", "zz-100"),
        ("page", format!("{state}-x").as_str()),
        ("page", format!("{state}--1").as_str()),
        ("page", format!("{state}-+1").as_str()),
        ("page", format!("{state}-150").as_str()),
        ("page", format!("{state}-99999999999999999999999").as_str()),
        ("product", ""),
        ("limit", "10"),
        ("", "1"),
    ] {
        acme.ask(&first().query(name, value)).problem(ProblemKind::Malformed);
    }
    acme.ask(&first().query("page", &token).query("page", &token)).problem(ProblemKind::Malformed);
    // A token belongs to what was asked for, too.
    acme.ask(&first().query("page", &token).query("product", "x")).problem(ProblemKind::ObservationChanged);
}
