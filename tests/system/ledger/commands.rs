//! The ledger in a database as people meet it: chosen, moved to, shown, verified, saved, shared by runs.

use super::cli_runner::Cli;
use super::server::Server;

const SQLITE: &str = "    ledger: {store: sqlite, path: .gallerist/ledger.db}";
const POSTGRES: &str = "    ledger: {store: postgres}";
const VARIABLE: &str = "GALLERIST_LEDGER_URL";

fn edit(cli: &Cli, from: &str, to: &str) {
    let text = cli.read("gallerist.yaml");
    assert!(text.contains(from), "{from} is not in\n{text}");
    cli.write("gallerist.yaml", &text.replacen(from, to, 1));
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn released(cli: &Cli) {
    for command in [&["reconcile"][..], &["sandbox", "review", "--approve-all"], &["reconcile"]] {
        let _ = cli.run(command).fine();
    }
}

#[test]
fn a_ledger_moves_into_a_database_and_runs_go_on_there() {
    let server = Server::start();
    let cli = Cli::new().with(VARIABLE, &server.url("postgres", "postgres")).with("CI", "true");
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    released(&cli);
    let short = |cli: &Cli| cli.run(&["ledger", "show", "--format", "short"]).fine();
    let (before, saved) = (short(&cli), cli.run(&["ledger", "export"]).fine());

    let said = one_line(&cli.run(&["ledger", "migrate", "--to", "postgres"]).fine());
    assert!(said.contains("write: ledger: {store: postgres}"), "{said}");
    assert!(said.contains("schema `gallerist` of the database that $GALLERIST_LEDGER_URL names"), "{said}");
    let again = cli.run(&["ledger", "migrate", "--to", "postgres"]).failed(1);
    assert!(again.contains("there is a ledger already"), "{again}");
    edit(&cli, SQLITE, POSTGRES);
    assert_eq!(short(&cli), before);
    assert_eq!(cli.run(&["ledger", "export"]).fine(), saved);
    let said = one_line(&cli.run(&["ledger", "verify"]).fine());
    assert!(said.contains("is as it was written"), "{said}");
    assert!(cli.run(&["plan"]).fine().contains("in sync"));
    let _ = cli.run(&["reconcile"]).fine();

    // Into another schema, whole or not at all.
    cli.write("saved.jsonl", &saved);
    edit(&cli, POSTGRES, "    ledger: {store: postgres, schema: second}");
    assert!(cli.run(&["ledger", "show"]).fine().contains("There are no such entries."));
    let _ = cli.run(&["ledger", "import", "saved.jsonl"]).fine();
    assert_eq!(short(&cli), before);
    let stderr = one_line(&cli.run(&["sandbox", "reset"]).failed(1));
    assert!(stderr.contains("entries in a database are never removed"), "{stderr}");
}

#[test]
fn two_runs_at_once_submit_once() {
    let server = Server::start();
    let cli = Cli::new().with(VARIABLE, &server.url("postgres", "postgres"));
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    edit(&cli, SQLITE, POSTGRES);
    let runs = [(); 2].map(|()| cli.command(&["reconcile"]).spawn().unwrap());
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let told = cli.run(&["ledger", "show", "--format", "short"]).fine();
    assert_eq!(told.lines().filter(|line| line.contains(" accepted: ")).count(), 1, "{told}");
    assert_eq!(cli.run(&["sandbox", "review", "--format", "short"]).fine().lines().count(), 1);
}

#[test]
fn looking_makes_no_tables_and_upgrade_does() {
    let server = Server::start();
    let cli = Cli::new().with("GALLERIST_LEDGER_BOOKS", &server.url("postgres", "postgres"));
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    edit(&cli, SQLITE, "    ledger: {store: postgres, connection: GALLERIST_LEDGER_BOOKS, schema: books}");
    let tables = || server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'books'");
    for command in [&["plan"][..], &["status"], &["ledger", "show"], &["ledger", "verify"]] {
        let _ = cli.run(command).fine();
        assert_eq!(tables(), "0", "{command:?}");
    }
    let said = one_line(&cli.run(&["ledger", "upgrade"]).fine());
    assert!(
        said.contains("schema `books` of the database that $GALLERIST_LEDGER_BOOKS names, 0 entries"),
        "{said}"
    );
    assert_eq!(tables(), "3");
}

/// As the upgrade job has it: a file alone, and no repository.
#[test]
fn the_owner_needs_no_more_of_the_catalog_than_its_configuration() {
    let server = Server::start();
    let cli = Cli::new().with(VARIABLE, &server.url("postgres", "postgres"));
    let text = "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ntargets:\n  intl:\n    site: intl\n\
                \x20   marketplace: {driver: console}\n    ledger: {store: postgres}\n";
    cli.write("gallerist.yaml", text);
    let said = one_line(&cli.run(&["ledger", "upgrade"]).fine());
    assert!(said.contains("ready for this version"), "{said}");
    assert_eq!(server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'gallerist'"), "3");
}

#[test]
fn no_output_shows_the_password() {
    const PASSWORD: &str = "geheim-Wort-77";
    let nowhere = tempfile::tempdir().unwrap();
    let folder = nowhere.path().display();
    let unset = Cli::new();
    let _ = unset.run(&["init", "--name", "acme"]).fine();
    edit(&unset, SQLITE, POSTGRES);
    let stderr = one_line(&unset.run(&["plan"]).failed(1));
    assert!(stderr.contains("GALLERIST_LEDGER_URL") && stderr.contains("is not set"), "{stderr}");
    for (url, words) in [
        (format!("postgresql://ann:{PASSWORD}@/ledger?host={folder}"), "cannot be reached"),
        (format!("postgresql://ann:{PASSWORD}@db@acme.example/ledger"), "an `@` too many"),
        (format!("mysql://ann:{PASSWORD}@acme.example/ledger"), "neither postgresql"),
        (format!("postgresql://ann:{PASSWORD}@acme.example:x/ledger"), "no URL of a database"),
        (format!("postgresql://ann:{PASSWORD} word@acme.example/ledger"), "no usable secret"),
    ] {
        let cli = Cli::new().with(VARIABLE, &url);
        let _ = cli.run(&["init", "--name", "acme"]).fine();
        edit(&cli, SQLITE, POSTGRES);
        for command in [&["plan", "--verbose"][..], &["reconcile"], &["ledger", "verify", "--format", "json"]]
        {
            let ended = cli.run(command);
            let said = format!("{}{}", ended.stdout, ended.stderr);
            assert_eq!(ended.code, 1, "{said}");
            assert!(one_line(&said).contains(words), "{words}: {said}");
            assert!(!said.contains("geheim"), "{said}");
        }
    }
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let url = format!("postgresql://ann:{PASSWORD}@acme.example/ledger");
    let stderr = cli.run(&["ledger", "migrate", "--to", "postgres", "--connection", &url]).failed(1);
    assert!(stderr.contains("the name of an environment variable") && !stderr.contains("geheim"), "{stderr}");
    edit(&cli, SQLITE, &format!("    ledger: {{store: postgres, connection: \"{url}\"}}"));
    let ended = cli.run(&["check"]);
    assert!(ended.stderr.contains("ledger-name-invalid") || ended.stdout.contains("ledger-name-invalid"));
}
