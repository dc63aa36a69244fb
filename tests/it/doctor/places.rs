//! Files and folders, the sandbox and the console.

use super::{begun, doctor};

#[test]
fn a_damaged_sandbox_is_told() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    cli.write(".gallerist/sandbox.db", "this is no sandbox");
    let found = doctor(&cli, &[]);
    let said = found.is("sandbox", "error");
    assert!(
        said.contains("not a sandbox of gallerist") && said.contains("gallerist sandbox reset"),
        "{said}"
    );
    let _ = found.is("ledger-sound", "ok");
    let _ = found.is("definitions", "ok");
}

#[test]
fn the_fix_of_a_damaged_sandbox_works() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    cli.write(".gallerist/sandbox.db", "this is no sandbox");
    let found = doctor(&cli, &[]);
    let [sandbox] = found.all("sandbox")[..] else { panic!() };
    let command = sandbox["fixes"][0].as_str().unwrap();
    let output = crate::examples::shell(command, &cli.folder()).unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let _ = doctor(&cli, &[]).is("sandbox", "ok");
    let _ = cli.run(&["reconcile"]).fine();
}

#[test]
fn a_place_that_cannot_be_written_is_told() {
    let cli = begun();
    cli.write(".gallerist", "a file where the folder should be");
    let found = doctor(&cli, &[]);
    let broken: Vec<_> =
        found.all("files-writable").into_iter().filter(|one| one["health"] == "error").collect();
    assert_eq!(broken.len(), 2, "the sandbox and the ledger: {:#}", found.0);
    assert!(broken[0]["what"].as_str().unwrap().contains("may not write .gallerist"), "{:#}", broken[0]);
}

#[test]
fn the_folders_of_the_console_are_looked_at() {
    let cli = begun();
    let text = cli.read("gallerist.yaml");
    let sandbox = "marketplace: {driver: sandbox, path: .gallerist/sandbox.db}";
    assert!(text.contains(sandbox), "{text}");
    cli.write("gallerist.yaml", &text.replace(sandbox, "marketplace: {driver: console}"));
    let found = doctor(&cli, &[]);
    assert!(found.is("console-sheets", "ok").contains("comes with the first"));
    assert!(found.is("console-record", "ok").contains("products: 0"));
    cli.write("sheets", "a file where the folder should be");
    let said = doctor(&cli, &[]).is("console-sheets", "error");
    assert!(said.contains("is no folder") && said.contains("mv sheets sheets.old"), "{said}");
    cli.write("released/intl/acme-crm.json", "{\"document\": \"nonsense\"");
    let said = doctor(&cli, &[]).is("console-record", "error");
    assert!(said.contains("acme-crm.json"), "{said}");
}

#[test]
fn a_gateway_that_nobody_reaches_is_told() {
    let cli =
        begun().with("GALLERIST_ACCESS_KEY", "AKEXAMPLE").with("GALLERIST_SECRET_KEY", "geheimes-Wort-77");
    let text = cli.read("gallerist.yaml");
    let sandbox = "marketplace: {driver: sandbox, path: .gallerist/sandbox.db}";
    cli.write(
        "gallerist.yaml",
        &text.replace(
            sandbox,
            "marketplace: {driver: gateway, url: \"http://127.0.0.1:9\", certificates: ca.pem}",
        ),
    );
    let found = doctor(&cli, &[]);
    let said = found.is("gateway", "error");
    assert!(said.contains("127.0.0.1:9"), "{said}");
    let _ = found.is("gateway-address", "note");
    let said = found.is("gateway-certificates", "error");
    assert!(said.contains("ca.pem"), "{said}");
    assert!(!found.0.to_string().contains("geheimes"), "{:#}", found.0);
}
