//! Telling our changes from somebody else's, per field, from last applied L, released R and desired D.

use super::{Drift, DriftKind, History, Ignored};
use crate::diff::{self, Change, value_at};
use crate::model::{Item, Product, ProductField};
use crate::released::ProductStatus;
use crate::submission::IgnoredDrift;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Changes (released → desired), parted by what is to become of them.
#[derive(Default)]
pub(super) struct Parted {
    /// Ours, to be planned.
    pub(super) ours: Vec<Change>,
    /// Somebody else's, to be decided.
    pub(super) drift: Vec<Drift>,
    /// Somebody else's that somebody decided to leave as they are.
    pub(super) ignored: Vec<Ignored>,
}

impl Parted {
    /// Everything that somebody else changed, decided or not.
    pub(super) fn others(&self) -> impl Iterator<Item = &Drift> {
        self.drift.iter().chain(self.ignored.iter().map(|ignored| &ignored.drift))
    }

    /// Whether somebody else changed it.
    pub(super) fn is_others(&self, item: &Item) -> bool {
        self.others().any(|drift| drift.item == *item)
    }
}

/// Parts changes (released → desired) into ours to plan, drift to show, and drift to leave alone. What is left alone
/// hangs on the released value and not on last applied: that moves whenever what is on sale is written down as a whole.
pub(super) fn split(
    changes: Vec<Change>,
    last_applied: Option<&Product>,
    status: ProductStatus,
    ignored: &BTreeMap<Item, IgnoredDrift>,
    now: Timestamp,
) -> Parted {
    let mut parted = Parted::default();
    for change in changes {
        let frozen = status == ProductStatus::Frozen && change.item == Item::Field(ProductField::PublicSales);
        let kind = match last_applied.and_then(|applied| value_at(applied, &change.item)) {
            _ if frozen => Some(DriftKind::ByMarketplace),
            None => None,
            Some(applied) if applied == change.from => None,
            Some(applied) if applied == change.to => Some(DriftKind::Drift),
            Some(_) => Some(DriftKind::Conflict),
        };
        let decided = ignored.get(&change.item);
        let decided = decided.filter(|found| found.is_valid_at(now) && found.released == change.from);
        if kind.is_none() && decided.is_none() {
            parted.ours.push(change);
            continue;
        }
        // Where nobody knows better, what is on sale is what changes start from.
        let applied = last_applied.and_then(|applied| value_at(applied, &change.item));
        let drift = Drift {
            last_applied: match kind {
                Some(_) => applied.flatten(),
                None => change.from.clone(),
            },
            item: change.item,
            kind: kind.unwrap_or(DriftKind::Conflict),
            released: change.from,
            desired: change.to,
        };
        match decided {
            None => parted.drift.push(drift),
            Some(IgnoredDrift { by, reason, until, .. }) => {
                let (by, reason) = (by.clone(), reason.clone());
                parted.ignored.push(Ignored { drift, by, reason, until: *until });
            }
        }
    }
    parted
}

/// The content with other people's changes taken out: what ours alone have made of it. An approval must not turn
/// drift into something we applied, or the next plan would revert it without being asked.
#[must_use]
pub fn without<'a>(content: &Product, drift: impl IntoIterator<Item = &'a Drift>) -> Product {
    let mut ours = content.clone();
    let back = drift.into_iter().map(|drift| Change {
        item: drift.item.clone(),
        from: drift.released.clone(),
        to: drift.last_applied.clone(),
    });
    for operation in diff::operations(&back.collect::<Vec<_>>()) {
        diff::apply(&mut ours, &operation);
    }
    ours
}

/// What is on sale, to be written down as applied, without what somebody decided to ignore: that stays somebody else's,
/// and is drift again when its time is over.
#[must_use]
pub fn without_ignored(on_sale: &Product, history: &History) -> Product {
    let others = history.ignored.values().filter_map(|found| {
        let last_applied = value_at(history.last_applied.as_ref()?, &found.item)?;
        let is_as_ignored = value_at(on_sale, &found.item) == Some(found.released.clone());
        (is_as_ignored && last_applied != found.released).then(|| Drift {
            item: found.item.clone(),
            kind: DriftKind::Drift,
            released: found.released.clone(),
            desired: last_applied.clone(),
            last_applied,
        })
    });
    without(on_sale, &others.collect::<Vec<_>>())
}
