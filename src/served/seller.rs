//! The sellers of a served sandbox: each with a file, a site and a key pair of its own.

use super::Assets;
use super::account_file::AccountFile;
use crate::http::Secret;
use crate::model::{Digest, Key};
use crate::repository::WriteError;
use crate::sandbox::{Answer, Event, Judge, Request, State, Store, StoreError};
use crate::wire::Observation;
use camino::Utf8Path;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    file: Mutex<AccountFile>,
    assets: Option<Assets>,
    /// What was observed last, for the pages that follow the first.
    observed: Mutex<Option<Arc<Observed>>>,
}

/// What a look at an account showed.
pub(super) struct Observed {
    /// Of the account, when it was looked at.
    version: (u64, i64),
    /// What stands for it: equal for equal states.
    pub(super) tag: String,
    /// What was seen.
    pub(super) observation: Observation,
}

impl Seller {
    /// An account kept in a store, without a place for files.
    #[must_use]
    pub fn new(name: SellerName, access_key: String, secret_key: Secret, judge: Judge, store: Store) -> Self {
        Self::of(name, access_key, secret_key, judge, AccountFile::of(store))
    }

    /// An account kept in a file, without a place for files.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(
        name: SellerName,
        access_key: String,
        secret_key: Secret,
        judge: Judge,
        path: &Utf8Path,
    ) -> Result<Self, StoreError> {
        Ok(Self::of(name, access_key, secret_key, judge, AccountFile::open(path.to_owned())?))
    }

    fn of(name: SellerName, access_key: String, secret_key: Secret, judge: Judge, file: AccountFile) -> Self {
        Self {
            name,
            access_key,
            secret_key,
            judge,
            file: Mutex::new(file),
            assets: None,
            observed: Mutex::default(),
        }
    }

    /// With a place for the files that its products name.
    #[must_use]
    pub fn with_assets(mut self, assets: Assets) -> Self {
        self.assets = Some(assets);
        self
    }

    /// The secret key, for whoever asked to see it.
    #[must_use]
    pub fn shown_secret(&self) -> &str {
        self.secret_key.expose()
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
        self.file().store()?.handle(&self.judge, request, now)
    }

    /// Looks at the account as it is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn look<T>(&self, see: impl FnOnce(&State) -> T) -> Result<T, StoreError> {
        self.file().store()?.state().map(see)
    }

    /// What the account shows now, with what stands for it. Where `known` stands for what was seen last and nothing has
    /// happened since, nobody looks once more: reading page after page costs one look.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn observe(
        &self,
        now: Timestamp,
        known: Option<&str>,
        tag: impl FnOnce(&Observation) -> String,
    ) -> Result<Arc<Observed>, StoreError> {
        let mut file = self.file();
        file.store()?.state()?;
        let version = file.version();
        let mut last = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = |seen: &&Arc<Observed>| seen.version == version && known == Some(seen.tag.as_str());
        if let Some(seen) = last.as_ref().filter(is_known) {
            return Ok(Arc::clone(seen));
        }
        let observation = Observation::from(&file.store()?.state()?.observe(now));
        drop(file);
        let seen = Arc::new(Observed { version, tag: tag(&observation), observation });
        *last = Some(Arc::clone(&seen));
        Ok(seen)
    }

    fn file(&self) -> MutexGuard<'_, AccountFile> {
        // A panic elsewhere cannot leave the store half changed: its file has the last word.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.file().store()?.history_of(product, before, count)
    }

    /// The content of a file that a product names, by its digest; `None` where it is not at hand.
    #[must_use]
    pub fn asset(&self, digest: &str) -> Option<Vec<u8>> {
        self.assets.as_ref()?.content(digest)
    }

    /// Keeps a file under the digest of its content.
    pub(super) fn keep(&self, digest: &Digest, bytes: &[u8]) -> Result<(), WriteError> {
        match &self.assets {
            Some(assets) => assets.keep(digest, bytes),
            None => Err(WriteError { path: digest.to_string().into(), reason: "nothing keeps files".into() }),
        }
    }
}

/// All sellers of a served sandbox, by name.
pub type Sellers = BTreeMap<SellerName, Seller>;
