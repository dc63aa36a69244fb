//! The stores that need more than Rust and git.

use super::contract::{Harm, Open, TryOpen, two_entries};
use super::server::Server;
use gallerist::stores::PostgresLedger;

pub(super) fn each_store(test: impl Fn(&str, Open<'_>)) {
    each_lasting_store(test);
}

pub(super) fn each_lasting_store(test: impl Fn(&str, Open<'_>)) {
    let server = Server::start();
    test("postgres", &|| Box::new(PostgresLedger::open(&server.database("gallerist")).unwrap()));
    // Clones share connections and what they know.
    let database = server.database("shared");
    test("postgres, one pool", &|| Box::new(PostgresLedger::open(&database).unwrap()));
}

pub(super) fn each_harmed_store(harm: Harm, test: impl Fn(&str, TryOpen<'_>)) {
    let server = Server::start();
    two_entries(&mut PostgresLedger::open(&server.database("gallerist")).unwrap());
    server.sql(match harm {
        Harm::Newer => "INSERT INTO gallerist.migration SELECT max(version) + 1 FROM gallerist.migration",
        Harm::Unreadable => {
            "ALTER TABLE gallerist.entry DISABLE TRIGGER entry_is_final;
             UPDATE gallerist.entry SET event = replace(event, 'not-sent', 'invented') WHERE sequence = 2"
        }
    });
    test("postgres", &|| Ok(Box::new(PostgresLedger::open(&server.database("gallerist"))?)));
}
