//! Telling our changes from somebody else's, per field, from last applied L, released R and desired D.

use super::{Drift, DriftKind};
use crate::diff::{Change, value_at};
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
