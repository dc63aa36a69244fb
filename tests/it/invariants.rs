//! The plan's invariants over random catalogs and histories of edits, with the sandbox as judge.

use crate::market::Market;
use crate::model::{key, now, scope, site};
use crate::seller::{self, Edit};
use gallerist::config::Guards;
use gallerist::ledger::{EventKind, Ledger, LedgerView, fold};
use gallerist::model::{Desired, Item, Key, ProductField, SpecificationField, Value};
use gallerist::plan::{Action, CatalogInput, DesiredProduct, Plan, Standing, StepState, plan};
use gallerist::released::{ProductStatus, resolve};
use gallerist::sandbox::{Answer, Policy, Request};
use gallerist::stores::MemoryLedger;
use gallerist::submission::{Operation, OperationKind, Review, Submission, SubmissionKind, Verdict};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One thing that happens.
#[derive(Debug, Clone)]
enum Happening {
    Edit(u8, Edit),
    Run,
    Review(bool, u64),
    /// Somebody changes a product in the console: another name, or the price.
    Console(u8, bool),
    ForeignDraft(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        5 => (0..3_u8, seller::edit()).prop_map(|(product, edit)| Happening::Edit(product, edit)),
        5 => Just(Happening::Run),
        3 => any::<bool>().prop_map(|approve| Happening::Review(approve, 0)),
        2 => any::<u64>().prop_map(|seed| Happening::Review(false, seed)),
        1 => (0..3_u8, any::<bool>()).prop_map(|(product, price)| Happening::Console(product, price)),
        1 => (0..3_u8).prop_map(Happening::ForeignDraft),
    ]
}

/// Definitions, ledger and marketplace of one seller.
struct World {
    market: Market,
    ledger: MemoryLedger,
    desired: Vec<Desired>,
    now: Timestamp,
    faults: Vec<String>,
    foreign: u32,
}

impl World {
    fn new(products: usize) -> Self {
        let desired = (0..products).map(seller::first).collect();
        Self {
            market: Market::selling(&[]),
            ledger: MemoryLedger::default(),
            desired,
            now: now(),
            faults: Vec::new(),
            foreign: 0,
        }
    }

    fn fault(&mut self, text: impl Into<String>) {
        self.faults.push(text.into());
    }

    fn ask(&mut self, request: &Request) -> Answer {
        let (state, answer, _) = self.market.judge.step(self.market.state.clone(), request, self.now);
        self.market.state = state;
        answer
    }

    fn record(&mut self, product: &Key, kind: EventKind) {
        self.ledger.append(&scope(), self.now, product, &kind).unwrap();
    }

    /// Learns verdicts, then plans with every guarded operation approved.
    fn plan(&mut self) -> Plan {
        self.learn();
        let records = fold(&scope(), &self.ledger.events(&scope()).unwrap(), self.now);
        let Answer::Observation(observation) = self.ask(&Request::Observe) else { panic!("an observation") };
        let released = resolve(&observation, &records.bindings());
        let histories = records.products.keys().map(|key| (key.clone(), records.history(key))).collect();
        let definitions = self.desired.iter().map(|desired| {
            (desired.product.key.clone(), DesiredProduct { desired: desired.clone(), path: None })
        });
        let definitions: BTreeMap<_, _> = definitions.collect();
        let bound: BTreeSet<Key> = records.bindings().products.into_keys().collect();
        let mut approvals: BTreeMap<Key, BTreeSet<_>> = BTreeMap::new();
        loop {
            let made = plan(&CatalogInput {
                scope: &scope(),
                site: site(),
                guards: &Guards::default(),
                now: self.now,
                commit: None,
                desired: &definitions,
                released: &released,
                histories: &histories,
                approvals: &approvals,
                bound: &bound,
                older_commit: &BTreeSet::new(),
            });
            let before = approvals.values().map(BTreeSet::len).sum::<usize>();
            for found in &made.products {
                let wanted = found.blocks.iter().filter_map(|block| block.approval.clone());
                approvals.entry(found.key.clone()).or_default().extend(wanted);
            }
            if approvals.values().map(BTreeSet::len).sum::<usize>() == before {
                return made;
            }
        }
    }

