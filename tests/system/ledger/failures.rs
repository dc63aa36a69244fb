//! What can be wrong with a database, in words that lead out of it.

use super::events::{hour, key, not_sent, scope, words};
use super::server::Server;
use gallerist::ledger::{Ledger, LedgerError, LedgerView};
use gallerist::stores::{PostgresLedger, PostgresView};

#[track_caller]
fn says<T>(result: Result<T, LedgerError>, words: &[&str]) {
    let said = result.err().expect("it fails").advice();
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
}

#[test]
fn nobody_there_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgresql://postgres@/ledger?host={}", folder.path().display());
    let database = super::server::open(&url, "gallerist");
    says(PostgresLedger::open(&database), &["cannot be reached", "5432", "see that it runs", "$TEST_URL"]);
    says(PostgresView::open(&database), &["cannot be reached"]);
}

#[test]
fn a_database_that_takes_no_writes_is_read_and_says_so() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    // As a standby answers.
    server.sql("ALTER ROLE postgres SET default_transaction_read_only = on");
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    let no_writes = ["takes no writes", "nothing was written", "primary"];
    says(ledger.append(&scope(), hour(0), &key("crm"), &not_sent("second")), &no_writes);
    says(ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)), &no_writes);
    let view = PostgresView::open(&server.database("gallerist")).unwrap();
    assert_eq!(words(&view.events(&scope()).unwrap()), ["first"]);
}

#[test]
fn a_full_disk_writes_nothing_and_says_so() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    // The server's own code for it.
    server.sql(
        "CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER disk AFTER INSERT ON gallerist.entry FOR EACH ROW EXECUTE FUNCTION full()",
    );
    let append = ledger.append(&scope(), hour(0), &key("crm"), &not_sent("second"));
    says(append, &["disk", "is full", "nothing was written"]);
    server.sql("DROP TRIGGER disk ON gallerist.entry");
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("third")).unwrap();
    let events = ledger.events(&scope()).unwrap();
    assert_eq!(words(&events), ["first", "third"]);
    assert_eq!(events[1].sequence, 2, "the failed entry left no trace");
}

#[test]
fn tables_of_an_older_version_are_raised_by_who_may_write() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    server.sql("DROP TABLE gallerist.lease; DELETE FROM gallerist.migration WHERE version = 2");
    let older = ["format 1", "looking changes nothing", "gallerist ledger upgrade"];
    says(PostgresView::open(&server.database("gallerist")), &older);
    assert_eq!(server.sql("SELECT max(version) FROM gallerist.migration"), "1");
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    ledger.lease(&scope(), &key("crm"), "one", hour(0), hour(1)).unwrap();
    assert_eq!(server.sql("SELECT max(version) FROM gallerist.migration"), "2");
    assert_eq!(words(&ledger.events(&scope()).unwrap()), ["first"]);
}

#[test]
fn tables_of_another_program_are_left_alone() {
    let server = Server::start();
    server.sql("CREATE SCHEMA theirs; CREATE TABLE theirs.entry (x integer)");
    says(PostgresLedger::open(&server.database("theirs")), &["another program"]);
    says(PostgresView::open(&server.database("theirs")), &["another program"]);
    assert_eq!(server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'theirs'"), "1");
}

#[test]
fn a_database_that_was_set_back_is_noticed_by_who_saw_more() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    for word in ["first", "second", "third"] {
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent(word)).unwrap();
    }
    assert_eq!(ledger.events(&scope()).unwrap().len(), 3);
    let delete = |number: u32| {
        server.sql(&format!(
            "ALTER TABLE gallerist.entry DISABLE TRIGGER entry_is_final;
             DELETE FROM gallerist.entry WHERE sequence = {number};
             ALTER TABLE gallerist.entry ENABLE ALWAYS TRIGGER entry_is_final"
        ))
    };
    delete(3);
    let error = ledger.events(&scope()).unwrap_err();
    assert!(matches!(&error, LedgerError::Rewritten { what, .. } if what.contains("entry 3")), "{error}");
    delete(1);
    let view = PostgresView::open(&server.database("gallerist")).unwrap();
    assert!(matches!(view.events(&scope()), Err(LedgerError::Corrupt { sequence: 1, .. })));
    let flaws = view.verify(&scope()).unwrap();
    assert_eq!((flaws.len(), flaws[0].is_fatal, flaws[0].place.as_str()), (1, true, "entry 1"), "{flaws:?}");
}
