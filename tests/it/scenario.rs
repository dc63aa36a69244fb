//! Stories of one seller, told with the real machine, planner, ledger and sandbox.

mod door;
mod ignored;
mod others;
mod races;
mod replacement;
mod retirement;
mod review;

use crate::model::{product, scope, site, specification};
use gallerist::config::{Guards, PreflightGate};
use gallerist::drivers::SandboxDriver;
use gallerist::ledger::{EventKind, Ledger, Records, fold};
use gallerist::marketplace::Observe;
use gallerist::model::{DeliveryMethod, Desired, Item, Key, ProductField, SpecificationField, Value};
use gallerist::plan::{CatalogInput, DesiredProduct, Elsewhere, Plan, ProductPlan, Standing, plan};
use gallerist::reconcile::{Account, Limit, Outcome, Run, reconcile};
use gallerist::released::{Released, resolve};
use gallerist::sandbox::{Answer, Application, Judge, Policy, Request, State};
use gallerist::stores::MemoryLedger;
use gallerist::submission::{ApplicationId, Operation, OperationId, OperationKind, SubmissionKind};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Definitions, and what a plan needs to know about the repository they stand in.
#[derive(Clone, Default)]
pub struct Definitions {
    pub products: BTreeMap<Key, Desired>,
    /// The commit they stand for.
    pub commit: Option<String>,
    /// All commits, oldest first.
    pub commits: Vec<String>,
    /// Whether guards are left unapproved.
    pub guarded: bool,
}

impl Definitions {
    pub fn is_ancestor(&self, earlier: &str, later: &str) -> bool {
        let at = |commit: &str| self.commits.iter().position(|known| known == commit);
        matches!((at(earlier), at(later)), (Some(earlier), Some(later)) if earlier < later)
    }

    /// The plan, with guarded operations approved. A lost ledger is nothing to approve without looking.
    pub fn plan(&self, released: &Released, records: &Records, now: Timestamp) -> Plan {
        let definitions = self
            .products
            .iter()
            .map(|(key, desired)| (key.clone(), DesiredProduct { desired: desired.clone(), path: None }));
        let definitions = definitions.collect();
        let histories: BTreeMap<_, _> =
            records.products.keys().map(|key| (key.clone(), records.history(key))).collect();
        let bound = records.bindings().products.into_keys().collect();
        let outdated = histories.iter().filter(|(_, history)| match (&self.commit, &history.commit) {
            (Some(commit), Some(applied)) => self.is_ancestor(commit, applied),
            _ => false,
        });
        let older_commit = outdated.map(|(key, _)| key.clone()).collect();
        let mut approvals: BTreeMap<Key, BTreeSet<OperationId>> = BTreeMap::new();
        loop {
            let made = plan(&CatalogInput {
                scope: &scope(),
                site: site(),
                guards: &Guards::default(),
                levels: &Default::default(),
                now,
                commit: self.commit.clone(),
                desired: &definitions,
                released,
                histories: &histories,
                approvals: &approvals,
                bound: &bound,
                older_commit: &older_commit,
                by_hand: false,
                halt: None,
                preflight: PreflightGate::default(),
                only: None,
                elsewhere: Elsewhere::default(),
            });
            let mut more = false;
            for found in made.products.iter().filter(|_| !self.guarded) {
                let guards = found.blocks.iter().filter(|block| block.finding.rule != "ledger-incomplete");
                for operation in guards.filter_map(|block| block.approval.clone()) {
                    more |= approvals.entry(found.key.clone()).or_default().insert(operation);
                }
            }
            if !more {
                return made;
            }
        }
    }
}

/// One seller: definitions, ledger, sandbox and clock.
pub struct Seller {
    pub definitions: Definitions,
    pub ledger: Box<dyn Ledger>,
    pub sandbox: SandboxDriver,
    clock: Arc<AtomicI64>,
    runs: u32,
}

