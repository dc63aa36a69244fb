//! What one run does and says.

use super::planner::{Wanted, product};
use super::world::World;
use super::{Desk, events, outcome, world};
use crate::ledger::{application, hour, key, scope};
use gallerist::ledger::{EventKind, Ledger};
use gallerist::reconcile::{Account, Outcome, WaitingFor};
use gallerist::released::{ApplicationState, ObservedApplication};
use gallerist::submission::{Refusal, SubmissionKind, Verdict};
use jiff::{SignedDuration, Timestamp};

fn run(world: &mut World<Desk>, wanted: &Wanted) -> Account {
    world.run(&|released, records, now| wanted.plan(released, records, now))
}

fn crm(version: &str) -> Wanted {
    Wanted::of(vec![product("crm", version, &["a"])])
}

fn selling_crm() -> World<Desk> {
    world(vec![product("crm", "V1", &["a"])])
}

fn rejected(reason: Option<&str>) -> Verdict {
    Verdict::Rejected { reason: reason.map(str::to_owned) }
}

fn foreign(product: &str, state: ApplicationState, at: Timestamp) -> ObservedApplication {
    ObservedApplication {
        application: application("theirs"),
        submission: None,
        product_id: Some(format!("p-{product}")),
        product_name: product.into(),
        kind: SubmissionKind::Modify,
        state,
        submitted_at: at,
    }
}

#[test]
fn intent_is_recorded_before_anything_is_sent() {
    let mut world = selling_crm();
    run(&mut world, &crm("V2"));
    let sent = world.market.arrived[0].clone();
    let recorded = &events(&world, "crm")[2..];
    assert!(matches!(&recorded[0], EventKind::Prepared { submission, .. } if *submission == sent));
    assert_eq!(recorded[1..], [EventKind::Accepted { submission: sent.id, application: application("a-1") }]);
}

#[test]
fn a_second_run_waits_for_the_reviewer() {
    let mut world = selling_crm();
    run(&mut world, &crm("V2"));
    world.pass(SignedDuration::from_hours(30));
    let account = run(&mut world, &crm("V2"));
    let Outcome::Waiting { whom: WaitingFor::Reviewer, since, expected_by, .. } = outcome(&account, "crm")
    else {
        panic!("{account:?}")
    };
    assert_eq!((*since, expected_by.is_some()), (Some(hour(0)), true));
    assert_eq!(world.market.arrived.len(), 1);
    assert_eq!(events(&world, "crm").len(), 4, "observations are not recorded");
}

#[test]
fn bindings_are_recorded_before_the_verdict() {
    let mut world = world(vec![]);
    run(&mut world, &crm("V1"));
    world.market.decide(None, &Verdict::Approved);
    let account = run(&mut world, &crm("V1"));
    assert_eq!(account.products[0].verdicts.len(), 1);
    let recorded = &events(&world, "crm")[2..];
    assert!(matches!(recorded, [EventKind::Bound { .. }, EventKind::Ended { .. }]), "{recorded:?}");
    assert_eq!(outcome(&account, "crm"), &Outcome::Nothing);
}

#[test]
fn a_release_whose_ids_stay_unknown_is_not_released_again() {
    let mut world = world(vec![]);
    world.market.tells_bindings = false;
    run(&mut world, &crm("V1"));
    world.market.decide(None, &Verdict::Approved);
    let account = run(&mut world, &crm("V1"));
    assert!(matches!(outcome(&account, "crm"), Outcome::Blocked { .. }), "{account:?}");
    assert_eq!(world.market.arrived.len(), 1);
}