    fn learn(&mut self) {
        let records = fold(&scope(), &self.ledger.events(&scope()).unwrap(), self.now);
        for (product, record) in &records.products {
            let Some(open) = &record.history.open else { continue };
            let Answer::Reviews(reports) = self.ask(&Request::Reviews(vec![open.submission.id.clone()]))
            else {
                continue;
            };
            for report in reports {
                if let Review::Ended(verdict) = report.review {
                    if let Some(binding) = report.binding {
                        self.record(product, EventKind::Bound { binding });
                    }
                    self.record(product, EventKind::Ended { submission: report.submission, verdict });
                }
            }
        }
    }

    /// One run: of each product the step that can be taken now.
    fn run(&mut self) -> bool {
        self.now = self.now.checked_add(SignedDuration::from_hours(25)).unwrap();
        let plan = self.plan();
        let mut acted = false;
        for product in plan.products {
            for step in product.chain {
                match (step.action, step.state) {
                    (Action::Submit(submission), StepState::Ready) => {
                        acted |= self.submit(&submission);
                        break;
                    }
                    (Action::Withdraw { submission, .. }, StepState::Ready) => {
                        self.ask(&Request::Withdraw(submission.clone()));
                        let verdict = Verdict::Withdrawn;
                        self.record(&product.key, EventKind::Ended { submission, verdict });
                        acted = true;
                        break;
                    }
                    _ => {}
                }
            }
        }
        acted
    }

    fn submit(&mut self, submission: &Submission) -> bool {
        self.wait_for_replacements(submission);
        let product = submission.product.clone();
        self.record(&product, EventKind::Prepared { submission: submission.clone(), commit: None });
        let request =
            Request::Submit { submission: Box::new(submission.clone()), references: BTreeMap::new() };
        match self.ask(&request) {
            Answer::Accepted(application) => {
                self.record(&product, EventKind::Accepted { submission: submission.id.clone(), application });
                true
            }
            Answer::Refused(refusal) => {
                // Invariant 1: the sandbox never refuses what the planner does not block.
                self.fault(format!(
                    "{product}: refused {:?} {}: {:?}",
                    refusal.rules, refusal.text, submission.operations
                ));
                self.record(&product, EventKind::Refused { submission: submission.id.clone(), refusal });
                false
            }
            other => panic!("{other:?}"),
        }
    }

    /// Invariant 3: nothing is removed before what replaces it is on sale.
    fn wait_for_replacements(&mut self, submission: &Submission) {
        if submission.kind != SubmissionKind::Remove {
            return;
        }
        let on_sale: BTreeSet<Key> = self.on_sale(&submission.product);
        let desired = self.desired.iter().find(|found| found.product.key == submission.product);
        let removed: Vec<&Key> = submission
            .operations
            .iter()
            .filter(|operation| operation.kind == OperationKind::RemoveSpecification)
            .filter_map(|operation| operation.item.specification())
            .collect();
        let early: Vec<Key> = desired
            .into_iter()
            .flat_map(|found| &found.specifications)
            .filter(|(key, intent)| {
                let live = intent.retire.is_none() && !on_sale.contains(*key);
                live && intent.replaces.iter().any(|old| removed.contains(&old))
            })
            .map(|(key, _)| key.clone())
            .collect();
        if !early.is_empty() {
            self.fault(format!("{}: removes {removed:?} before {early:?} are on sale", submission.product));
        }
    }

    fn on_sale(&self, product: &Key) -> BTreeSet<Key> {
        let row = self.market.state.product(None, product);
        row.into_iter().flat_map(|row| row.live().map(|(key, _)| key.clone())).collect()
    }

    /// Invariant 2: a product sells nothing only when it was retired.
    fn check_sales(&mut self) {
        let retired: BTreeSet<&Key> = self
            .market
            .state
            .applications
            .values()
            .filter_map(|application| application.submission())
            .filter(|submission| {
                submission.operations.iter().any(|operation| operation.kind == OperationKind::RetireProduct)
            })
            .map(|submission| &submission.product)
            .collect();
        let empty = self.market.state.products.values().filter(|row| {
            let sells = row.status != ProductStatus::Discontinued && row.live().next().is_some();
            !sells && !retired.contains(&row.key)
        });
        let empty: Vec<String> = empty.map(|row| format!("{} sells nothing", row.key)).collect();
        self.faults.extend(empty);
    }

