//! What a marketplace says that is not so.

use crate::ledger::key;
use crate::reconcile::desk::Desk;
use crate::reconcile::planner::{Wanted, product};
use crate::reconcile::world::World;
use crate::reconcile::{events, outcome, world};
use gallerist::ledger::EventKind;
use gallerist::reconcile::{Account, Outcome, WaitingFor};
use gallerist::released::{ProductBinding, SkuBinding, SpecificationBinding};
use gallerist::submission::{Refusal, Verdict};
use jiff::SignedDuration;
use std::collections::BTreeMap;

fn run(world: &mut World<Desk>, wanted: &Wanted) -> Account {
    world.run(&|released, records, now| wanted.plan(released, records, now))
}

fn crm(version: &str) -> Wanted {
    Wanted::of(vec![product("crm", version, &["a"])])
}

fn selling() -> World<Desk> {
    world(vec![product("crm", "V1", &["a"])])
}

#[test]
fn the_state_expected_after_a_withdrawal_never_comes() {
    let mut world = selling();
    run(&mut world, &crm("V2"));
    world.market.withdrawals_count = false;
    let mut wanted = crm("V3");
    wanted.unwanted.insert(key("crm"));
    for _ in 0..3 {
        let account = run(&mut world, &wanted);
        let Outcome::Waiting { whom: WaitingFor::Reviewer, what, .. } = outcome(&account, "crm") else {
            panic!("{account:?}")
        };
        assert_eq!(what, "the marketplace has not confirmed the withdrawal yet");
    }
    assert_eq!(world.market.arrived.len(), 1, "nothing is sent beside it");
    // The reviewer is faster in the end; what is wanted follows.
    world.market.decide(None, &Verdict::Approved);
    wanted.unwanted.clear();
    assert!(matches!(outcome(&run(&mut world, &wanted), "crm"), Outcome::Submitted { .. }));
}

#[test]
fn success_reported_before_the_commit_was_real_is_not_trusted_and_not_repeated() {
    let mut world = selling();
    assert!(matches!(outcome(&run(&mut world, &crm("V2")), "crm"), Outcome::Submitted { .. }));
    world.market.forget();
    for _ in 0..3 {
        world.pass(SignedDuration::from_hours(25));
        let account = run(&mut world, &crm("V2"));
        assert!(matches!(outcome(&account, "crm"), Outcome::Unknown { .. }), "{account:?}");
    }
    assert_eq!(world.market.arrived.len(), 1);
    assert_eq!(events(&world, "crm").len(), 4, "and nothing is concluded from it");
}

#[test]
fn an_error_after_the_data_was_already_changed_is_resolved_by_asking_under_the_same_id() {
    for technical in [true, false] {
        let mut world = selling();
        let refusal = Refusal { rules: vec![], text: "internal error".into(), technical };
        world.market.refuses_and_takes = Some(refusal);
        let account = run(&mut world, &crm("V2"));
        assert!(matches!(outcome(&account, "crm"), Outcome::Refused(_)), "{account:?}");
        let account = run(&mut world, &crm("V2"));
        let found = outcome(&account, "crm");
        assert!(matches!(found, Outcome::Waiting { whom: WaitingFor::Reviewer, .. }), "{account:?}");
        assert_eq!(world.market.arrived.len(), 1, "it was there all the time");
    }
}

#[test]
fn credentials_that_expire_while_waiting_conclude_nothing() {
    let mut world = selling();
    run(&mut world, &crm("V2"));
    world.market.decide(None, &Verdict::Rejected { reason: Some("no".into()) });
    let before = events(&world, "crm");
    world.market.is_closed = true;
    let account = run(&mut world, &crm("V2"));
    let told = "the marketplace does not let us in: the token has expired";
    assert_eq!(account.stopped.as_deref(), Some(told));
    assert_eq!(events(&world, "crm"), before);
    world.market.is_closed = false;
    assert!(matches!(outcome(&run(&mut world, &crm("V2")), "crm"), Outcome::Rejected { .. }));
}

fn told(product_id: &str, specifications: &[&str]) -> ProductBinding {
    let one = |name: &&str| {
        let sku = SkuBinding { sku_code: format!("sku-{name}"), offerings: BTreeMap::new() };
        let skus = BTreeMap::from([(gallerist::model::SkuKey::simple(), sku)]);
        (key(name), SpecificationBinding { skus })
    };
    ProductBinding { product_id: product_id.into(), specifications: specifications.iter().map(one).collect() }
}

fn bound(world: &World<Desk>, product: &str) -> Vec<ProductBinding> {
    let all = events(world, product).into_iter();
    all.filter_map(|kind| if let EventKind::Bound { binding } = kind { Some(binding) } else { None })
        .collect()
}

#[test]
fn ids_that_cannot_be_ours_are_not_bound() {
    for wrong in [told("", &["a"]), told("p-erp", &["a"])] {
        let mut world = world(vec![product("erp", "V1", &["a"])]);
        let wanted = Wanted::of(vec![product("crm", "V1", &["a"]), product("erp", "V1", &["a"])]);
        run(&mut world, &wanted);
        world.market.tells_instead = Some(wrong);
        world.market.decide(None, &Verdict::Approved);
        let account = run(&mut world, &wanted);
        assert_eq!(bound(&world, "crm"), []);
        assert!(matches!(outcome(&account, "crm"), Outcome::Blocked { .. }), "{account:?}");
        run(&mut world, &wanted);
        assert_eq!(world.market.arrived.len(), 1, "and it is not released again");
    }
}

#[test]
fn ids_of_what_nobody_asked_for_are_left_aside_and_missing_ones_stay_unknown() {
    let mut world = world(vec![]);
    let wanted = Wanted::of(vec![product("crm", "V1", &["a", "b"])]);
    run(&mut world, &wanted);
    world.market.tells_instead = Some(told("p-crm", &["a", "never-asked-for"]));
    world.market.decide(None, &Verdict::Approved);
    run(&mut world, &wanted);
    assert_eq!(bound(&world, "crm"), [told("p-crm", &["a"])]);
}

#[test]
fn an_id_that_changes_does_not_replace_the_one_we_know() {
    let mut world = selling();
    run(&mut world, &crm("V2"));
    world.market.tells_instead = Some(told("p-other", &["a"]));
    world.market.decide(None, &Verdict::Approved);
    run(&mut world, &crm("V2"));
    let known: Vec<String> = bound(&world, "crm").into_iter().map(|binding| binding.product_id).collect();
    assert_eq!(known, ["p-crm"]);
}
