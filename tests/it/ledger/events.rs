//! Events to write into ledgers.

use gallerist::ledger::{Event, EventKind};
use gallerist::model::{DeliveryMethod, Item, Key, Product, ProductField, Value};
use gallerist::submission::{
    ApplicationId, Operation, OperationKind, Revision, Scope, Submission, SubmissionKind,
};
use jiff::Timestamp;

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

pub(crate) fn scope() -> Scope {
    Scope { catalog: key("acme"), target: key("intl") }
}

/// Hours after a fixed moment.
pub(crate) fn hour(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(hours)
}

pub(crate) fn application(text: &str) -> ApplicationId {
    ApplicationId(text.into())
}

/// Sets the product's version: the smallest change there is.
pub(crate) fn version(to: &str) -> Operation {
    let item = Item::Field(ProductField::Version);
    Operation {
        kind: OperationKind::ChangeField,
        item,
        from: None,
        to: Some(Value::Text(to.into())),
        reason: None,
    }
}

pub(crate) fn removal(specification: &str) -> Operation {
    let item = Item::Specification(key(specification));
    Operation {
        kind: OperationKind::RemoveSpecification,
        item,
        from: None,
        to: None,
        reason: Some("no longer made".into()),
    }
}

/// A submission about the product `crm`.
pub(crate) fn submission(kind: SubmissionKind, operations: Vec<Operation>, attempt: u32) -> Submission {
    let base = Some(Revision("7".into()));
    let mut predicted = Product::new(key("crm"), DeliveryMethod::Saas);
    predicted.fields.set(ProductField::Name, Some(Value::Text(format!("CRM {}", operations.len()))));
    for operation in &operations {
        if let Item::Field(field) = operation.item {
            predicted.fields.set(field, operation.to.clone());
        }
    }
    Submission {
        id: Submission::identify(&scope(), &key("crm"), base.as_ref(), &operations, attempt),
        kind,
        product: key("crm"),
        product_id: Some("p-1".into()),
        base,
        operations,
        attempt,
        predicted,
    }
}

/// An event that says a word.
pub(crate) fn not_sent(reason: &str) -> EventKind {
    let submission = submission(SubmissionKind::Modify, vec![version("V2")], 1).id;
    EventKind::NotSent { submission, reason: reason.into(), intents: None }
}

/// The words of such events, in order.
pub(crate) fn words(events: &[Event]) -> Vec<&str> {
    let said = events.iter().filter_map(|event| match &event.kind {
        EventKind::NotSent { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    said.collect()
}

/// Events about `crm`, one an hour, beginning at hour 0.
pub(crate) fn hourly(kinds: Vec<EventKind>) -> Vec<Event> {
    let numbered = kinds.into_iter().zip(0_u32..);
    numbered
        .map(|(kind, index)| Event {
            sequence: u64::from(index) + 1,
            at: hour(i64::from(index)),
            product: key("crm"),
            kind,
        })
        .collect()
}
