//! Runs that are watched: isolation of products, a service with its endpoints, log lines, notifications.

mod endpoints;
mod isolation;
mod lines;
mod notices;
pub(crate) mod receiver;
mod stopping;

use crate::cli_runner::Cli;
use crate::tree::root;
use camino::Utf8PathBuf;
use gallerist::model::{Item, ProductField, Value};
use gallerist::sandbox::{Answer, Judge, Request, Store};
use gallerist::site::SiteProfile;
use gallerist::submission::{Operation, OperationKind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The moment of the first run.
pub(crate) const NOW: &str = "2026-11-22T09:00:00Z";

pub(crate) const CATALOG: &str = "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ntargets:\n  intl:\n    site: intl\n    account: acme-main\n";

/// A catalog with a product for each of these keys, and what else `gallerist.yaml` says.
pub(crate) fn catalog(cli: &Cli, products: &[&str], more: &str) {
    cli.write("gallerist.yaml", &format!("{CATALOG}{more}"));
    let from = root().join("examples/07-price-change/products/quayside-migration");
    for key in products {
        crate::examples::copy(&from, &cli.path(&format!("products/{key}"))).unwrap();
        let text = cli.read(&product(key));
        let text = text.replace("key: quayside-migration", &format!("key: {key}"));
        cli.write(product(key), &text.replace("Quayside Migration Service", &format!("Migration {key}")));
    }
}

pub(crate) fn product(key: &str) -> String {
    format!("products/{key}/product.yaml")
}

pub(crate) fn edit(cli: &Cli, path: &str, from: &str, to: &str) {
    let text = cli.read(path);
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write(path, &text.replacen(from, to, 1));
}

/// Asks the catalog's sandbox something.
pub(crate) fn ask(cli: &Cli, request: &Request) -> Answer {
    let path = Utf8PathBuf::from_path_buf(cli.path(".gallerist/sandbox.db")).unwrap();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let judge = Judge::new(SiteProfile::embedded("intl").unwrap());
    let now: Timestamp = NOW.parse().unwrap();
    Store::open(&path).unwrap().handle(&judge, request, now).unwrap()
}

/// Somebody writes another overview into the console.
pub(crate) fn change_in_the_console(cli: &Cli, key: &str, overview: &str) {
    let operation = Operation {
        kind: OperationKind::ChangeField,
        item: Item::Field(ProductField::Overview),
        from: None,
        to: Some(Value::Text(overview.into())),
        reason: None,
    };
    let product = gallerist::model::Key::new(key).unwrap();
    let edit = Request::ConsoleEdit { by: "Mei".into(), product, operations: vec![operation] };
    assert_eq!(ask(cli, &edit), Answer::Done);
}

/// The ids of applications in review, by the key of their product.
pub(crate) fn pending(cli: &Cli) -> BTreeMap<String, String> {
    let listed = cli.run(&["sandbox", "review", "--format", "json"]).fine();
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let text =
        |value: &serde_json::Value| value.as_str().unwrap().trim_start_matches("Migration ").to_owned();
    let list = listed["reviews"].as_array().unwrap();
    list.iter().map(|one| (text(&one["productName"]), text(&one["application"]))).collect()
}
