//! The sandbox's file and driver: durable, shared, replayed.

use super::sandbox_account::*;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::drivers::SandboxDriver;
use gallerist::marketplace::{MarketplaceError, Observe, Submit, SubmitOutcome};
use gallerist::model::ProductField;
use gallerist::released::resolve;
use gallerist::sandbox::{Answer, Judge, Policy, Request, Seeded, State, Store, StoreError};
use gallerist::submission::{ApplicationId, Review, Submission, Verdict};
use std::collections::BTreeMap;

fn file() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("sandbox.db")).unwrap();
    (folder, path)
}

fn judge() -> Judge {
    Judge::new(site())
}

fn ask(store: &mut Store, request: &Request) -> Answer {
    store.handle(&judge(), request, start()).unwrap()
}

fn submit(submission: Submission) -> Request {
    Request::Submit { submission: Box::new(submission), references: BTreeMap::new(), fence: None }
}

/// A life with every kind of fact in it.
fn requests() -> Vec<Request> {
    let mut account = Account::new(judge());
    let mut requests = Vec::new();
    let mut ask = |account: &mut Account, request: Request| {
        let answer = account.ask(&request);
        requests.push(request);
        answer
    };
    ask(&mut account, Request::Seed(vec![Seeded::on_sale(crm()), Seeded::on_sale(license())]));
    let release = account.release(meter());
    ask(&mut account, submit(release));
    ask(&mut account, Request::Review(Policy::ApproveAll));
    let refused = account.modify("crm", vec![field(ProductField::Credential, text("x"))]);
    ask(&mut account, submit(refused));
    let removal = account.removal("crm", vec![remove_sku("team", sku(&[("edition", "pro")]))]);
    ask(&mut account, submit(removal));
    ask(
        &mut account,
        Request::Reject { application: ApplicationId("KG0000000002".into()), reason: "no".into() },
    );
    let modify = account.modify("key", vec![field(ProductField::Name, text("云商店 \"quoted\"\n"))]);
    ask(&mut account, submit(modify));
    let kind = gallerist::submission::SubmissionKind::Modify;
    let operations = vec![field(ProductField::Name, text("Hers"))];
    let draft = Request::SaveForeignDraft { by: "Mei".into(), product: key("meter"), kind, operations };
    ask(&mut account, draft);
    let health = gallerist::sandbox::Health::Timeout;
    ask(&mut account, Request::SetInterfaceHealth { product: key("meter"), health });
    ask(&mut account, Request::AdvanceClock { seconds: 4 * 24 * 3600, policy: Policy::ApproveAll });
    ask(&mut account, Request::Freeze { product: key("crm"), frozen: true });
    requests
}

fn dump(path: &Utf8Path) -> Vec<(i64, String, String, String, String)> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut query = connection.prepare("select * from events order by sequence").unwrap();
    let rows =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_reopened_file_holds_the_same_state() {
    let (_folder, path) = file();
    let mut account = Account::new(judge());
    let mut store = Store::open(&path).unwrap();
    for request in requests() {
        assert_eq!(ask(&mut store, &request), account.ask(&request));
    }
    assert!(account.events.len() >= 10 && !account.state.applications.is_empty());
    assert_eq!(store.state().unwrap(), &account.state);
    drop(store);
    let mut reopened = Store::open(&path).unwrap();
    assert_eq!(reopened.state().unwrap(), &account.state);
    assert_eq!(reopened.history().unwrap(), account.events);
    assert_eq!(State::replay(&reopened.history().unwrap()), account.state);
}

#[test]
fn the_same_requests_give_the_same_bytes() {
    let ((_first, first), (_second, second)) = (file(), file());
    for path in [&first, &second] {
        for request in requests() {
            // Opened anew each time: what is in memory makes no difference.
            ask(&mut Store::open(path).unwrap(), &request);
        }
    }
    assert_eq!(dump(&first), dump(&second));
    assert!(!dump(&first).is_empty());
}

