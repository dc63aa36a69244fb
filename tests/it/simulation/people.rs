//! What people do: reviewers, the seller's own in the console and in the ledger, the operator; and how it all ends.

use super::auditor::{Intents, Sender};
use super::edits::{Definitions, add, kept, retire};
use super::history::{Decision, Happening};
use super::world::World;
use crate::model::amount;
use gallerist::ledger::EventKind;
use gallerist::model::{Desired, Item, Key, Price, ProductField, Specification, SpecificationField, Value};
use gallerist::plan::{Plan, Standing};
use gallerist::reconcile::LEASE;
use gallerist::released::{ProductStatus, Released, resolve};
use gallerist::sandbox::{Application, Health, Policy, ProductRow, Request, Standing as At};
use gallerist::submission::{
    ApplicationId, Evidence, EvidenceKind, Operation, OperationKind, SubmissionKind,
};
use std::cell::RefCell;
use std::rc::Rc;

/// How many runs, each followed by all approvals and a day, are enough when nothing goes wrong any more.
const ROUNDS: usize = 20;

const HOUR: i64 = 3_600;

impl World<'_> {
    pub(super) fn people(&mut self, happening: &Happening) {
        match happening {
            Happening::Decide { which, decision } => self.decide(usize::from(*which), *decision),
            Happening::ApproveAll => {
                self.shop.ask(&Request::Review(Policy::ApproveAll));
            }
            Happening::LiftGuards => {
                let (commit, definitions) = (self.commit, self.definitions());
                self.lift_guards(commit, &definitions);
            }
            Happening::Retry => self.retry(true),
            Happening::Settle { product } => {
                let key = self.key(*product);
                let (commit, definitions) = (self.commit, self.definitions());
                self.settle(commit, &definitions, Some(&key));
            }
            Happening::ConsoleEdit { product, what } => self.console_edit(*product, *what),
            Happening::Draft { product, what } => {
                let product = self.key(*product);
                let known = self.shop.state.product(None, &product);
                if known.is_some_and(|row| row.status != ProductStatus::Discontinued) {
                    let name = text(ProductField::Version, &format!("V{}", what % 3));
                    let operations = if what % 2 == 0 { vec![name] } else { Vec::new() };
                    let (by, kind) = ("a colleague".to_owned(), SubmissionKind::Modify);
                    self.shop.ask(&Request::SaveForeignDraft { by, product, kind, operations });
                }
            }
            Happening::Stranger { which, submits } => {
                let drafts = self.applications(|found| found.standing == At::Draft);
                let Some(draft) = pick(&drafts, usize::from(*which)) else { return };
                self.shop.ask(&match submits {
                    true => Request::SubmitForeign(draft),
                    false => Request::Discard(draft),
                });
            }
            Happening::Freeze { product, frozen } => {
                let product = self.key(*product);
                self.shop.ask(&Request::Freeze { product, frozen: *frozen });
            }
            Happening::Interfaces { product, healthy } => {
                let health = if *healthy { Health::Healthy } else { Health::Failing };
                let product = self.key(*product);
                self.shop.ask(&Request::SetInterfaceHealth { product, health });
            }
            other => panic!("nobody does {other:?}"),
        }
    }

    /// The product with this number.
    fn key(&self, at: u8) -> Key {
        let commit = self.definitions();
        commit.keys().nth(usize::from(at) % commit.len()).unwrap().clone()
    }

    fn applications(&self, wanted: impl Fn(&Application) -> bool) -> Vec<ApplicationId> {
        let found = self.shop.state.applications.values().filter(|found| wanted(found));
        found.map(|found| found.id.clone()).collect()
    }

    fn decide(&mut self, which: usize, decision: Decision) {
        let open = |found: &Application| found.standing == At::Pending;
        let ended = |found: &Application| matches!(found.standing, At::Rejected(_) | At::Withdrawn);
        let among = match decision {
            Decision::Approve | Decision::Reject => self.applications(open),
            Decision::Withdraw => self.applications(|found| open(found) && found.submission().is_some()),
            Decision::Discard => self.applications(ended),
        };
        let Some(application) = pick(&among, which) else { return };
        let request = match decision {
            Decision::Approve => Request::Approve(application),
            Decision::Reject => {
                let reason = if which.is_multiple_of(2) { "not like this" } else { "" };
                Request::Reject { application, reason: reason.to_owned() }
            }
            Decision::Withdraw => {
                let found = self.shop.state.applications.get(&application);
                let Some(submission) = found.and_then(|found| found.submission()) else { return };
                Request::Withdraw(submission.id.clone())
            }
            Decision::Discard => Request::Discard(application),
        };
        self.shop.ask(&request);
    }

    fn console_edit(&mut self, product: u8, what: u8) {
        let product = self.key(product);
        let Some(row) = self.shop.state.product(None, &product) else { return };
        let Some(specification) = row.live().map(|(key, _)| key.clone()).next() else { return };
        let operation = match what % 3 {
            0 => text(ProductField::Name, "Set in the console"),
            1 => Operation {
                kind: OperationKind::RenameSpecification,
                item: Item::SpecificationField(specification, SpecificationField::Name),
                from: None,
                to: Some(Value::Text(format!("Edition {what}"))),
                reason: None,
            },
            _ => {
                let cell = row.specifications[&specification].prices.keys().next().unwrap().clone();
                Operation {
                    kind: OperationKind::ChangePrice,
                    item: Item::Price(specification, cell),
                    from: None,
                    to: Some(Value::Price(Price::Flat(amount("97")))),
                    reason: None,
                }
            }
        };
        self.shop.auditor.forget(&product);
        self.shop.ask(&Request::ConsoleEdit {
            by: "a colleague".into(),
            product,
            operations: vec![operation],
        });
    }

    fn released(&self) -> Released {
        let observation = self.shop.state.observe(self.shop.now);
        resolve(&observation, &self.records().bindings())
    }

    fn look(&self, commit: usize, definitions: &Definitions) -> Plan {
        self.stage.plan(commit, definitions, &self.released(), &self.records(), self.shop.now)
    }

    /// Somebody approves what guards hold back; whether there was anything.
    fn lift_guards(&mut self, commit: usize, definitions: &Definitions) -> bool {
        let plan = self.look(commit, definitions);
        let mut lifted = false;
        for product in &plan.products {
            let guards = product.blocks.iter().filter(|block| block.finding.rule != "ledger-incomplete");
            for operation in guards.filter_map(|block| block.approval.clone()) {
                let evidence = Evidence {
                    kind: EvidenceKind::Approval(operation),
                    by: "owner".into(),
                    reason: "meant so".into(),
                    at: self.shop.now,
                    expires: None,
                };
                self.record(&product.key, &EventKind::Vouched { evidence });
                lifted = true;
            }
        }
        lifted
    }

    /// Somebody wants what was rejected tried again, and perhaps what was refused at the door.
    fn retry(&mut self, what_was_refused: bool) {
        for (product, record) in self.records().products {
            let refused = record.history.refused.into_iter().filter(|_| what_was_refused);
            let refused = refused.flat_map(|refused| refused.operations);
            let operations: Vec<_> = record.history.held.into_keys().chain(refused).collect();
            if !operations.is_empty() {
                self.record(&product, &EventKind::Retried { operations, by: "owner".into() });
            }
        }
    }

    /// Somebody says that definitions are right about what others changed.
    fn settle(&mut self, commit: usize, definitions: &Definitions, only: Option<&Key>) {
        let (plan, released) = (self.look(commit, definitions), self.released());
        let drifted = plan.products.iter().filter(|found| !found.drift.is_empty());
        for product in drifted.filter(|found| only.is_none_or(|key| *key == found.key)) {
            if let Some(found) = released.products.get(&product.key) {
                let applied = EventKind::Applied { product: found.sold().into_owned(), commit: None };
                self.record(&product.key, &applied);
            }
        }
    }

    /// Nothing goes wrong from now on, and everybody does their part: everything comes to its end.
    pub(super) fn end(&mut self, intents: &Rc<RefCell<Intents>>) {
        self.shop.auditor.tell(|| "From here on nothing goes wrong.".to_owned());
        self.vanish();
        while self.shop.deliver(0).is_some() {}
        self.shop.away_until = self.shop.now;
        for key in self.definitions().keys() {
            self.shop.ask(&Request::Freeze { product: key.clone(), frozen: false });
            self.shop.ask(&Request::SetInterfaceHealth { product: key.clone(), health: Health::Healthy });
        }
        for draft in self.applications(|found| found.standing == At::Draft) {
            self.shop.ask(&Request::Discard(draft));
        }
        self.pass(2 * LEASE.as_secs());
        let mut definitions = (*self.definitions()).clone();
        let mut open = Vec::new();
        for round in 0..ROUNDS {
            self.mend(&mut definitions);
            let commit = self.stage.commits.len() + round;
            self.settle(commit, &definitions, None);
            // What is lifted may show what else is held back.
            let lifted = (0..4).any(|_| !self.lift_guards(commit, &definitions));
            if !lifted {
                self.shop.auditor.complain("what was approved stays held back".to_owned());
            }
            self.retry(false);
            let (run, held, decided_at) =
                (format!("end-{round}"), Rc::new(definitions.clone()), self.shop.now);
            let sender = Sender { run, commit, definitions: held, decided_at };
            let planner = self.stage.planner(commit, &definitions, intents);
            self.run_through(sender, &planner);
            drop(planner);
            open = self.open(commit, &definitions);
            if open.is_empty() {
                break;
            }
            self.shop.ask(&Request::Review(Policy::ApproveAll));
            self.pass(25 * HOUR);
        }
        open.into_iter().for_each(|what| self.shop.auditor.complain(what));
        let ledger = self.ledger();
        self.shop.auditor.close(&ledger);
    }

    /// The seller follows what cannot be undone any more.
    fn mend(&self, definitions: &mut Definitions) {
        for (key, found) in definitions.iter_mut() {
            let Some(row) = self.shop.state.product(None, key) else { continue };
            if found.desired.retire.is_some() {
                continue;
            }
            let gone = row.specifications.iter().filter(|(_, row)| row.discontinued);
            for (specification, _) in gone {
                if found.desired.product.specifications.contains_key(specification) {
                    retire(&mut found.desired, specification.as_str());
                }
            }
            if kept(&found.desired).is_empty() {
                add(&mut found.desired, 9_999);
            }
        }
    }

    /// What has not come to its end, as sentences.
    fn open(&self, commit: usize, definitions: &Definitions) -> Vec<String> {
        let mut open = Vec::new();
        for product in self.look(commit, definitions).products {
            let done = matches!(product.standing, Standing::InSync | Standing::Retired);
            if !done || !product.chain.is_empty() {
                let why: Vec<_> = product.blocks.iter().map(|block| block.finding.message.clone()).collect();
                let steps: Vec<_> = product.chain.iter().map(|step| format!("{:?}", step.state)).collect();
                let (key, standing) = (&product.key, product.standing);
                open.push(format!("{key} ends {}: {why:?} {steps:?} {:?}", standing.words(), product.drift));
            }
        }
        for (key, found) in definitions.iter().filter(|(_, found)| found.desired.retire.is_none()) {
            let row = self.shop.state.product(None, key);
            if !row.is_some_and(|row| sells(row, &found.desired)) {
                open.push(format!("{key} does not sell what its definition says"));
            }
        }
        for (product, record) in self.records().products {
            if let Some(left) = &record.history.open {
                open.push(format!("{product}: {} stays open in the ledger", left.submission.id));
            }
            if !record.history.held.is_empty() {
                open.push(format!("{product} stays held"));
            }
        }
        open
    }
}

/// Whether exactly this is on sale, by the marketplace's own rows.
fn sells(row: &ProductRow, desired: &Desired) -> bool {
    let (wanted, on_sale) = (desired.wanted(), row.content());
    let live: Vec<&Key> = row.live().map(|(key, _)| key).collect();
    let same = |wanted: &Specification| {
        let found = on_sale.specifications.get(&wanted.key);
        found.is_some_and(|found| {
            let name = SpecificationField::Name;
            found.prices == wanted.prices && found.fields.value(name) == wanted.fields.value(name)
        })
    };
    wanted.specifications.keys().eq(live)
        && wanted.specifications.values().all(same)
        && wanted.fields.value(ProductField::Name) == on_sale.fields.value(ProductField::Name)
}

fn pick(from: &[ApplicationId], which: usize) -> Option<ApplicationId> {
    from.get(which.checked_rem(from.len())?).cloned()
}

fn text(field: ProductField, value: &str) -> Operation {
    let (kind, item) = (OperationKind::ChangeField, Item::Field(field));
    Operation { kind, item, from: None, to: Some(Value::Text(value.into())), reason: None }
}
