//! A run that is asked to stop begins nothing new, gives back what it holds, and tells the truth about the rest.

use super::limits::two;
use super::world::World;
use super::{Desk, outcome};
use crate::ledger::{key, scope};
use gallerist::ledger::{Ledger, Records};
use gallerist::marketplace::Observe;
use gallerist::plan::Plan;
use gallerist::reconcile::{Account, Limit, Outcome, Run, reconcile_until};
use gallerist::released::Released;
use jiff::{SignedDuration, Timestamp};
use std::cell::Cell;

/// One run that is asked to stop after so many effects, and how many there were.
fn stopped_after(
    world: &mut World<Desk>,
    planner: &dyn Fn(&Released, &Records, Timestamp) -> Plan,
    most: usize,
) -> (Account, usize) {
    let limit = Limit::default();
    let (scope, site) = (scope(), world.site.clone());
    let capabilities = world.market.capabilities();
    let run = Run {
        scope: &scope,
        site: &site,
        id: "stopped",
        capabilities,
        limit: &limit,
        planner,
        is_frozen: &|_| None,
        is_ancestor: &|_, _| false,
    };
    let (asked, now) = (Cell::new(0_usize), world.now);
    let is_over = || {
        asked.set(asked.get() + 1);
        asked.get() > most
    };
    let account = reconcile_until(run, &mut world.ledger, &mut world.market, &mut || now, &is_over);
    (account, asked.get())
}

#[test]
fn a_run_that_is_asked_to_stop_begins_nothing_new_and_holds_nothing() {
    let (begin, wanted) = two();
    let planner =
        |released: &Released, records: &Records, now: Timestamp| wanted.plan(released, records, now);
    let (_, effects) = stopped_after(&mut begin.clone(), &planner, usize::MAX);
    let mut seen = [false; 3];
    for most in 0..=effects {
        let mut world = begin.clone();
        let (account, _) = stopped_after(&mut world, &planner, most);
        let sent = world.market.arrived.len();
        seen[sent] = true;
        assert!(sent == 2 || account.stopped.is_some(), "{most}: {account:?}");
        for product in ["crm", "erp"] {
            let arrived = world.market.arrived.iter().any(|found| found.product == key(product));
            let told = account
                .products
                .iter()
                .any(|found| found.key == key(product) && matches!(found.outcome, Outcome::Submitted { .. }));
            assert_eq!(arrived, told, "{most}: {product} is told as it is");
            let until = world.now + SignedDuration::from_mins(1);
            let free = world.ledger.lease(&scope(), &key(product), "another", world.now, until);
            assert_eq!(free, Ok(()), "{most}: {product} was given back");
            world.ledger.release(&scope(), &key(product), "another").unwrap();
        }
        let account = world.run(&planner);
        assert_eq!(account.stopped, None);
        assert_eq!(world.market.arrived.len(), 2, "{most}: the next run does the rest, and nothing twice");
        let _ = outcome(&account, "crm");
    }
    assert_eq!(seen, [true; 3], "runs were stopped before, between and after the products");
}
