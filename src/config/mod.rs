//! `gallerist.yaml`: targets, guards and folders.

mod document;
mod driver;
pub mod form;
mod freeze;
mod notify;
mod preflight;
mod read;
mod store;

pub(crate) use document::SITE_FIELDS;
pub use document::{
    ConfigDocument, ExtendedSiteDocument, FreezeDocument, GuardsDocument, LedgerDocument,
    MarketplaceDocument, PreflightDocument, ReceiverDocument, SiteDocument, TargetDocument,
};

pub use driver::SANDBOX_FILE;
pub use freeze::{Freeze, FreezeWindow};
pub use notify::{Address, Occasion, Receiver, VARIABLE_PREFIX, address_problem, is_variable};
pub use preflight::PreflightGate;
pub use store::{
    LEDGER_BRANCH, LEDGER_CONNECTION, LEDGER_FILE, LEDGER_REMOTE, LEDGER_SCHEMA, is_git_name,
    is_ledger_variable, is_schema_name,
};

use crate::model::{Currency, Key};
use crate::site::SiteProfile;
use crate::text::Span;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The name of the configuration's file, at the catalog's root.
pub const FILE_NAME: &str = "gallerist.yaml";

/// What `gallerist.yaml` says, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The catalog's name.
    pub name: Key,
    /// Folder of products, relative to the catalog's root.
    pub products: Utf8PathBuf,
    /// File of the attribute library.
    pub attributes: Utf8PathBuf,
    /// Folder of approvals.
    pub approvals: Utf8PathBuf,
    /// The target used when no other is named; always one of `targets`.
    pub default_target: Key,
    /// Places where products are sold; never empty.
    pub targets: BTreeMap<Key, Target>,
    /// Limits that stop operations.
    pub guards: Guards,
    /// How much each rule matters, by its id.
    pub rules: BTreeMap<String, Level>,
    /// Where `gallerist.yaml` names each of these rules.
    pub rule_places: BTreeMap<String, Span>,
    /// Who is told of what happens to products.
    pub notify: Vec<Receiver>,
}

/// A place where products are sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub name: Key,
    /// What the site allows.
    pub profile: SiteProfile,
    /// The seller's account as people call it; may be empty.
    pub account: String,
    /// The currency that is picked from price maps.
    pub currency: Currency,
    /// How submissions reach the marketplace.
    pub driver: Driver,
    /// Where the record of submissions is kept.
    pub ledger: LedgerStore,
    /// The branch whose definitions are applied.
    pub branch: String,
    /// Times in which nothing is handed over.
    pub freezes: Vec<Freeze>,
    /// What is asked of SaaS products before they are submitted.
    pub preflight: PreflightGate,
}

/// How submissions reach the marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Driver {
    /// The embedded sandbox, kept in a file.
    Sandbox {
        /// The file, relative to the catalog's root.
        path: Utf8PathBuf,
    },
    /// A person at the Seller Console, with change sheets. All paths are relative to the catalog's root.
    Console {
        /// The folder of change sheets.
        sheets: Utf8PathBuf,
        /// The folder of what people recorded as released.
        released: Utf8PathBuf,
        /// The language of change sheets.
        language: Language,
    },
    /// A marketplace that speaks our protocol over HTTP.
    Gateway {
        /// Its address, without a `/` at the end. What it is asked with stands in the environment.
        url: String,
        /// The file with the certificates of those who may vouch for it, relative to the catalog's root; `None` for those
        /// that the machine trusts.
        certificates: Option<Utf8PathBuf>,
    },
}

/// A language of change sheets. Console names stand in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

