//! Telling our changes from somebody else's, per field, from last applied L, released R and desired D.

use super::{Drift, DriftKind};
use crate::diff::{self, Change, value_at};
use crate::model::{Item, Product, ProductField};
use crate::released::ProductStatus;

/// Parts changes (released → desired) into ours to plan, and drift to show.
pub(super) fn split(
    changes: Vec<Change>,
    last_applied: Option<&Product>,
    status: ProductStatus,
) -> (Vec<Change>, Vec<Drift>) {
    let (mut ours, mut drift) = (Vec::new(), Vec::new());
    for change in changes {
        let frozen = status == ProductStatus::Frozen && change.item == Item::Field(ProductField::PublicSales);
        let kind = match last_applied.and_then(|applied| value_at(applied, &change.item)) {
            _ if frozen => Some(DriftKind::ByMarketplace),
            None => None,
            Some(applied) if applied == change.from => None,
            Some(applied) if applied == change.to => Some(DriftKind::Drift),
            Some(_) => Some(DriftKind::Conflict),
        };
        match kind {
            None => ours.push(change),
            Some(kind) => drift.push(Drift {
                last_applied: last_applied.and_then(|applied| value_at(applied, &change.item)).flatten(),
                item: change.item,
                kind,
                released: change.from,
                desired: change.to,
            }),
        }
    }
    (ours, drift)
}

/// The content with other people's changes taken out: what ours alone have made of it. An approval must not turn
/// drift into something we applied, or the next plan would revert it without being asked.
#[must_use]
pub fn without(content: &Product, drift: &[Drift]) -> Product {
    let mut ours = content.clone();
    let back = drift.iter().map(|drift| Change {
        item: drift.item.clone(),
        from: drift.released.clone(),
        to: drift.last_applied.clone(),
    });
    for operation in diff::operations(&back.collect::<Vec<_>>()) {
        diff::apply(&mut ours, &operation);
    }
    ours
}