#[test]
fn reading_writes_nothing() {
    let (_folder, path) = file();
    let mut store = Store::open(&path).unwrap();
    ask(&mut store, &Request::Seed(vec![Seeded::on_sale(crm())]));
    let before = dump(&path);
    ask(&mut store, &Request::Observe);
    ask(&mut store, &Request::Reviews(Vec::new()));
    assert_eq!(dump(&path), before);
}

#[test]
fn two_at_once_lose_nothing() {
    let (_folder, path) = file();
    let workers: Vec<_> = (0..2)
        .map(|worker| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut store = Store::open(&path).unwrap();
                for number in 0..10 {
                    let mut product = license();
                    product.key = key(&format!("key-{worker}-{number}"));
                    let release = Account::new(judge()).release(product);
                    assert!(matches!(ask(&mut store, &submit(release)), Answer::Accepted(_)));
                }
            })
        })
        .collect();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.state().unwrap().applications.len(), 20, "each with an id of its own");
    assert_eq!(dump(&path).len(), 20);
}

#[test]
fn a_request_that_fails_half_way_did_not_happen() {
    let (_folder, path) = file();
    let mut store = Store::open(&path).unwrap();
    ask(&mut store, &Request::Seed(vec![Seeded::on_sale(crm())]));
    let before = store.state().unwrap().clone();
    let saboteur = rusqlite::Connection::open(&path).unwrap();
    saboteur
        .execute_batch(
            "create trigger full before insert on events when new.sequence = 3 begin select raise(abort, 'full'); end",
        )
        .unwrap();
    let two = Request::Seed(vec![Seeded::on_sale(license()), Seeded::on_sale(meter())]);
    assert!(matches!(store.handle(&judge(), &two, start()), Err(StoreError::Sqlite(_))));
    assert_eq!(store.state().unwrap(), &before);
    assert_eq!(Store::open(&path).unwrap().state().unwrap(), &before);
    saboteur.execute_batch("drop trigger full").unwrap();
    assert!(matches!(ask(&mut store, &two), Answer::Seeded(_)));
    assert_eq!(store.state().unwrap().products.len(), 3);
}

#[test]
fn events_are_never_changed() {
    let (_folder, path) = file();
    ask(&mut Store::open(&path).unwrap(), &Request::Seed(vec![Seeded::on_sale(crm())]));
    let connection = rusqlite::Connection::open(&path).unwrap();
    assert!(connection.execute("update events set by = 'nobody'", []).is_err());
    assert!(connection.execute("delete from events", []).is_err());
}

