//! Runs: what is sent, recorded and said, whatever breaks.

mod contended;
pub(crate) mod desk;
mod faults;
mod limits;
pub(crate) mod planner;
mod real;
mod runners;
mod runs;
mod stopping;
pub(crate) mod world;

use crate::ledger::{hour, key, scope};
use desk::Desk;
use gallerist::ledger::{EventKind, Ledger, LedgerView};
use gallerist::model::Product;
use gallerist::reconcile::{Account, Outcome};
use gallerist::submission::{OperationId, Submission, Verdict};
use jiff::Timestamp;
use world::{Market, World};

impl Market for Desk {
    fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    fn approve_all(&mut self) {
        self.decide(None, &Verdict::Approved);
    }

    fn arrived(&self) -> Vec<Submission> {
        self.arrived.clone()
    }
}

/// A desk that sells these products, and a ledger that knows their ids.
pub(crate) fn world(sold: Vec<Product>) -> World<Desk> {
    let mut world = World::new(Desk::new(hour(0)), hour(0));
    for product in sold {
        let applied = EventKind::Applied { product: product.clone(), commit: None };
        let key = product.key.clone();
        let bound = EventKind::Bound { binding: world.market.sell(product) };
        world.ledger.append(&scope(), hour(0), &key, &bound).unwrap();
        world.ledger.append(&scope(), hour(0), &key, &applied).unwrap();
    }
    world
}

/// All operations that arrived, in order.
pub(crate) fn operations(arrived: &[Submission]) -> Vec<OperationId> {
    let target = scope().target;
    let of = |submission: &Submission| {
        let ids = submission.operations.iter().map(|operation| operation.id(&target, &submission.product));
        ids.collect::<Vec<_>>()
    };
    arrived.iter().flat_map(of).collect()
}

pub(crate) fn outcome<'a>(account: &'a Account, product: &str) -> &'a Outcome {
    &account.products.iter().find(|found| found.key == key(product)).unwrap().outcome
}

pub(crate) fn events(world: &World<Desk>, product: &str) -> Vec<EventKind> {
    let all = world.ledger.events(&scope()).unwrap();
    all.into_iter().filter(|event| event.product == key(product)).map(|event| event.kind).collect()
}
