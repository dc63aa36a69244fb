//! What is released, and what that forbids, while a product is edited.

use super::client::{Client, position, rules};
use crate::cli_runner::Cli;
use crate::tree::root;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const PRODUCT: &str = "products/tidewater-crm/product.yaml";

/// The catalog of an example whose product is on sale in the sandbox.
fn on_sale() -> Cli {
    let cli = Cli::new();
    copy(&root().join("examples/10-forbidden-supervision-edit"), &cli.folder());
    let _ = cli.run(&["reconcile"]);
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]);
    assert!(cli.run(&["status"]).fine().contains("in sync"));
    cli
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from.join(".")).arg(to).status();
    assert!(copied.unwrap().success());
}

fn files(cli: &Cli) -> Vec<String> {
    let found = Command::new("find").arg(cli.folder()).args(["-printf", "%P %s %T@\n"]).output().unwrap();
    let mut lines: Vec<String> =
        String::from_utf8(found.stdout).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn hover(client: &mut Client, text: &str, word: &str) -> String {
    let shown = client.at("textDocument/hover", PRODUCT, position(text, word, 0));
    shown["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

fn forbidden(found: &[Value]) -> Option<&Value> {
    found.iter().find(|found| found["code"] == "service-supervision-changed")
}

/// Supervision is switched on, and back; the file on disk stays as it was.
fn switch(client: &mut Client, text: &str) {
    let on = text.replace("serviceSupervision: false", "serviceSupervision: true");
    client.open(PRODUCT, 1, text);
    assert_eq!(forbidden(&client.wait(PRODUCT, 1)), None, "{:?}", client.log);
    client.rewrite(PRODUCT, 2, &on);
    let found = client.wait(PRODUCT, 2);
    let finding = forbidden(&found).unwrap_or_else(|| panic!("{found:?} {:?}", client.log));
    assert_eq!(finding["range"]["start"]["line"], position(&on, "serviceSupervision", 0)["line"]);
    assert_eq!((&finding["severity"], &finding["source"]), (&json!(1), &json!("gallerist")));
    assert!(finding["message"].as_str().unwrap().contains("released: no"), "{finding}");
    assert_eq!(finding.get("codeDescription"), None);
    assert!(hover(client, &on, "serviceSupervision").contains("released: no"));
    client.rewrite(PRODUCT, 3, text);
    assert_eq!(forbidden(&client.wait(PRODUCT, 3)), None);
}

#[test]
fn an_edit_that_the_sandboxs_released_state_forbids_is_told_at_its_line() {
    let cli = on_sale();
    let text = cli.read(PRODUCT);
    let before = files(&cli);
    let mut client = Client::in_workspace(&cli, &[], json!({}));
    switch(&mut client, &text);
    assert!(hover(&mut client, &text, "USD: \"290.00\"").contains("released: 290.00 USD"));
    assert!(hover(&mut client, &text, "trialDays: 14").contains("released: 14"));
    assert!(hover(&mut client, &text, "trialDays: null").contains("released: nothing"));
    assert!(hover(&mut client, &text, "monthly:").contains("29.00 USD"));
    // Under the key of today.
    let moved = text.replace("key: starter", "key: beginner\n    formerly: [starter]");
    client.rewrite(PRODUCT, 4, &moved);
    assert!(hover(&mut client, &moved, "trialDays: 14").contains("released: 14"));
    // Guards and frozen fields of specifications, too.
    let other = text.replace("trialDays: 14", "trialDays: 7").replace("\"290.00\"", "\"990.00\"");
    client.rewrite(PRODUCT, 5, &other);
    let found = client.wait(PRODUCT, 5);
    assert!(rules(&found).contains(&"trial-days-changed"), "{found:?}");
    let guard = found.iter().find(|found| found["range"]["start"] == position(&other, "\"990.00\"", 0));
    assert!(guard.is_some_and(|found| found["severity"] == 1), "{found:?}");
    assert_eq!(client.shut_down(), 0);
    assert_eq!(files(&cli), before, "the editor only looks");
}

#[test]
fn an_exported_state_counts_before_anything_else() {
    let cli = on_sale();
    let text = cli.read(PRODUCT);
    let exported = cli.run(&["export"]).fine();
    std::fs::remove_dir_all(cli.path(".gallerist")).unwrap();
    // Without any released state nothing is forbidden, and nothing is begun.
    let mut client = Client::in_workspace(&cli, &[], json!({}));
    client.open(PRODUCT, 1, &text.replace("serviceSupervision: false", "serviceSupervision: true"));
    let found = client.wait(PRODUCT, 1);
    assert_eq!((forbidden(&found), client.log.as_slice()), (None, &[] as &[String]));
    assert_eq!(client.shut_down(), 0);
    assert!(!cli.path(".gallerist").exists());
    cli.write("released.json", &exported);
    switch(&mut Client::in_workspace(&cli, &["--released", "released.json"], json!({})), &text);
    let settings = json!({"initializationOptions": {"gallerist": {"released": "released.json"}}});
    switch(&mut Client::in_workspace(&cli, &[], settings), &text);
    // Set later, and taken away again.
    let mut client = Client::in_workspace(&cli, &[], json!({}));
    let on = text.replace("serviceSupervision: false", "serviceSupervision: true");
    client.open(PRODUCT, 1, &on);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"gallerist": {"released": "released.json"}}}),
    );
    client.settle();
    assert!(forbidden(&client.findings[PRODUCT]).is_some());
    client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    client.settle();
    assert!(forbidden(&client.findings[PRODUCT]).is_none());
    // One that cannot be read is told once, and nothing else suffers.
    cli.write("released.json", "{}");
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"gallerist": {"released": "released.json"}}}),
    );
    client.settle();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": client.uri(PRODUCT)}}));
    client.settle();
    assert_eq!(client.log.len(), 1, "{:?}", client.log);
    assert!(client.log[0].contains("released.json"), "{:?}", client.log);
    assert_eq!(client.shut_down(), 0);
}

