//! The sellers of a served sandbox: each with a file, a site and a key pair of its own.

use crate::http::Secret;
use crate::model::Key;
use crate::sandbox::{Answer, Event, Judge, Request, State, Store, StoreError};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How a seller is called in addresses.
pub type SellerName = Key;

/// One seller's account.
pub struct Seller {
    /// How it is called in addresses.
    pub name: SellerName,
    /// What the requests of its programs are signed with: the half that is sent.
    pub access_key: String,
    /// The half that never is.
    pub secret_key: Secret,
    judge: Judge,
    store: Mutex<Store>,
}

impl Seller {
    /// An account kept in a store.
    #[must_use]
    pub fn new(name: SellerName, access_key: String, secret_key: Secret, judge: Judge, store: Store) -> Self {
        Self { name, access_key, secret_key, judge, store: Mutex::new(store) }
    }

    /// What the account's site allows.
    #[must_use]
    pub fn judge(&self) -> &Judge {
        &self.judge
    }

    /// Asks the account anything; what happened is kept before the answer is given. It blocks for as long as the file does.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn ask(&self, request: &Request, now: Timestamp) -> Result<Answer, StoreError> {
        // A panic elsewhere cannot leave the store half changed: its file has the last word.
        self.store.lock().unwrap_or_else(PoisonError::into_inner).handle(&self.judge, request, now)
    }

    /// Looks at the account as it is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn look<T>(&self, see: impl FnOnce(&State) -> T) -> Result<T, StoreError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.state().map(see)
    }

    /// The content of a file that a product names, by its digest; `None` where it is not at hand.
    #[must_use]
    pub fn asset(&self, _digest: &str) -> Option<Vec<u8>> {
        None
    }

    /// What happened to a product, newest first; see [`Store::history_of`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn history_of(
        &self,
        product: &Key,
        before: Option<i64>,
        count: usize,
    ) -> Result<Vec<(i64, Event)>, StoreError> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.history_of(product, before, count)
    }
}

/// All sellers of a served sandbox, by name.
pub type Sellers = BTreeMap<SellerName, Seller>;
