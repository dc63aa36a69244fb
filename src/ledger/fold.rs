//! From events to what is known now.

use super::Event;
use crate::model::Key;
use crate::plan::History;
use crate::released::{Bindings, ProductBinding};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What the ledger knows about one product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// For planning.
    pub history: History,
    /// Marketplace ids.
    pub binding: Option<ProductBinding>,
}

/// What the ledger knows about a catalog at a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// By product key.
    pub products: BTreeMap<Key, Record>,
}

impl Records {
    /// All bindings.
    #[must_use]
    pub fn bindings(&self) -> Bindings {
        let bound =
            self.products.iter().filter_map(|(key, record)| Some((key.clone(), record.binding.clone()?)));
        Bindings { products: bound.collect() }
    }

    /// What is known about a product, for planning.
    #[must_use]
    pub fn history(&self, product: &Key) -> History {
        self.products.get(product).map(|record| record.history.clone()).unwrap_or_default()
    }
}

/// Reads the events, oldest first; `now` decides what counts as recent.
#[must_use]
pub fn fold(events: &[Event], now: Timestamp) -> Records {
    let _ = (events, now);
    Records::default()
}
