//! A folder of accounts: the key pairs of its sellers in one file that only its owner reads, and for each seller a sandbox
//! and the files that were uploaded.

use super::keys::{NoRandomness, new_access_key, new_secret};
use super::{Assets, Elsewhere, Seller, SellerName, Sellers};
use crate::http::Secret;
use crate::repository::{WriteError, write_privately};
use crate::sandbox::{Judge, StoreError};
use crate::site::SiteProfile;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};

/// The file with the key pairs.
pub const KEYS_FILE: &str = "sellers.json";
/// The file that the one server locks that uses the folder.
const LOCK_FILE: &str = ".lock";
const KEYS_FORMAT: u32 = 1;
const KEYS_BYTES_MAX: u64 = 1 << 20;
const SITE: &str = "intl";

/// Why accounts cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// Another server uses the folder.
    #[error("another server uses {0} already")]
    InUse(Utf8PathBuf),
    /// No seller is known or named.
    #[error("there is no seller in {0} yet")]
    Nobody(Utf8PathBuf),
    /// The seller is on another site.
    #[error("seller `{name}` is on site {known} already")]
    OtherSite {
        /// Who.
        name: SellerName,
        /// Where.
        known: String,
    },
    /// There is no such site.
    #[error("seller `{name}`: there is no site `{site}`")]
    Site {
        /// Who.
        name: SellerName,
        /// Where.
        site: String,
    },
    /// The file with the keys cannot be understood.
    #[error("{path} cannot be understood: {reason}")]
    Keys {
        /// Which file.
        path: Utf8PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A seller's sandbox cannot be used.
    #[error("{path}: {error}")]
    Store {
        /// Which file.
        path: Utf8PathBuf,
        /// What is wrong.
        error: StoreError,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file cannot be read, or a folder not made.
    #[error("{path} cannot be used: {reason}")]
    File {
        /// Which.
        path: Utf8PathBuf,
        /// What the system said.
        reason: String,
    },
    /// No keys can be made.
    #[error(transparent)]
    Random(#[from] NoRandomness),
}

/// Who is to be served: a name, and a site where one is said.
pub type Wanted = (SellerName, Option<String>);

/// A folder that this process serves.
pub struct Accounts {
    /// The sellers in it.
    pub sellers: Sellers,
    /// Where the keys stand.
    pub keys: Utf8PathBuf,
    /// Held for as long as the folder is served.
    pub lock: File,
}

/// The file with the keys.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Keys {
    format: u32,
    sellers: BTreeMap<String, KeyPair>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KeyPair {
    site: String,
    access_key: String,
    secret_key: String,
}

impl Accounts {
    /// Opens the accounts in a folder: those that are known, and those that are wanted and new.
    ///
    /// # Errors
    /// When another process serves the folder, or something in it cannot be used.
    pub fn open(folder: &Utf8Path, wanted: &[Wanted]) -> Result<Self, AccountsError> {
        let failed = |path: &Utf8Path, error: std::io::Error| AccountsError::File {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let path = folder.join(LOCK_FILE);
        let lock = File::create(&path).map_err(|error| failed(&path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(AccountsError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
        }
        let keys = folder.join(KEYS_FILE);
        let known = key_pairs(&keys, wanted)?;
        let open = |(name, pair): (SellerName, KeyPair)| {
            let site = SiteProfile::embedded(&pair.site)
                .map_err(|_| AccountsError::Site { name: name.clone(), site: pair.site.clone() })?;
            let path = folder.join(format!("{name}.db"));
            let seller = seller(name, &pair, &keys, Judge::new(site), &path, None)?;
            Ok((seller.name.clone(), seller))
        };
        let sellers: Sellers = known.into_iter().map(open).collect::<Result<_, AccountsError>>()?;
        if sellers.is_empty() {
            return Err(AccountsError::Nobody(folder.to_owned()));
        }
        Ok(Self { sellers, keys, lock })
    }
}

/// The account whose sandbox is a catalog's own; some of its files stand elsewhere.
///
/// # Errors
/// When one of the files cannot be used.
pub fn account(
    name: &SellerName,
    site: &SiteProfile,
    sandbox: &Utf8Path,
    keys: &Utf8Path,
    files: Elsewhere,
) -> Result<Seller, AccountsError> {
    let known = key_pairs(keys, &[(name.clone(), None)])?;
    let Some((_, pair)) = known.into_iter().find(|(known, _)| known == name) else {
        return Err(AccountsError::Nobody(keys.to_owned()));
    };
    seller(name.clone(), &pair, keys, Judge::new(site.clone()), sandbox, Some(files))
}

fn seller(
    name: SellerName,
    pair: &KeyPair,
    keys: &Utf8Path,
    judge: Judge,
    path: &Utf8Path,
    files: Option<Elsewhere>,
) -> Result<Seller, AccountsError> {
    let secret = Secret::new(&pair.secret_key, keys.as_str())
        .map_err(|error| AccountsError::Keys { path: keys.to_owned(), reason: error.to_string() })?;
    let uploaded = Assets::new(path.with_extension("").join("assets"));
    let assets = match files {
        Some(files) => uploaded.or(files),
        None => uploaded,
    };
    let seller = Seller::open(name, pair.access_key.clone(), secret, judge, path);
    let seller = seller.map_err(|error| AccountsError::Store { path: path.to_owned(), error })?;
    Ok(seller.with_assets(assets))
}

/// The key pairs in a file; those of new sellers are made and written down.
fn key_pairs(path: &Utf8Path, wanted: &[Wanted]) -> Result<BTreeMap<SellerName, KeyPair>, AccountsError> {
    let mut known = read(path)?;
    let count = known.len();
    for (name, site) in wanted {
        match known.get(name) {
            Some(pair) if site.as_ref().is_none_or(|site| *site == pair.site) => {}
            Some(pair) => {
                return Err(AccountsError::OtherSite { name: name.clone(), known: pair.site.clone() });
            }
            None => {
                let site = site.clone().unwrap_or_else(|| SITE.to_owned());
                if SiteProfile::embedded(&site).is_err() {
                    return Err(AccountsError::Site { name: name.clone(), site });
                }
                let secret_key = new_secret()?.expose().to_owned();
                known.insert(name.clone(), KeyPair { site, access_key: new_access_key()?, secret_key });
            }
        }
    }
    if known.len() > count {
        let sellers = known.iter().map(|(name, pair)| {
            let KeyPair { site, access_key, secret_key } = pair;
            let (site, access_key, secret_key) = (site.clone(), access_key.clone(), secret_key.clone());
            (name.to_string(), KeyPair { site, access_key, secret_key })
        });
        let keys = Keys { format: KEYS_FORMAT, sellers: sellers.collect() };
        let text = serde_json::to_string_pretty(&keys)
            .map_err(|error| AccountsError::Keys { path: path.to_owned(), reason: error.to_string() })?;
        write_privately(path, format!("{text}\n").as_bytes())?;
    }
    Ok(known)
}

fn read(path: &Utf8Path) -> Result<BTreeMap<SellerName, KeyPair>, AccountsError> {
    let failed = |reason: String| AccountsError::Keys { path: path.to_owned(), reason };
    let text = match std::fs::metadata(path) {
        Ok(found) if found.len() > KEYS_BYTES_MAX => return Err(failed("it is too large".to_owned())),
        Ok(_) => std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(error.to_string())),
    };
    // What is wrong is told without the line, which may hold a key.
    let place = |error: serde_json::Error| format!("line {}, column {}", error.line(), error.column());
    let keys: Keys = serde_json::from_str(&text).map_err(|error| failed(place(error)))?;
    if keys.format > KEYS_FORMAT {
        return Err(failed("it was written by a newer version of gallerist".to_owned()));
    }
    let named = |(name, pair): (String, KeyPair)| {
        let name = SellerName::new(&name).map_err(|error| failed(format!("a seller's name: {error}")))?;
        Ok((name, pair))
    };
    keys.sellers.into_iter().map(named).collect()
}