    fn happen(&mut self, happening: &Happening, serial: usize) {
        match happening {
            Happening::Edit(at, edit) => {
                let at = usize::from(*at) % self.desired.len();
                seller::apply(edit, &mut self.desired[at], serial);
            }
            Happening::Run => {
                self.run();
            }
            Happening::Review(true, _) => {
                self.ask(&Request::Review(Policy::ApproveAll));
            }
            Happening::Review(false, seed) => {
                self.ask(&Request::Review(Policy::Scripted(*seed)));
            }
            Happening::Console(at, price) => self.console(*at, *price),
            Happening::ForeignDraft(at) => {
                let product = self.desired[usize::from(*at) % self.desired.len()].product.key.clone();
                if self.market.state.product(None, &product).is_some() {
                    self.foreign += 1;
                    let by = "somebody".to_owned();
                    let kind = SubmissionKind::Modify;
                    self.ask(&Request::SaveForeignDraft { by, product, kind, operations: Vec::new() });
                }
            }
        }
        self.check_sales();
    }

    fn console(&mut self, at: u8, price: bool) {
        let product = self.desired[usize::from(at) % self.desired.len()].product.key.clone();
        let Some(specification) = self.on_sale(&product).into_iter().next() else { return };
        let value = Some(Value::Text("Set in the console".into()));
        let operation = if price {
            let item = Item::SpecificationField(specification, SpecificationField::Name);
            Operation { kind: OperationKind::RenameSpecification, item, from: None, to: value, reason: None }
        } else {
            let item = Item::Field(ProductField::Name);
            Operation { kind: OperationKind::ChangeField, item, from: None, to: value, reason: None }
        };
        self.ask(&Request::ConsoleEdit { by: "somebody".into(), product, operations: vec![operation] });
    }

    /// Approves everything and runs until nothing more can be done.
    fn settle(&mut self) -> Plan {
        let drafts: Vec<_> = self
            .market
            .state
            .applications
            .values()
            .filter(|application| application.submission().is_none() && application.standing.is_open())
            .map(|application| application.id.clone())
            .collect();
        for draft in drafts {
            self.ask(&Request::Discard(draft));
        }
        for _ in 0..12 {
            self.ask(&Request::Review(Policy::ApproveAll));
            self.check_sales();
            if !self.run() {
                break;
            }
        }
        self.plan()
    }
}

fn live(products: usize, happenings: &[Happening]) -> Result<(), TestCaseError> {
    let mut world = World::new(products);
    for (serial, happening) in happenings.iter().enumerate() {
        world.happen(happening, serial);
    }
    let plan = world.settle();
    prop_assert!(world.faults.is_empty(), "{:#?}", world.faults);
    for product in plan.products {
        let told = !product.blocks.is_empty() || !product.drift.is_empty();
        let held = product.chain.iter().any(|step| matches!(step.state, StepState::Held { .. }));
        let manual = product.chain.iter().all(|step| matches!(step.action, Action::Manual(_)));
        let done = matches!(product.standing, Standing::InSync | Standing::Retired | Standing::Unmanaged)
            || (product.standing == Standing::Waiting && manual);
        prop_assert!(
            told || held || done,
            "{} ends {:?}: {:#?}",
            product.key,
            product.standing,
            product.chain
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Invariants 1, 2, 3 and 5 over histories of edits, runs, reviews and other people's work.
    #[test]
    fn whatever_happens_the_sandbox_agrees_and_everything_ends_in_sync(
        products in 1..4_usize,
        happenings in proptest::collection::vec(happening(), 1..24),
    ) {
        live(products, &happenings)?;
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000)
}

#[test]
fn a_product_released_edited_and_retired_ends_retired() {
    let mut world = World::new(1);
    world.settle();
    assert_eq!(world.on_sale(&key("product-0")).len(), 1);
    seller::apply(&Edit::RetireProduct, &mut world.desired[0], 0);
    let plan = world.settle();
    assert_eq!((plan.products[0].standing, world.faults.len()), (Standing::Retired, 0));
    assert!(world.on_sale(&key("product-0")).is_empty());
}
