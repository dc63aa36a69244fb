//! Whoever may do less can do less: the owner of the tables, runners, and those who only plan. The statements are those
//! of docs/ledger.md.

use super::events::{hour, key, not_sent, scope, words};
use super::server::{Server, open};
use gallerist::ledger::{Ledger, LedgerView};
use gallerist::stores::{Database, PostgresLedger, PostgresView};

/// The SQL that the page shows, block by block.
fn statements() -> Vec<String> {
    let page = include_str!("../../../docs/ledger.md");
    let blocks = page.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.collect()
}

fn rows(server: &Server) -> String {
    server.sql("SELECT count(*) FROM gallerist.entry")
}

#[test]
fn entries_are_never_changed_or_removed_by_anybody() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    for statement in [
        "UPDATE gallerist.entry SET product = 'erp'",
        "DELETE FROM gallerist.entry",
        "TRUNCATE gallerist.entry",
        "SET session_replication_role = replica; DELETE FROM gallerist.entry",
    ] {
        let output = server.psql(statement);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("ledger entries are never changed or removed"), "{statement}: {said}");
    }
    assert_eq!(ledger.events(&scope()).unwrap()[0].product, key("crm"));
    server.sql("ALTER TABLE gallerist.entry DISABLE TRIGGER entry_is_final");
    let flaws = ledger.verify(&scope()).unwrap();
    assert!(flaws.len() == 1 && !flaws[0].is_fatal && flaws[0].what.contains("switched off"), "{flaws:?}");
}

#[test]
fn owner_runner_and_planner_can_do_what_they_need_and_no_more() {
    let server = Server::start();
    let blocks = statements();
    let [roles, rights] = blocks.as_slice() else { panic!("the page shows other statements: {blocks:?}") };
    let as_role = |role: &str| -> Database { open(&server.url(role, "postgres"), "gallerist") };
    server.sql(roles);

    // Looking makes nothing, and a runner may not make tables.
    let view = PostgresView::open(&as_role("gallerist_planner")).unwrap();
    assert_eq!(view.events(&scope()).unwrap(), vec![]);
    assert_eq!(server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'gallerist'"), "0");
    let refused = PostgresLedger::open(&as_role("gallerist_runner")).unwrap_err().advice();
    assert!(refused.contains("does not permit it") && refused.contains("ledger upgrade"), "{refused}");

    PostgresLedger::open(&as_role("gallerist_owner")).unwrap();
    server.sql(rights);
    let mut runner = PostgresLedger::open(&as_role("gallerist_runner")).unwrap();
    runner.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    runner.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
    runner.lease(&scope(), &key("crm"), "one", hour(0), hour(2)).unwrap();
    runner.release(&scope(), &key("crm"), "one").unwrap();
    assert_eq!(runner.verify(&scope()).unwrap(), vec![]);
    for statement in [
        "DELETE FROM gallerist.entry",
        "ALTER TABLE gallerist.entry DISABLE TRIGGER entry_is_final",
        "INSERT INTO gallerist.migration VALUES (9)",
        "CREATE TABLE gallerist.mine (x integer)",
    ] {
        let output = server.psql(&format!("SET ROLE gallerist_runner; {statement}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("permission denied") || said.contains("must be owner"), "{statement}: {said}");
    }

    let planner = PostgresView::open(&as_role("gallerist_planner")).unwrap();
    assert_eq!(words(&planner.events(&scope()).unwrap()), ["first"]);
    assert_eq!(planner.verify(&scope()).unwrap(), vec![]);
    let mut too_much = PostgresLedger::open(&as_role("gallerist_planner")).unwrap();
    let refused = too_much.append(&scope(), hour(0), &key("crm"), &not_sent("second")).unwrap_err().advice();
    assert!(refused.contains("does not permit it") && refused.contains("nothing was written"), "{refused}");
    let refused = too_much.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap_err().advice();
    assert!(refused.contains("does not permit it"), "{refused}");
    assert_eq!(rows(&server), "1");
}

#[test]
fn a_backup_restored_elsewhere_is_the_same_ledger() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    for word in ["first", "second"] {
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(word)).unwrap();
    }
    let before = ledger.events(&scope()).unwrap();
    let backup = server.path("ledger.dump");
    let archive = ["--format=custom", "--schema=gallerist", "--dbname=postgres", "--file"];
    server.run("pg_dump", &[&archive[..], &[backup.to_str().unwrap()]].concat());
    server.sql("CREATE DATABASE elsewhere");
    server.run("pg_restore", &["--dbname=elsewhere", "--exit-on-error", backup.to_str().unwrap()]);
    let mut restored =
        PostgresLedger::open(&open(&server.url("postgres", "elsewhere"), "gallerist")).unwrap();
    assert_eq!(restored.events(&scope()).unwrap(), before);
    assert_eq!(restored.verify(&scope()).unwrap(), vec![], "with the trigger");
    restored.append(&scope(), hour(0), &key("crm"), &not_sent("third")).unwrap();
    assert_eq!(restored.events(&scope()).unwrap().len(), 3);
}
