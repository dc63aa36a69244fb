//! Runners never queue for a product.

use super::events::{hour, key, scope};
use super::server::Server;
use gallerist::ledger::{Ledger, LedgerError};
use gallerist::stores::PostgresLedger;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

#[test]
fn a_product_that_somebody_takes_at_this_moment_is_not_waited_for() {
    let server = Server::start();
    let mut ledger = PostgresLedger::open(&server.database("gallerist")).unwrap();
    for product in ["crm", "erp"] {
        ledger.lease(&scope(), &key(product), "earlier", hour(0), hour(1)).unwrap();
    }
    // Somebody has the row of `crm` and stops in the middle; its lease is over.
    let mut command = server.psql_command();
    let mut other = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut to_other = other.stdin.take().unwrap();
    writeln!(to_other, "BEGIN; SELECT product FROM gallerist.lease WHERE product = 'crm' FOR UPDATE;")
        .unwrap();
    let mut line = String::new();
    BufReader::new(other.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "crm\n");

    // The row stays locked while this asks, so an answer shows that nobody waited.
    let leased = LedgerError::Leased { product: key("crm"), until: hour(4) };
    assert_eq!(ledger.lease(&scope(), &key("crm"), "one", hour(2), hour(4)), Err(leased));
    ledger.lease(&scope(), &key("erp"), "one", hour(2), hour(4)).unwrap();
    ledger.lease(&scope(), &key("new"), "one", hour(2), hour(4)).unwrap();

    drop(to_other);
    assert!(other.wait().unwrap().success());
    ledger.lease(&scope(), &key("crm"), "one", hour(2), hour(4)).unwrap();
    let leased = LedgerError::Leased { product: key("crm"), until: hour(4) };
    assert_eq!(ledger.lease(&scope(), &key("crm"), "two", hour(3), hour(5)), Err(leased));
}

#[test]
fn of_eight_runs_that_want_eight_products_each_product_goes_to_one() {
    let server = Server::start();
    let url = server.url("postgres", "postgres");
    PostgresLedger::open(&super::server::open(&url, "gallerist")).unwrap();
    let products: Vec<_> = (0..8).map(|number| key(&format!("p{number}"))).collect();
    let taken: Vec<usize> = std::thread::scope(|threads| {
        let runs = (0..8).map(|run| {
            let (url, products) = (&url, &products);
            threads.spawn(move || {
                let mut ledger = PostgresLedger::open(&super::server::open(url, "gallerist")).unwrap();
                let mut got = Vec::new();
                for offset in 0..products.len() {
                    let index = (run + offset) % products.len();
                    match ledger.lease(&scope(), &products[index], &format!("run {run}"), hour(0), hour(1)) {
                        Ok(()) => got.push(index),
                        Err(LedgerError::Leased { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
                got
            })
        });
        let runs: Vec<_> = runs.collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    let mut sorted = taken;
    sorted.sort_unstable();
    assert_eq!(sorted, (0..8).collect::<Vec<_>>(), "each one is held, and by one run only");
}
