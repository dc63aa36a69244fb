//! Applications: what waits at the review desk or was decided there.

use super::ProductRow;
use crate::model::{DeliveryMethod, Item, Key};
use crate::released::ProductBinding;
use crate::submission::{ApplicationId, Operation, Submission, SubmissionKind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Who made an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A submission with an id of ours.
    Submitted {
        /// As it was sent.
        submission: Box<Submission>,
        /// skuCodes of specifications the sender knows under another key than the marketplace keeps.
        references: BTreeMap<Key, String>,
    },
    /// Somebody in the Seller Console.
    Console {
        /// Who.
        by: String,
        /// What the form holds.
        operations: Vec<Operation>,
    },
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Saved, not submitted.
    Draft,
    /// Waiting for the reviewer.
    Pending,
    /// The catalog has changed.
    Approved,
    /// The catalog is unchanged; why.
    Rejected(String),
    /// Taken back by the seller.
    Withdrawn,
    /// Deleted by the seller.
    Discarded,
    /// Whatever it was, nobody can ask about it any more.
    Forgotten,
}

impl Standing {
    /// Whether it holds the product's review slot (R70).
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Draft | Self::Pending)
    }

    /// The word in the console.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Pending => "pending approval",
            Self::Approved => "approved",
            Self::Rejected(_) => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Discarded => "deleted",
            Self::Forgotten => "not known any more",
        }
    }
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Who made it, and what it asks for.
    pub origin: Origin,
    /// Which form.
    pub kind: SubmissionKind,
    /// The product's id; `None` until a release is approved.
    pub product_id: Option<String>,
    /// The seller's key of the product.
    pub product: Key,
    /// The product's name.
    pub name: String,
    /// The product's delivery method (R64).
    pub delivery: DeliveryMethod,
    /// Where it stands.
    pub standing: Standing,
    /// When it was submitted; drafts: saved.
    pub submitted_at: Timestamp,
    /// When it came to stand there.
    pub changed_at: Timestamp,
    /// After approval: the ids of everything it created, by the sender's keys.
    pub binding: Option<ProductBinding>,
}

impl Application {
    /// The submission, when it has an id of ours.
    #[must_use]
    pub fn submission(&self) -> Option<&Submission> {
        match &self.origin {
            Origin::Submitted { submission, .. } => Some(submission),
            Origin::Console { .. } => None,
        }
    }

    /// What it asks for, by the marketplace's own references.
    #[must_use]
    pub fn operations(&self, row: Option<&ProductRow>) -> Vec<Operation> {
        match &self.origin {
            Origin::Submitted { submission, references } => {
                translate(&submission.operations, references, row)
            }
            Origin::Console { operations, .. } => operations.clone(),
        }
    }

    /// Whether it is about this product: the same id, or for releases the same key.
    #[must_use]
    pub fn is_about(&self, product_id: Option<&str>, key: &Key) -> bool {
        match (&self.product_id, product_id) {
            (Some(own), Some(other)) => own == other,
            (None, _) | (_, None) => self.product == *key,
        }
    }
}

/// Renames specifications from the sender's keys to the marketplace's references, found by skuCode.
pub(super) fn translate(
    operations: &[Operation],
    references: &BTreeMap<Key, String>,
    row: Option<&ProductRow>,
) -> Vec<Operation> {
    let Some(row) = row else { return operations.to_vec() };
    let named = |sent: &Key| -> Key {
        let code = references.get(sent);
        let found = row
            .specifications
            .iter()
            .find(|(_, row)| code.is_some_and(|code| row.skus.values().any(|sku| sku.code == *code)));
        found.map_or_else(|| sent.clone(), |(key, _)| key.clone())
    };
    let rename =
        |operation: &Operation| Operation { item: renamed(&operation.item, &named), ..operation.clone() };
    operations.iter().map(rename).collect()
}

fn renamed(item: &Item, named: &impl Fn(&Key) -> Key) -> Item {
    match item {
        Item::Product | Item::Delivery | Item::Field(_) => item.clone(),
        Item::UpgradeRule(rule) => {
            let mut rule = rule.clone();
            rule.specification = named(&rule.specification);
            Item::UpgradeRule(rule)
        }
        Item::Specification(key) => Item::Specification(named(key)),
        Item::SpecificationField(key, field) => Item::SpecificationField(named(key), *field),
        Item::Template(key) => Item::Template(named(key)),
        Item::BillingMode(key, mode) => Item::BillingMode(named(key), *mode),
        Item::Attribute(key, code) => Item::Attribute(named(key), code.clone()),
        Item::AttributeValue(key, code, value) => {
            Item::AttributeValue(named(key), code.clone(), value.clone())
        }
        Item::Quantity(key, code) => Item::Quantity(named(key), code.clone()),
        Item::Sku(key, sku) => Item::Sku(named(key), sku.clone()),
        Item::Price(key, cell) => Item::Price(named(key), cell.clone()),
        Item::Factor(key, factor) => Item::Factor(named(key), factor.clone()),
        Item::Package(key, package) => Item::Package(named(key), package.clone()),
    }
}