#[test]
fn what_people_recorded_at_the_console_counts_too() {
    let cli = Cli::new();
    copy(&root().join("examples/10-forbidden-supervision-edit"), &cli.folder());
    let config = cli.read("gallerist.yaml");
    let console = config.replace(
        "{driver: sandbox, path: .gallerist/sandbox.db}",
        "{driver: console}\n    preflight: {required: false}",
    );
    assert_ne!(config, console);
    cli.write("gallerist.yaml", &console);
    let _ = cli.run(&["reconcile"]);
    let listed = cli.run(&["submissions", "list"]).fine();
    let id = listed.split_whitespace().next().unwrap().to_owned();
    let told = ["submissions", "record", &id, "approved", "--application", "A-1", "--product-id", "P-1"];
    let _ = cli.run(&told).fine();
    let text = cli.read(PRODUCT);
    let before = files(&cli);
    let mut client = Client::in_workspace(&cli, &[], json!({}));
    switch(&mut client, &text);
    assert_eq!(client.shut_down(), 0);
    assert_eq!(files(&cli), before, "the editor only looks");
}

#[test]
fn a_new_released_state_is_seen_when_something_changes() {
    let cli = on_sale();
    let text = cli.read(PRODUCT);
    let mut client = Client::in_workspace(&cli, &[], json!({}));
    client.open(PRODUCT, 1, &text);
    assert!(hover(&mut client, &text, "name: Starter").contains("released: \"Starter\""));
    let renamed = text.replace("name: Starter", "name: Beginner");
    cli.write(PRODUCT, &renamed);
    let _ = cli.run(&["reconcile"]);
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]);
    client.rewrite(PRODUCT, 2, &renamed);
    assert!(hover(&mut client, &renamed, "name: Beginner").contains("released: \"Beginner\""));
    assert_eq!(client.shut_down(), 0);
}
