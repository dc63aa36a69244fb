//! From changes to operations, in exactly one place.

use super::Change;
use crate::model::{Item, ProductField, SpecificationField, Value};
use crate::submission::{Operation, OperationKind};

/// The operation that carries out a change.
#[must_use]
pub fn operation(change: &Change) -> Operation {
    Operation {
        kind: kind(change),
        item: change.item.clone(),
        from: change.from.clone(),
        to: change.to.clone(),
        reason: None,
    }
}

/// The operations that carry out changes, in an order a reviewer can follow: additions after what they build on.
#[must_use]
pub fn operations(changes: &[Change]) -> Vec<Operation> {
    let mut operations: Vec<Operation> = changes.iter().map(operation).collect();
    operations.sort_by(|a, b| (a.kind, &a.item).cmp(&(b.kind, &b.item)));
    operations
}

fn kind(change: &Change) -> OperationKind {
    let (added, removed) = (change.from.is_none(), change.to.is_none());
    match &change.item {
        Item::Product if removed => OperationKind::RetireProduct,
        Item::Product => OperationKind::ReleaseProduct,
        Item::Delivery => OperationKind::ChangeDelivery,
        Item::Field(ProductField::PublicSales) => visibility(
            change,
            OperationKind::ShowProduct,
            OperationKind::HideProduct,
            OperationKind::ChangeField,
        ),
        Item::Field(_) => OperationKind::ChangeField,
        Item::UpgradeRule(_) => OperationKind::ChangeUpgradeRule,
        Item::Specification(_) if removed => OperationKind::RemoveSpecification,
        Item::Specification(_) => OperationKind::AddSpecification,
        Item::SpecificationField(_, SpecificationField::Name) => OperationKind::RenameSpecification,
        Item::SpecificationField(_, SpecificationField::Public) => visibility(
            change,
            OperationKind::ShowSpecification,
            OperationKind::HideSpecification,
            OperationKind::ChangeSpecificationField,
        ),
        Item::SpecificationField(_, _) => OperationKind::ChangeSpecificationField,
        Item::Template(_) => OperationKind::ChangeTemplate,
        Item::BillingMode(_, _) if removed => OperationKind::RemoveBillingMode,
        Item::BillingMode(_, _) => OperationKind::AddBillingMode,
        Item::Attribute(_, _) if removed => OperationKind::RemoveAttribute,
        Item::Attribute(_, _) if added => OperationKind::AddAttribute,
        Item::Attribute(_, _) => OperationKind::ChangeAttribute,
        Item::AttributeValue(_, _, _) if removed => OperationKind::RemoveAttribute,
        Item::AttributeValue(_, _, _) | Item::Quantity(_, _) => OperationKind::ChangeAttribute,
        Item::Sku(_, _) if removed => OperationKind::RemoveSku,
        Item::Sku(_, _) => OperationKind::AddSku,
        Item::Price(_, _) => OperationKind::ChangePrice,
        Item::Factor(_, _) if removed => OperationKind::RemoveFactor,
        Item::Factor(_, _) if added => OperationKind::AddFactor,
        Item::Factor(_, _) => OperationKind::ChangeFactor,
        Item::Package(_, _) if removed => OperationKind::RemovePackage,
        Item::Package(_, _) if added => OperationKind::AddPackage,
        Item::Package(_, _) => OperationKind::ChangePackage,
    }
}

fn visibility(
    change: &Change,
    show: OperationKind,
    hide: OperationKind,
    other: OperationKind,
) -> OperationKind {
    match &change.to {
        Some(Value::Flag(true)) => show,
        Some(Value::Flag(false)) => hide,
        _ => other,
    }
}
