//! Somebody between the store and the server swallows the answer to a commit, or the commit itself.

use super::events::{hour, key, not_sent, scope, words};
use super::server::Server;
use gallerist::ledger::{Ledger, LedgerError, LedgerView};
use gallerist::stores::{PostgresLedger, PostgresView};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What happens to commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The server gets it; its answer is swallowed with the connection.
    AnswerLost,
    /// The server never gets it.
    CommitLost,
    /// The answer is swallowed, and nobody is let through any more.
    AnswerLostForGood,
}

/// Lets everything through but so many commits; says where it listens.
fn between(server: &Server, fault: Fault, times: usize) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = server.path(".s.PGSQL.5432");
    let left = Arc::new(AtomicUsize::new(times));
    let shared = Arc::clone(&left);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            if fault == Fault::AnswerLostForGood && shared.load(Ordering::SeqCst) == 0 {
                return;
            }
            let Ok(server) = UnixStream::connect(&socket) else { return };
            let left = Arc::clone(&shared);
            std::thread::spawn(move || carry(&client, &server, fault, &left));
        }
    });
    (port, left)
}

/// Carries what both say, until one of them ends or a commit comes by that is to be lost.
fn carry(client: &TcpStream, server: &UnixStream, fault: Fault, left: &AtomicUsize) {
    let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let swallows = Arc::new(AtomicBool::new(false));
    let swallowing = Arc::clone(&swallows);
    let back = std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = from_server.read(&mut bytes) {
            if swallowing.load(Ordering::SeqCst) || to_client.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let (mut from_client, mut to_server) = (client, server);
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = from_client.read(&mut bytes) {
        let is_commit = bytes[..count].windows(7).any(|part| part == b"COMMIT\0");
        let lost =
            is_commit && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        if lost {
            swallows.store(true, Ordering::SeqCst);
            if fault == Fault::CommitLost {
                break;
            }
        }
        if to_server.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = client.shutdown(Shutdown::Both);
    let _ = back.join();
}

fn ledger(port: u16) -> PostgresLedger {
    let url = format!("postgresql://postgres@127.0.0.1:{port}/postgres");
    PostgresLedger::open(&super::server::open(&url, "gallerist")).unwrap()
}

#[test]
fn a_commit_whose_answer_was_lost_is_found_and_one_that_was_lost_is_made_again() {
    for fault in [Fault::AnswerLost, Fault::CommitLost] {
        let server = Server::start();
        PostgresLedger::open(&server.database("gallerist")).unwrap();
        let (port, left) = between(&server, fault, 2);
        let mut ledger = ledger(port);
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
        ledger.append(&scope(), hour(0), &key("crm"), &not_sent("second")).unwrap();
        assert_eq!(left.load(Ordering::SeqCst), 0, "{fault:?}: both commits met the fault");
        let events = PostgresView::open(&server.database("gallerist")).unwrap().events(&scope()).unwrap();
        assert_eq!(words(&events), ["first", "second"], "{fault:?}");
    }
}

#[test]
fn a_whole_ledger_and_new_tables_survive_lost_answers_too() {
    let server = Server::start();
    // The first commit makes the tables, the second one fills them.
    let (port, left) = between(&server, Fault::AnswerLost, 2);
    let mut ledger = ledger(port);
    let events = super::events::hourly((0..3).map(|word| not_sent(&word.to_string())).collect());
    ledger.fill(&scope(), &events).unwrap();
    assert_eq!(left.load(Ordering::SeqCst), 0);
    assert_eq!(ledger.events(&scope()).unwrap(), events);
    assert_eq!(ledger.fill(&scope(), &events), Err(LedgerError::NotEmpty { entries: 3 }));
}

#[test]
fn what_cannot_be_looked_for_is_said_to_be_not_known() {
    let server = Server::start();
    PostgresLedger::open(&server.database("gallerist")).unwrap();
    let (port, _) = between(&server, Fault::AnswerLostForGood, 1);
    let mut ledger = ledger(port);
    let error = ledger.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap_err();
    let LedgerError::Remote { what, remedy, .. } = &error else { panic!("{error}") };
    assert!(what.contains("whether it arrived") && what.contains("is not known"), "{error}");
    assert!(remedy.contains("it looks first"), "{error}");
}
