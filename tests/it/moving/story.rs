//! A seller at the command line whose product is on sale, and what happens to the ledger.

use crate::cli_runner::Cli;
use camino::Utf8PathBuf;
use gallerist::drivers::SandboxDriver;
use gallerist::sandbox::{Answer, Judge, Request};
use gallerist::site::SiteProfile;

/// A catalog whose product is on sale.
pub(crate) fn on_sale() -> Cli {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    cli
}

pub(crate) fn lose_ledger(cli: &Cli) {
    std::fs::remove_file(cli.path(".gallerist/ledger.db")).unwrap();
}

/// The text with its lines joined: where they break does not matter.
pub(crate) fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Ids of the only product: its own, and one skuCode of each specification.
pub(crate) struct Ids {
    pub(crate) product: String,
    pub(crate) skus: Vec<String>,
}

pub(crate) fn ids(cli: &Cli) -> Ids {
    let snapshot: serde_json::Value = serde_json::from_str(&cli.run(&["export"]).fine()).unwrap();
    let product = &snapshot["observation"]["products"][0];
    let specifications = product["specifications"].as_array().unwrap();
    let code = |found: &serde_json::Value| found["skus"][0]["skuCode"].as_str().unwrap().to_owned();
    Ids {
        product: product["productId"].as_str().unwrap().to_owned(),
        skus: specifications.iter().map(code).collect(),
    }
}

/// Somebody else at the sandbox, at the moment of the runs.
pub(crate) fn ask(cli: &Cli, request: &Request) -> Answer {
    let path = Utf8PathBuf::from_path_buf(cli.path(".gallerist/sandbox.db")).unwrap();
    let judge = Judge::new(SiteProfile::embedded("intl").unwrap());
    let clock = Box::new(|| "2026-11-22T09:00:00Z".parse().unwrap());
    SandboxDriver::open(&path, judge, clock).unwrap().ask(request).unwrap()
}