#[test]
fn a_rejection_is_told_and_not_repeated_until_somebody_says_so() {
    for reason in [Some("the logo is blurred"), None] {
        let mut world = selling_crm();
        run(&mut world, &crm("V2"));
        world.market.decide(None, &rejected(reason));
        for _ in 0..2 {
            let account = run(&mut world, &crm("V2"));
            let id = world.market.arrived[0].id.clone();
            let told = Outcome::Rejected { reason: reason.map(str::to_owned), submission: Some(id) };
            assert_eq!(outcome(&account, "crm"), &told);
        }
        let operations = super::operations(&world.market.arrived);
        let retried = EventKind::Retried { operations, by: "ann".into() };
        world.ledger.append(&scope(), hour(1), &key("crm"), &retried).unwrap();
        run(&mut world, &crm("V2"));
        let attempts: Vec<u32> = world.market.arrived.iter().map(|sent| sent.attempt).collect();
        assert_eq!(attempts, [1, 2]);
    }
}

#[test]
fn a_rejection_is_closed_once_when_it_no_longer_matters() {
    let mut world = selling_crm();
    run(&mut world, &crm("V2"));
    world.market.decide(None, &rejected(None));
    run(&mut world, &crm("V2"));
    for _ in 0..2 {
        assert_eq!(outcome(&run(&mut world, &crm("V1")), "crm"), &Outcome::Nothing);
    }
    let all = events(&world, "crm");
    assert_eq!(all.iter().filter(|kind| matches!(kind, EventKind::ClosedAsMoot { .. })).count(), 1);
    run(&mut world, &crm("V2"));
    assert_eq!(world.market.arrived.len(), 2, "wanted anew, it is a new attempt");
}

#[test]
fn a_refusal_stops_its_product_only() {
    let mut world = world(vec![product("crm", "V1", &["a"]), product("erp", "V1", &["a"])]);
    let refusal = Refusal { rules: vec![25], text: "supervision is frozen".into(), technical: false };
    world.market.refusals.push((key("crm"), refusal.clone()));
    let wanted = Wanted::of(vec![product("crm", "V2", &["a"]), product("erp", "V2", &["a"])]);
    let account = run(&mut world, &wanted);
    assert_eq!(outcome(&account, "crm"), &Outcome::Refused(refusal));
    assert!(matches!(outcome(&account, "erp"), Outcome::Submitted { .. }));
    assert_eq!(account.stopped, None);
    run(&mut world, &wanted);
    assert_eq!(world.market.arrived.len(), 1, "the same content would be refused again");
    let mut changed = wanted;
    changed.products.insert(key("crm"), product("crm", "V3", &["a"]));
    run(&mut world, &changed);
    assert_eq!(world.market.arrived.len(), 2);
}

#[test]
fn somebody_elses_draft_or_application_holds_the_product() {
    for state in [ApplicationState::Draft, ApplicationState::Pending] {
        let mut world = world(vec![product("crm", "V1", &["a"]), product("erp", "V1", &["a"])]);
        world.market.foreign.push(foreign("crm", state, hour(0)));
        let wanted = Wanted::of(vec![product("crm", "V2", &["a"]), product("erp", "V2", &["a"])]);
        let account = run(&mut world, &wanted);
        assert!(matches!(outcome(&account, "crm"), Outcome::Blocked { .. }), "{account:?}");
        assert!(matches!(outcome(&account, "erp"), Outcome::Submitted { .. }), "{account:?}");
        world.market.foreign[0].state = ApplicationState::Withdrawn;
        assert!(matches!(outcome(&run(&mut world, &wanted), "crm"), Outcome::Submitted { .. }));
    }
}

#[test]
fn what_is_taken_back_is_looked_at_again_before_the_next_submission() {
    let mut world = selling_crm();
    run(&mut world, &crm("V2"));
    let mut wanted = crm("V3");
    wanted.unwanted.insert(key("crm"));
    let account = run(&mut world, &wanted);
    assert!(account.products[0].withdrawn);
    assert!(matches!(outcome(&account, "crm"), Outcome::Submitted { .. }), "{account:?}");
    let ends = events(&world, "crm");
    assert!(ends.iter().any(|kind| matches!(kind, EventKind::Ended { verdict: Verdict::Withdrawn, .. })));
    assert_eq!(world.market.pending().len(), 1);

    world.market.withdraws = false;
    let mut again = Wanted::of(vec![product("chat", "V1", &["a"]), product("crm", "V4", &["a"])]);
    again.unwanted.insert(key("crm"));
    let account = run(&mut world, &again);
    assert!(matches!(outcome(&account, "crm"), Outcome::NotDone { why } if why.contains("withdrawn")));
    assert!(matches!(outcome(&account, "chat"), Outcome::Submitted { .. }), "the others go on");
}