/// Where the ledger is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerStore {
    /// An SQLite file.
    Sqlite {
        /// The file, relative to the catalog's root.
        path: Utf8PathBuf,
        /// Whether the file outlives the machine, as on a mounted volume.
        is_persistent: bool,
    },
    /// A branch of the git repository.
    Git {
        /// The branch.
        branch: String,
        /// The remote it is shared through; `None` keeps it in this repository.
        remote: Option<String>,
    },
    /// Tables of a PostgreSQL database.
    Postgres {
        /// The environment variable that holds the database's URL.
        connection: String,
        /// The schema that the tables stand in.
        schema: String,
        /// The file with the certificates of those who may vouch for the server, relative to the catalog's root; `None`
        /// for those that the URL names, or that the machine trusts.
        certificates: Option<Utf8PathBuf>,
    },
}

impl Driver {
    /// Where submissions go, in words.
    #[must_use]
    pub fn place(&self) -> &'static str {
        match self {
            Self::Sandbox { .. } => "in a sandbox",
            Self::Console { .. } => "at the Seller Console",
            Self::Gateway { .. } => "behind a gateway",
        }
    }

    /// Whether the marketplace is still there when this machine is not. The sandbox's file goes with the machine,
    /// and so may what was recorded about it.
    #[must_use]
    pub fn outlives_the_machine(&self) -> bool {
        match self {
            Self::Sandbox { .. } => false,
            Self::Console { .. } | Self::Gateway { .. } => true,
        }
    }
}

/// Limits that stop operations unless an approval exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guards {
    /// Largest change of a price in per cent; to or from nothing always stops.
    pub price_change_percent: u32,
    /// Largest share of what is on sale that may be retired, in per cent.
    pub retired_percent: u32,
    /// Largest number of products, and of specifications, that may be retired.
    pub retired_count: u32,
    /// How many days a recorded released state counts without a fresh look.
    pub recorded_days: u32,
}

impl Default for Guards {
    /// 30 % of a price; 20 % or 3 of what is on sale; 30 days.
    fn default() -> Self {
        Self { price_change_percent: 30, retired_percent: 20, retired_count: 3, recorded_days: 30 }
    }
}

/// How much a rule matters in this catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not at all.
    Off,
    /// Good to know.
    Note,
    /// Worth a look.
    Warning,
    /// Stops.
    Error,
}

/// What a file of the catalog is for, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `gallerist.yaml`.
    Config,
    /// The attribute library.
    Attributes,
    /// A product.
    Product,
    /// An approval.
    Approval,
    /// The saved debug cases of a product.
    Cases,
}

impl Config {
    /// The target with this name.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.get(name)
    }

    /// What a file is for; `None` when definitions do not stand there. Products are `products/<name>.yaml` or
    /// `products/<folder>/product.yaml`; the debug cases of the latter are `products/<folder>/cases.yaml`.
    #[must_use]
    pub fn role(&self, path: &Utf8Path) -> Option<Role> {
        if self.is_plainly_a_product(path.as_str()) {
            return Some(Role::Product);
        }
        if path == FILE_NAME {
            return Some(Role::Config);
        }
        if path == self.attributes {
            return Some(Role::Attributes);
        }
        if !matches!(path.extension(), Some("yaml" | "yml")) {
            return None;
        }
        if path.parent() == Some(&self.approvals) {
            return Some(Role::Approval);
        }
        let inside = path.strip_prefix(&self.products).ok()?;
        match (inside.components().count(), inside.file_stem()) {
            (1, _) | (2, Some("product")) => Some(Role::Product),
            (2, Some("cases")) => Some(Role::Cases),
            _ => None,
        }
    }

    /// Whether a path is `products/<name>.yaml` as it stands there, which most are.
    fn is_plainly_a_product(&self, path: &str) -> bool {
        let name = path.strip_prefix(self.products.as_str()).and_then(|rest| rest.strip_prefix('/'));
        let is_name = |name: &str| !name.starts_with('.') && !name.contains('/') && name.ends_with(".yaml");
        // Nothing else may stand there, whatever it is called.
        let is_apart = |name: &str| {
            self.attributes.file_name() != Some(name) && self.approvals.as_str() != self.products.as_str()
        };
        name.is_some_and(|name| is_name(name) && is_apart(name))
    }
}