#[test]
fn other_files_are_refused() {
    let (_folder, path) = file();
    drop(Store::open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(Store::open(&path).unwrap_err(), StoreError::NewerFormat { found: 99 });
    let (_folder, path) = file();
    rusqlite::Connection::open(&path).unwrap().execute_batch("create table t (x)").unwrap();
    assert_eq!(Store::open(&path).unwrap_err(), StoreError::Foreign);
    let (_folder, path) = file();
    std::fs::write(
        &path,
        "this is not a database at all, but it is long enough to be looked at as one\n".repeat(20),
    )
    .unwrap();
    assert_eq!(Store::open(&path).unwrap_err(), StoreError::Foreign);
}

#[test]
fn a_damaged_event_is_named() {
    let (_folder, path) = file();
    drop(Store::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute("insert into events values (1, '2026-03-02T09:00:00Z', 'x', 'y', '[{\"nothing\":{}}]')", [])
        .unwrap();
    let error = Store::open(&path).unwrap().state().unwrap_err();
    assert!(matches!(&error, StoreError::Event { sequence: 1, .. }), "{error}");
}

#[test]
fn an_emptied_account_is_empty_for_everybody() {
    let (_folder, path) = file();
    let (mut one, mut other) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    ask(&mut one, &Request::Seed(vec![Seeded::on_sale(crm())]));
    assert_eq!(other.state().unwrap().products.len(), 1);
    ask(&mut one, &Request::Reset);
    assert_eq!(other.state().unwrap(), &State::default());
    assert_eq!(other.history().unwrap().len(), 2);
}

#[test]
fn the_driver_carries_a_submission_to_its_verdict() {
    let mut driver = SandboxDriver::in_memory(judge(), Box::new(start)).unwrap();
    let submission = Account::new(judge()).release(license());
    let outcome = driver.submit(&submission, None);
    let SubmitOutcome::Accepted(application) = outcome else { panic!("{outcome:?}") };
    assert_eq!(driver.submit(&submission, None), SubmitOutcome::Accepted(application));
    assert!(driver.observe().unwrap().products.is_empty());
    driver.ask(&Request::AdvanceClock { seconds: 3 * 24 * 3600, policy: Policy::ApproveAll }).unwrap();
    assert_eq!(driver.now().unwrap().duration_since(start()).as_hours(), 72);
    let reports =
        driver.reviews(&[submission.id.clone(), gallerist::submission::SubmissionId("s-x".into())]).unwrap();
    assert_eq!(reports.len(), 1, "what was never seen is missing");
    assert_eq!(reports[0].review, Review::Ended(Verdict::Approved));
    let binding = reports[0].binding.clone().unwrap();
    let mut bindings = gallerist::released::Bindings::default();
    bindings.products.insert(key("key"), binding);
    let released = resolve(&driver.observe().unwrap(), &bindings);
    let product = &released.products[&key("key")].product;
    assert_eq!(product.specifications[&key("seat")].prices, license().specifications[&key("seat")].prices);
    assert!(released.unbound.is_empty() && released.products[&key("key")].unbound.is_empty());
    let withdrawn = driver.withdraw(&key("key"), &submission.id);
    assert!(matches!(withdrawn, Err(MarketplaceError::Refused(_))), "{withdrawn:?}");
}

#[test]
fn the_driver_names_moved_keys_by_their_sku_codes() {
    let mut driver = SandboxDriver::in_memory(judge(), Box::new(start)).unwrap();
    let Answer::Seeded(mut bindings) = driver.ask(&Request::Seed(vec![Seeded::on_sale(crm())])).unwrap()
    else {
        panic!("not seeded")
    };
    let specifications = &mut bindings.products.get_mut("crm").unwrap().specifications;
    let starter = specifications.remove("starter").unwrap();
    specifications.insert(key("beginner"), starter);
    let mut account = Account::new(judge());
    account.seed(crm());
    let mut submission = account.modify("crm", vec![]);
    let moved = specification_field("beginner", gallerist::model::SpecificationField::Name, text("Beginner"));
    submission.operations = vec![gallerist::submission::Operation { from: text("Starter"), ..moved }];
    assert!(matches!(driver.submit(&submission, None), SubmitOutcome::Refused(_)));
    driver.set_bindings(bindings);
    assert!(matches!(driver.submit(&submission, None), SubmitOutcome::Accepted(_)));
}

#[test]
fn the_history_of_a_product_is_its_own_and_begins_anew_with_the_account() {
    let (_folder, path) = file();
    let mut store = Store::open(&path).unwrap();
    ask(&mut store, &Request::Seed(vec![Seeded::on_sale(crm()), Seeded::on_sale(license())]));
    for frozen in [true, false] {
        ask(&mut store, &Request::Freeze { product: key("crm"), frozen });
    }
    let told = |store: &Store, product: &str, before, count| {
        let events = store.history_of(&key(product), before, count).unwrap();
        events.into_iter().map(|(number, event)| (number, event.text)).collect::<Vec<_>>()
    };
    let all = told(&store, "crm", None, 9);
    assert_eq!(all.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [4, 3, 1]);
    assert_eq!(all[0].1, "Lifted the freeze of crm.");
    assert_eq!(told(&store, "crm", None, 1), all[..1]);
    assert_eq!(told(&store, "crm", Some(4), 9), all[1..]);
    assert_eq!(told(&store, "key", None, 9).len(), 1);
    assert_eq!(told(&store, "nobody", None, 9), []);
    ask(&mut store, &Request::Reset);
    assert_eq!(told(&store, "crm", None, 9), []);
    ask(&mut store, &Request::Seed(vec![Seeded::on_sale(crm())]));
    assert_eq!(told(&store, "crm", None, 9).len(), 1);
}
