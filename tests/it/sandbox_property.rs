//! Whatever is asked of the sandbox, its promises hold.

use super::arbitrary_state;
use super::sandbox_account::*;
use gallerist::model::{BillingMode, ProductField, SpecificationField, Value};
use gallerist::released::ProductStatus;
use gallerist::sandbox::{Answer, Health, Judge, Policy, Request, Seeded, Standing, State, Store};
use gallerist::submission::{Submission, SubmissionKind};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

/// What somebody does next; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Act {
    Rename(&'static str, u8),
    Reprice(&'static str, u8),
    Add(&'static str, u8),
    Remove(&'static str, u8),
    RemoveSku,
    Retire(&'static str),
    Release(&'static str),
    Hostile(Box<Submission>),
    Desk(Policy),
    Approve(u8),
    Reject(u8),
    Discard(u8),
    Withdraw(u8),
    Draft(&'static str),
    SubmitDraft(u8),
    Console(&'static str, u8),
    Health(&'static str, Health),
    Freeze(&'static str, bool),
    Advance(u32),
}

fn act() -> BoxedStrategy<Act> {
    let name = || select(vec!["crm", "key", "meter"]);
    let policy = prop_oneof![
        Just(Policy::ApproveAll),
        Just(Policy::RejectFirst),
        any::<u64>().prop_map(Policy::Scripted),
        Just(Policy::Manual)
    ];
    prop_oneof![
        1 => (name(), any::<u8>()).prop_map(|(name, n)| Act::Rename(name, n)),
        1 => (name(), any::<u8>()).prop_map(|(name, n)| Act::Reprice(name, n)),
        1 => (name(), 0_u8..3).prop_map(|(name, n)| Act::Add(name, n)),
        1 => (name(), any::<u8>()).prop_map(|(name, n)| Act::Remove(name, n)),
        1 => Just(Act::RemoveSku),
        1 => name().prop_map(Act::Retire),
        1 => name().prop_map(Act::Release),
        1 => arbitrary_state::submission().prop_map(|submission| Act::Hostile(Box::new(submission))),
        3 => policy.prop_map(Act::Desk),
        3 => any::<u8>().prop_map(Act::Approve),
        1 => any::<u8>().prop_map(Act::Reject),
        1 => any::<u8>().prop_map(Act::Discard),
        1 => any::<u8>().prop_map(Act::Withdraw),
        1 => name().prop_map(Act::Draft),
        1 => any::<u8>().prop_map(Act::SubmitDraft),
        1 => (name(), any::<u8>()).prop_map(|(name, n)| Act::Console(name, n)),
        1 => (name(), select(Health::ALL)).prop_map(|(name, health)| Act::Health(name, health)),
        1 => (name(), any::<bool>()).prop_map(|(name, frozen)| Act::Freeze(name, frozen)),
        1 => (0_u32..400_000).prop_map(Act::Advance),
    ]
    .boxed()
}

fn pick<T: Clone>(all: impl Iterator<Item = T>, number: u8) -> Option<T> {
    let all: Vec<T> = all.collect();
    all.get(usize::from(number).checked_rem(all.len())?).cloned()
}

/// The request an act comes to in this account, if there is anything it can be about.
fn request(account: &Account, act: &Act) -> Option<Request> {
    let submit = |submission| Request::Submit {
        submission: Box::new(submission),
        references: BTreeMap::new(),
        fence: None,
    };
    let row = |name: &str| account.state.product(None, &key(name));
    let application = |number| pick(account.state.applications.keys().cloned(), number);
    let rename = |n: u8| vec![field(ProductField::Name, text(&format!("Name {n}")))];
    Some(match act {
        Act::Rename(name, n) => submit(account.modify(name, rename(*n))),
        Act::Reprice(name, n) => {
            let (specification, held) = pick(row(name)?.specifications.iter(), *n)?;
            let cell = pick(held.prices.keys(), *n)?.clone();
            submit(account.modify(name, vec![price(specification.as_str(), cell, &n.to_string())]))
        }
        Act::Add(name, n) => {
            let mut new = simple(&format!("New {n}"), &[(BillingMode::Yearly, "5")]);
            new.fields.set(SpecificationField::Public, Some(Value::Flag(n % 2 == 0)));
            submit(account.modify(name, vec![add(new)]))
        }
        Act::Remove(name, n) => {
            let (specification, _) = pick(row(name)?.specifications.iter(), *n)?;
            submit(account.removal(name, vec![remove(specification.as_str())]))
        }
        Act::RemoveSku => {
            submit(account.removal("crm", vec![remove_sku("team", sku(&[("edition", "pro")]))]))
        }
        Act::Retire(name) => submit(account.removal(name, vec![retire()])),
        Act::Release(name) => {
            let all = [crm(), license(), meter()];
            submit(account.release(all.into_iter().find(|product| product.key.as_str() == *name)?))
        }
        Act::Hostile(submission) => {
            Request::Submit { submission: submission.clone(), references: BTreeMap::new(), fence: None }
        }
        Act::Desk(policy) => Request::Review(*policy),
        Act::Approve(n) => Request::Approve(application(*n)?),
        Act::Reject(n) => Request::Reject { application: application(*n)?, reason: "no".into() },
        Act::Discard(n) => Request::Discard(application(*n)?),
        Act::Withdraw(n) => {
            let held = &account.state.applications[&application(*n)?];
            Request::Withdraw(held.submission()?.id.clone())
        }
        Act::Draft(name) => Request::SaveForeignDraft {
            by: "Mei".into(),
            product: key(name),
            kind: SubmissionKind::Modify,
            operations: rename(99),
        },
        Act::SubmitDraft(n) => Request::SubmitForeign(application(*n)?),
        Act::Console(name, n) => Request::ConsoleEdit {
            by: "Mei".into(),
            product: key(name),
            operations: match pick(row(name)?.specifications.keys(), *n) {
                Some(specification) if n % 4 == 0 => vec![remove(specification.as_str())],
                Some(_) | None => rename(*n),
            },
        },
        Act::Health(name, health) => Request::SetInterfaceHealth { product: key(name), health: *health },
        Act::Freeze(name, frozen) => Request::Freeze { product: key(name), frozen: *frozen },
        Act::Advance(seconds) => Request::AdvanceClock { seconds: *seconds, policy: Policy::ApproveAll },
    })
}

/// Everything off the catalog: products, specifications, SKU codes.
fn gone(state: &State) -> BTreeSet<String> {
    let mut gone = BTreeSet::new();
    for row in state.products.values() {
        if row.status == ProductStatus::Discontinued {
            gone.insert(row.id.clone());
        }
        for (key, specification) in &row.specifications {
            if specification.discontinued {
                gone.insert(format!("{} {key}", row.id));
            }
            gone.extend(
                specification.skus.values().filter(|sku| sku.discontinued).map(|sku| sku.code.clone()),
            );
        }
    }
    gone
}

fn holds(before: &State, account: &Account, request: &Request, answer: &Answer) -> Result<(), TestCaseError> {
    let after = &account.state;
    prop_assert!(gone(before).is_subset(&gone(after)), "something came back from {request:?}");
    for (id, held) in &before.applications {
        let now = &after.applications[id];
        if matches!(held.standing, Standing::Approved | Standing::Discarded) {
            prop_assert_eq!(held, now);
        }
    }
    let read_only = matches!(request, Request::Submit { .. } | Request::Discard(_) | Request::Withdraw(_));
    let refused = matches!(answer, Answer::Refused(_));
    // With this site removals wait too: no submission changes the catalog.
    if read_only || refused {
        prop_assert_eq!(&before.products, &after.products);
    }
    for row in after.products.values().filter(|row| row.status != ProductStatus::Discontinued) {
        prop_assert!(row.live().next().is_some(), "{} sells nothing", row.id);
        for (_, held) in row.live() {
            prop_assert!(held.live_skus().next().is_some());
            prop_assert!(held.skus.values().all(|sku| !sku.code.is_empty()));
        }
    }
    let mut slots = BTreeSet::new();
    for application in after.pending() {
        prop_assert!(slots.insert((&application.product_id, &application.product)), "two in flight");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn promises_hold_whatever_is_asked(acts in proptest::collection::vec(act(), 1..40)) {
        let mut account = Account::new(Judge::new(site()));
        let mut store = Store::in_memory().unwrap();
        let seed = Request::Seed([crm(), license()].map(Seeded::on_sale).to_vec());
        account.ask(&seed);
        store.handle(&account.judge, &seed, start()).unwrap();
        for act in &acts {
            let Some(request) = request(&account, act) else { continue };
            let before = account.state.clone();
            let answer = account.ask(&request);
            holds(&before, &account, &request, &answer)?;
            prop_assert_eq!(store.handle(&account.judge, &request, start()).unwrap(), answer);
        }
        prop_assert_eq!(&State::replay(&account.events), &account.state);
        prop_assert_eq!(&store.history().unwrap(), &account.events);
        prop_assert_eq!(store.state().unwrap(), &account.state);
    }
}