impl Seller {
    pub fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(crate::model::now().as_second()));
        let shared = Arc::clone(&clock);
        let now = Box::new(move || Timestamp::from_second(shared.load(Ordering::SeqCst)).unwrap());
        Self {
            definitions: Definitions::default(),
            ledger: Box::new(MemoryLedger::default()),
            sandbox: SandboxDriver::in_memory(Judge::new(site().clone()), now).unwrap(),
            clock,
            runs: 0,
        }
    }

    /// A seller whose products were released with Gallerist.
    pub fn selling(products: impl IntoIterator<Item = Desired>) -> Self {
        let mut seller = Self::new();
        products.into_iter().for_each(|product| seller.edit(product));
        seller.run();
        seller.approve();
        seller
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::SeqCst);
    }

    pub fn day(&self) {
        self.pass(SignedDuration::from_hours(25));
    }

    pub fn ask(&self, request: &Request) -> Answer {
        self.sandbox.ask(request).unwrap()
    }

    /// Puts a definition in the place of the one with its key.
    pub fn edit(&mut self, desired: Desired) {
        self.definitions.products.insert(desired.product.key.clone(), desired);
    }

    pub fn next_run(&mut self) -> String {
        self.runs += 1;
        self.sandbox.set_bindings(self.records().bindings());
        format!("run-{}", self.runs)
    }

    /// One run of the real executor.
    pub fn run(&mut self) -> Account {
        let id = self.next_run();
        let definitions = self.definitions.clone();
        let now = self.now();
        let (ledger, sandbox) = (self.ledger.as_mut(), &mut self.sandbox);
        with_run(&definitions, &id, |run| reconcile(run, ledger, sandbox, &mut || now))
    }

    /// How a run ends for one product.
    pub fn run_for(&mut self, product: &str) -> Outcome {
        let account = self.run();
        assert_eq!(account.stopped, None);
        account.products.into_iter().find(|found| found.key.as_str() == product).unwrap().outcome
    }

    /// The reviewer approves all that waits, and the seller's next run hears of it.
    pub fn approve(&mut self) -> Account {
        self.ask(&Request::Review(Policy::ApproveAll));
        self.run()
    }

    /// The reviewer rejects all that waits, and the seller's next run hears of it.
    pub fn reject(&mut self, reason: &str) -> Account {
        for application in self.pending() {
            self.ask(&Request::Reject { application, reason: reason.to_owned() });
        }
        self.run()
    }

    /// Approves and runs until nothing is left to wait for.
    pub fn settle(&mut self) {
        for _ in 0..8 {
            self.run();
            self.ask(&Request::Review(Policy::ApproveAll));
            self.day();
        }
        self.run();
    }

    /// Somebody changes a value in the console.
    pub fn console_edit(&self, product: &str, kind: OperationKind, item: Item, to: Value) {
        let operations = vec![Operation { kind, item, from: None, to: Some(to), reason: None }];
        let product = crate::model::key(product);
        let edit = Request::ConsoleEdit { by: "somebody".into(), product, operations };
        assert_eq!(self.ask(&edit), Answer::Done);
    }

    pub fn records(&self) -> Records {
        fold(&scope(), &self.ledger.events(&scope()).unwrap(), self.now())
    }

    pub fn released(&self) -> Released {
        resolve(&self.sandbox.observe().unwrap(), &self.records().bindings())
    }

    pub fn plan(&self) -> Plan {
        self.definitions.plan(&self.released(), &self.records(), self.now())
    }

    /// The plan of one product.
    pub fn status(&self, product: &str) -> ProductPlan {
        self.plan().products.into_iter().find(|found| found.key.as_str() == product).unwrap()
    }

    pub fn standing(&self, product: &str) -> Standing {
        self.status(product).standing
    }

    /// The rows and applications of the marketplace.
    pub fn state(&self) -> State {
        State::replay(&self.sandbox.history().unwrap())
    }

    pub fn pending(&self) -> Vec<ApplicationId> {
        self.state().pending().map(|application| application.id.clone()).collect()
    }

    /// What arrived about a product, oldest first: which form, and what became of it.
    pub fn arrived(&self, product: &str) -> Vec<(SubmissionKind, &'static str)> {
        let state = self.state();
        let applications = state.applications.values().filter(|found| found.product.as_str() == product);
        applications.map(|found: &Application| (found.kind, found.standing.word())).collect()
    }

    /// Keys of the specifications on sale.
    pub fn sells(&self, product: &str) -> Vec<String> {
        let state = self.state();
        let row = state.product(None, &crate::model::key(product));
        row.into_iter().flat_map(|row| row.live()).map(|(key, _)| key.to_string()).collect()
    }

    pub fn record(&mut self, product: &str, kind: &EventKind) {
        let now = self.now();
        self.ledger.append(&scope(), now, &crate::model::key(product), kind).unwrap();
    }
}

/// A run over these definitions, for the executor of the caller's choice.
pub fn with_run<T>(definitions: &Definitions, id: &str, execute: impl FnOnce(Run<'_>) -> T) -> T {
    let (scope, limit) = (scope(), Limit::default());
    let planner = |released: &Released, records: &Records, now| definitions.plan(released, records, now);
    let is_ancestor = |earlier: &str, later: &str| definitions.is_ancestor(earlier, later);
    let capabilities = gallerist::marketplace::Capabilities {
        knows_submission_ids: true,
        checks_fences: true,
        ids_per_question: 2,
    };
    execute(Run {
        scope: &scope,
        site: site(),
        id,
        capabilities,
        limit: &limit,
        planner: &planner,
        is_frozen: &|_| None,
        is_ancestor: &is_ancestor,
    })
}

/// A product with these specifications, each at 100 a year.
pub fn offering(name: &str, delivery: DeliveryMethod, specifications: &[&str]) -> Desired {
    let specifications = specifications.iter().map(|name| specification(name, &[("yearly", "100")]));
    Desired::of(product(name, delivery, specifications.collect()))
}

pub fn named(mut desired: Desired, name: &str) -> Desired {
    desired.product.fields.set(ProductField::Name, Some(Value::Text(name.into())));
    desired
}

/// The same product with all prices set.
pub fn priced(mut desired: Desired, price: &str) -> Desired {
    for specification in desired.product.specifications.values_mut() {
        for found in specification.prices.iter_mut().flatten() {
            *found.1 = gallerist::model::Price::Flat(crate::model::amount(price));
        }
    }
    desired
}

pub fn name_of(item: &str) -> Item {
    Item::SpecificationField(crate::model::key(item), SpecificationField::Name)
}

#[test]
fn a_product_is_released_edited_and_in_sync() {
    let mut seller = Seller::new();
    seller.edit(offering("desk", DeliveryMethod::License, &["basic"]));
    assert_eq!(seller.standing("desk"), Standing::ToSubmit);
    assert!(matches!(seller.run_for("desk"), Outcome::Submitted { .. }));
    assert_eq!(seller.standing("desk"), Standing::InReview);
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    seller.edit(named(offering("desk", DeliveryMethod::License, &["basic"]), "Desk two"));
    seller.run();
    seller.approve();
    assert_eq!(seller.standing("desk"), Standing::InSync);
    use SubmissionKind::{Modify, Release};
    assert_eq!(seller.arrived("desk"), [(Release, "approved"), (Modify, "approved")]);
}