#[test]
fn at_most_nine_a_day_corrections_first_then_the_longest_waiting() {
    let names: Vec<String> = (1..=12).map(|number| format!("p{number:02}")).collect();
    let mut sold: Vec<_> = names.iter().map(|name| product(name, "V1", &["a"])).collect();
    sold.push(product("zeta", "V1", &["a"]));
    let mut world = world(sold);
    let zeta = Wanted::of(vec![product("zeta", "V2", &["a"])]);
    run(&mut world, &zeta);
    world.market.decide(None, &rejected(None));
    run(&mut world, &zeta);
    world.pass(SignedDuration::from_hours(24));
    world.market.foreign.push(foreign("other", ApplicationState::Approved, world.now));
    world.market.foreign.push(foreign("other", ApplicationState::Draft, world.now));
    let note = EventKind::Retried { operations: vec![], by: "ann".into() };
    world.ledger.append(&scope(), hour(20), &key("p01"), &note).unwrap();

    let mut wanted = Wanted::of(names.iter().map(|name| product(name, "V2", &["a"])).collect());
    wanted.products.insert(key("zeta"), product("zeta", "V3", &["a"]));
    // A correction whose hold was already lifted shows by its attempt alone; this one shows by its hold.
    let account = run(&mut world, &wanted);
    let sent: Vec<&str> = world.market.arrived.iter().skip(1).map(|sent| sent.product.as_str()).collect();
    assert_eq!(
        sent,
        ["p02", "p03", "p04", "p05", "p06", "p07", "p08", "zeta"],
        "eight, and one of somebody else"
    );
    let Outcome::Waiting { whom: WaitingFor::Tomorrow, expected_by, .. } = outcome(&account, "p01") else {
        panic!("{account:?}")
    };
    assert_eq!(*expected_by, Some("2026-03-04".parse().unwrap()));

    // 16:00 UTC is midnight in Singapore.
    world.pass(SignedDuration::from_hours(15));
    run(&mut world, &wanted);
    assert_eq!(world.market.arrived.len(), 9, "the same day still");
    world.pass(SignedDuration::from_hours(1));
    run(&mut world, &wanted);
    assert_eq!(world.market.arrived.len(), 9 + 5, "the rest");
}

#[test]
fn a_run_of_an_older_commit_leaves_newer_products_alone() {
    let mut world = world(vec![product("crm", "V1", &["a"]), product("erp", "V1", &["a"])]);
    let mut newer = crm("V3");
    newer.commit = Some("newer".into());
    run(&mut world, &newer);
    world.market.decide(None, &Verdict::Approved);
    let mut older = Wanted::of(vec![product("crm", "V2", &["a"]), product("erp", "V2", &["a"])]);
    older.commit = Some("older".into());
    let is_ancestor = |first: &str, second: &str| (first, second) == ("older", "newer");
    let account =
        world.run_at_commit(&|released, records, now| older.plan(released, records, now), &is_ancestor);
    let outdated = Outcome::Outdated { commit: "older".into(), applied: "newer".into() };
    assert_eq!(outcome(&account, "crm"), &outdated);
    assert!(matches!(outcome(&account, "erp"), Outcome::Submitted { .. }));
}

#[test]
fn a_run_may_be_limited_to_some_products() {
    let mut world = world(vec![product("crm", "V1", &["a"]), product("erp", "V1", &["a"])]);
    world.limit.products = Some([key("erp")].into());
    let wanted = Wanted::of(vec![product("crm", "V2", &["a"]), product("erp", "V2", &["a"])]);
    let account = run(&mut world, &wanted);
    assert_eq!(account.products.iter().map(|found| found.key.as_str()).collect::<Vec<_>>(), ["erp"]);
    assert_eq!(world.market.arrived.len(), 1);
}
