//! `gallerist sandbox serve` in a catalog: what its commands do there shows at once, and the other way round.

use super::accounts::Process;
use super::bench::{Ask, release};
use crate::cli_runner::Cli;
use crate::daemon;
use gallerist::model::Digest;

#[test]
fn newcomers_watch_the_sandbox_of_their_catalog() {
    let cli = Cli::new();
    daemon::catalog(&cli, &["crm"], "");
    let process = Process::start(&cli, &[]);
    let acme = process.client("acme");
    assert_eq!(acme.observe(), (Vec::new(), Vec::new()));
    cli.run(&["reconcile"]).fine();
    let (_, applications) = acme.observe();
    assert_eq!(applications[0]["state"], "pending");
    let id = applications[0]["application"].as_str().unwrap();
    cli.run(&["sandbox", "review", "--approve", id]).fine();
    let (products, _) = acme.observe();
    assert_eq!(products[0]["fields"]["name"], "Migration crm");
    // A program that hands over through the gateway is seen by the commands.
    let taken = acme.submit(&release("erp"), None).ok(201).json();
    let waiting = cli.run(&["sandbox", "review"]).fine();
    assert!(waiting.contains(taken["application"].as_str().unwrap()), "{waiting}");
    assert!(cli.path(".gallerist/sellers.json").exists());
    assert!(cli.path(".gallerist/.gitignore").exists(), "keys are never part of a commit");
    let keys = cli.read(".gallerist/sellers.json");
    drop(process);
    drop(Process::start(&cli, &[]));
    assert_eq!(cli.read(".gallerist/sellers.json"), keys);
}

#[test]
fn a_sandbox_that_was_emptied_is_served_as_it_is_then() {
    let cli = Cli::new();
    daemon::catalog(&cli, &["crm"], "");
    let process = Process::start(&cli, &[]);
    let acme = process.client("acme");
    cli.run(&["reconcile"]).fine();
    assert_eq!(acme.observe().1.len(), 1);
    cli.run(&["sandbox", "reset"]).fine();
    assert_eq!(acme.observe(), (Vec::new(), Vec::new()));
    // What is handed over now is not written to the file that is gone.
    acme.submit(&release("erp"), None).ok(201);
    assert!(cli.run(&["sandbox", "review"]).fine().contains("Acme erp"));
    cli.run(&["reconcile"]).fine();
    assert_eq!(acme.observe().1.len(), 2);
}

#[test]
fn files_of_the_catalog_are_at_hand_and_others_can_be_uploaded() {
    let cli = Cli::new();
    daemon::catalog(&cli, &["crm"], "");
    let process = Process::start(&cli, &[]);
    let acme = process.client("acme");
    let pictures = std::fs::read_dir(cli.path("products/crm")).unwrap().map(|entry| entry.unwrap().path());
    let picture = pictures.into_iter().find(|path| path.extension().is_some_and(|end| end == "png")).unwrap();
    let look =
        |bytes: &[u8]| acme.ask(&Ask::new("HEAD", format!("/v1/assets/{}", Digest::of_bytes(bytes)))).status;
    assert_eq!(look(&std::fs::read(picture).unwrap()), 200);
    let definition = std::fs::read(cli.path("products/crm/product.yaml")).unwrap();
    assert_eq!(look(&definition), 404, "a definition is no file of a product");
    let upload = Ask::new("PUT", format!("/v1/assets/{}", Digest::of_bytes(b"new")));
    acme.ask(&upload.text("application/octet-stream", b"new").anew()).ok(201);
    assert_eq!(look(b"new"), 200);
}

#[test]
fn a_target_that_is_in_no_sandbox_is_not_served() {
    let cli = Cli::new();
    daemon::catalog(&cli, &["crm"], "");
    let text = cli
        .read("gallerist.yaml")
        .replace("    site: intl\n", "    site: intl\n    marketplace: {driver: console}\n");
    cli.write("gallerist.yaml", &text);
    let said = cli.run(&["sandbox", "serve", "--listen", "127.0.0.1:0"]).failed(1);
    assert!(said.contains("not in a sandbox") && said.contains("--data FOLDER --seller NAME"), "{said}");
}
