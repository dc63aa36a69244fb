//! One product that cannot be looked after stops neither the run nor the others.

use super::{ask, catalog, edit, pending, product};
use crate::cli_runner::Cli;
use gallerist::model::Key;
use gallerist::sandbox::{Answer, Health, Request};
use serde_json::Value;

fn reconcile(cli: &Cli, code: i32) -> Value {
    let ended = cli.run(&["reconcile", "--format", "json", "--exit-code=detailed"]);
    assert_eq!(ended.code, code, "{}\n{}", ended.stdout, ended.stderr);
    serde_json::from_str(&ended.stdout).unwrap()
}

/// What became of a product in the account, in a word.
fn deed(account: &Value, product: &str) -> String {
    let entries = account["entries"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["product"] == product);
    let deed = &entry.unwrap_or_else(|| panic!("{product} is not in {account}"))["deed"];
    deed.as_str().map_or_else(|| deed.as_object().unwrap().keys().next().unwrap().clone(), str::to_owned)
}

#[test]
fn broken_definitions_are_left_alone_and_the_others_go_out() {
    let cli = Cli::new();
    catalog(&cli, &["crm", "erp", "hrm", "scm"], "");
    edit(&cli, &product("crm"), "delivery: professional-service", "delivery: [");
    edit(&cli, &product("erp"), "publicSales: true", "publicSale: true");
    edit(&cli, &product("hrm"), "logo: logo.png", "logo: gone.png");
    let account = reconcile(&cli, 3);
    assert_eq!(deed(&account, "scm"), "submitted");
    assert_eq!(deed(&account, "erp"), "blocked");
    assert_eq!(deed(&account, "hrm"), "blocked");
    assert!(account["diagnostics"]["errors"].as_u64().unwrap() >= 3);
    assert_eq!(pending(&cli).len(), 1);
}

#[test]
fn a_definition_that_breaks_later_stops_no_other_and_its_review_goes_on() {
    let cli = Cli::new();
    catalog(&cli, &["crm", "erp"], "");
    let _ = reconcile(&cli, 4);
    cli.write(product("crm"), "\u{0}not yaml");
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    edit(&cli, &product("erp"), "\"3200.00\"", "\"3400.00\"");
    let account = reconcile(&cli, 3);
    assert!(account["stopped"].is_null());
    assert_eq!(deed(&account, "erp"), "approved");
    assert_eq!(pending(&cli).len(), 1, "the new price of erp is on its way: {account}");
}

#[test]
fn a_submission_that_the_marketplace_refuses_stops_no_other() {
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let own = cli.read("gallerist.yaml");
    catalog(&cli, &["aaa", "zzz"], "");
    cli.write("gallerist.yaml", &own);
    let product = Key::new("acme-crm").unwrap();
    let _ = cli.run(&["plan"]).fine();
    let _ = cli.run(&["sandbox", "reset"]);
    let health = Request::SetInterfaceHealth { product, health: Health::Timeout };
    assert_eq!(ask(&cli, &health), Answer::Done);
    let account = reconcile(&cli, 4);
    assert_eq!(deed(&account, "acme-crm"), "refused", "{account}");
    assert_eq!((deed(&account, "aaa"), deed(&account, "zzz")), ("submitted".into(), "submitted".into()));
    assert!(account["stopped"].is_null());
}
