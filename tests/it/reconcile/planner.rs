//! A planner of a few rules over a tiny model: a product has a version and specifications.

use crate::ledger::{key, scope};
use gallerist::ledger::Records;
use gallerist::model::{
    Currency, DeliveryMethod, Digest, Item, Key, Product, ProductField, Specification, Value,
};
use gallerist::plan::{Action, Change, History, Plan, ProductPlan, Standing, Step, StepState};
use gallerist::released::{Released, ReleasedProduct};
use gallerist::submission::{Operation, OperationId, OperationKind, Revision, Submission, SubmissionKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The desired state: by product, its version and its specifications.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) products: BTreeMap<Key, Product>,
    /// Products whose open submission is to be taken back.
    pub(crate) unwanted: BTreeSet<Key>,
    pub(crate) commit: Option<String>,
}

pub(crate) fn product(name: &str, version: &str, specifications: &[&str]) -> Product {
    let mut product = Product::new(key(name), DeliveryMethod::License);
    product.fields.set(ProductField::Version, Some(Value::Text(version.into())));
    let bare = specifications.iter().map(|name| (key(name), Specification::new(key(name))));
    product.specifications = bare.collect();
    product
}

impl Wanted {
    pub(crate) fn of(products: Vec<Product>) -> Self {
        let products = products.into_iter().map(|product| (product.key.clone(), product)).collect();
        Self { products, unwanted: BTreeSet::new(), commit: None }
    }

    pub(crate) fn plan(&self, released: &Released, records: &Records, now: Timestamp) -> Plan {
        let products = self.products.values().map(|wanted| {
            let found = released.products.get(&wanted.key);
            self.product(wanted, found, &records.history(&wanted.key), now)
        });
        Plan {
            scope: scope(),
            site: "intl".into(),
            currency: Currency::new("USD").unwrap(),
            date: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
            commit: self.commit.clone(),
            observed_at: released.taken_at,
            recorded_at: None,
            products: products.collect(),
            unbound: Vec::new(),
        }
    }

    fn product(
        &self,
        wanted: &Product,
        found: Option<&ReleasedProduct>,
        history: &History,
        now: Timestamp,
    ) -> ProductPlan {
        let groups = operations(wanted, found);
        let mut chain: Vec<Step> = Vec::new();
        if let Some(open) = &history.open {
            let expected_by = now.to_zoned(jiff::tz::TimeZone::UTC).date();
            let state = StepState::InReview { since: open.since, expected_by };
            chain.push(step(Action::Submit(open.submission.clone()), state));
            if self.unwanted.contains(&wanted.key) {
                let submission = open.submission.id.clone();
                let action = Action::Withdraw { submission, application: open.application.clone() };
                chain.push(step(action, StepState::Ready));
            }
        } else {
            for (kind, operations) in &groups {
                let state = match chain.is_empty() {
                    true => state(wanted, operations, history),
                    false => StepState::Waiting("the approval of the step before".into()),
                };
                let submission = submission(wanted, *kind, operations, found, history);
                chain.push(step(Action::Submit(submission), state));
            }
        }
        let changes = groups.iter().flat_map(|(_, operations)| operations).map(|operation| Change {
            item: operation.item.clone(),
            from: operation.from.clone(),
            to: operation.to.clone(),
        });
        let base = found.map(|found| found.revision.clone());
        ProductPlan {
            key: wanted.key.clone(),
            name: wanted.key.to_string(),
            delivery: wanted.delivery,
            path: None,
            standing: if chain.is_empty() { Standing::InSync } else { Standing::ToSubmit },
            changes: changes.collect(),
            digest: digest(base.as_ref(), &chain),
            base,
            chain,
            blocks: Vec::new(),
            notices: Vec::new(),
            drift: Vec::new(),
            ignored: Vec::new(),
            verify: Vec::new(),
            approved: Vec::new(),
        }
    }
}

fn step(action: Action, state: StepState) -> Step {
    Step { action, state, because: String::new() }
}

fn digest(base: Option<&Revision>, chain: &[Step]) -> Digest {
    let asks: Vec<_> = chain
        .iter()
        .map(|step| match &step.action {
            Action::Submit(submission) => format!("{:?}", submission.operations),
            Action::Withdraw { submission, .. } => submission.to_string(),
            Action::Manual(manual) => manual.id.clone(),
        })
        .collect();
    Digest::of_bytes(format!("{base:?} {asks:?}").as_bytes())
}

/// Additions and edits first, removals after them.
fn operations(wanted: &Product, found: Option<&ReleasedProduct>) -> Vec<(SubmissionKind, Vec<Operation>)> {
    let operation = |kind, item, from, to| Operation { kind, item, from, to, reason: None };
    let Some(found) = found else {
        let whole = Some(Value::Product(Box::new(wanted.clone())));
        let release = operation(OperationKind::ReleaseProduct, Item::Product, None, whole);
        return vec![(SubmissionKind::Release, vec![release])];
    };
    let (mut edits, mut removals) = (Vec::new(), Vec::new());
    let version = |product: &Product| product.fields.value(ProductField::Version).cloned();
    let (from, to) = (version(&found.product), version(wanted));
    if from != to {
        edits.push(operation(OperationKind::ChangeField, Item::Field(ProductField::Version), from, to));
    }
    for (key, specification) in &wanted.specifications {
        if !found.product.specifications.contains_key(key) {
            let to = Some(Value::Specification(Box::new(specification.clone())));
            let item = Item::Specification(key.clone());
            edits.push(operation(OperationKind::AddSpecification, item, None, to));
        }
    }
    for key in found.on_sale().filter(|key| !wanted.specifications.contains_key(*key)) {
        let item = Item::Specification(key.clone());
        removals.push(operation(OperationKind::RemoveSpecification, item, None, None));
    }
    let both = [(SubmissionKind::Modify, edits), (SubmissionKind::Remove, removals)];
    both.into_iter().filter(|(_, operations)| !operations.is_empty()).collect()
}

fn state(wanted: &Product, operations: &[Operation], history: &History) -> StepState {
    let ids: BTreeSet<OperationId> =
        operations.iter().map(|operation| operation.id(&scope().target, &wanted.key)).collect();
    if let Some(held) = ids.iter().find_map(|id| history.held.get(id)) {
        return StepState::Held { reason: held.reason.clone() };
    }
    match history.refused.as_ref().filter(|last| last.operations == ids) {
        Some(last) if last.refusal.technical => StepState::Waiting("another try later".into()),
        Some(last) => StepState::Held { reason: Some(last.refusal.text.clone()) },
        None => StepState::Ready,
    }
}

fn submission(
    wanted: &Product,
    kind: SubmissionKind,
    operations: &[Operation],
    found: Option<&ReleasedProduct>,
    history: &History,
) -> Submission {
    let base = found.map(|found| found.revision.clone());
    let id = |attempt| Submission::identify(&scope(), &wanted.key, base.as_ref(), operations, attempt);
    let attempt = (1..).find(|attempt| !history.ended.contains(&id(*attempt))).unwrap();
    let mut predicted = wanted.clone();
    if let Some(found) = found.filter(|_| kind == SubmissionKind::Modify) {
        let staying = found.on_sale().filter_map(|key| found.product.specifications.get_key_value(key));
        predicted.specifications.extend(staying.map(|(key, content)| (key.clone(), content.clone())));
    }
    Submission {
        id: id(attempt),
        kind,
        product: wanted.key.clone(),
        product_id: found.map(|found| found.product_id.clone()),
        base,
        operations: operations.to_vec(),
        attempt,
        predicted,
    }
}
