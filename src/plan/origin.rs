//! Where released values came from: the last approved submission that said something about them.

use super::Origin;
use crate::model::{Item, Key};
use crate::rules::Origins;
use crate::submission::ApplicationId;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The origins the ledger knows, and when the released state was observed, for all others.
pub(super) struct Known<'a> {
    pub(super) origins: &'a BTreeMap<Item, Origin>,
    pub(super) observed_at: Timestamp,
}

impl Origins for Known<'_> {
    fn tell(&self, item: &Item) -> String {
        let latest = enclosing(item)
            .iter()
            .filter_map(|item| self.origins.get(item))
            .max_by_key(|found| found.approved_at);
        match latest {
            Some(Origin { submission, application, approved_at }) => {
                let id =
                    application.as_ref().map_or_else(|| submission.to_string(), ApplicationId::to_string);
                format!("approved {} with {id}", approved_at.strftime("%Y-%m-%d"))
            }
            None => format!("observed {}", self.observed_at.strftime("%Y-%m-%d")),
        }
    }
}

/// The item, and the wholes a submission may have added it with.
fn enclosing(item: &Item) -> Vec<Item> {
    let mut found = vec![item.clone()];
    let specification = |key: &Key| Item::Specification(key.clone());
    match item {
        Item::Price(key, cell) => {
            found.extend([
                Item::Sku(key.clone(), cell.sku.clone()),
                Item::BillingMode(key.clone(), cell.mode),
            ]);
        }
        Item::AttributeValue(key, code, _) => found.push(Item::Attribute(key.clone(), code.clone())),
        Item::Product
        | Item::Delivery
        | Item::Field(_)
        | Item::UpgradeRule(_)
        | Item::Specification(_)
        | Item::SpecificationField(..)
        | Item::Template(_)
        | Item::BillingMode(..)
        | Item::Attribute(..)
        | Item::Quantity(..)
        | Item::Sku(..)
        | Item::Factor(..)
        | Item::Package(..) => {}
    }
    found.extend(item.specification().map(specification));
    found.push(Item::Product);
    found
}
