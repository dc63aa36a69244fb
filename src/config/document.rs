//! The form of `gallerist.yaml`.

use super::form::form;
use super::form::word::{
    ApiVersion, CatalogKind, CurrencyText, Field, KeyText, LevelWord, List, Said, Text, Whole,
};
use super::notify::Occasion;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The catalog: where it is sold, what stops a plan, where files are.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigDocument {
    /// Version of the document's form.
    pub api_version: ApiVersion,
    /// Kind of document.
    pub kind: CatalogKind,
    /// Stable name of the catalog, part of every identity.
    pub name: KeyText,
    /// Folder of products; `products` when left out.
    #[serde(default)]
    pub products: Field<Said>,
    /// File of the attribute library; `attributes.yaml` when left out.
    #[serde(default)]
    pub attributes: Field<Said>,
    /// Folder of approvals; `approvals` when left out.
    #[serde(default)]
    pub approvals: Field<Said>,
    /// The target used when no other is named; needed with two or more targets.
    #[serde(default)]
    pub default_target: Field<KeyText>,
    /// Places where products are sold.
    pub targets: BTreeMap<KeyText, TargetDocument>,
    /// Limits that stop operations unless an approval exists.
    #[serde(default)]
    pub guards: GuardsDocument,
    /// How much each rule matters, by its id.
    #[serde(default)]
    pub rules: BTreeMap<String, LevelWord>,
    /// Who is told when something happens to a product.
    #[serde(default)]
    pub notify: List<ReceiverDocument>,
}

/// Somebody who is told, with a signed message: the address in `url` or `urlFrom`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiverDocument {
    /// The receiver's address; `https` only, except on this machine.
    #[serde(default)]
    pub url: Field<Said>,
    /// The environment variable that holds the address, where the address is a secret; its name begins with
    /// `GALLERIST_WEBHOOK_`.
    #[serde(default)]
    pub url_from: Field<Said>,
    /// The environment variable that holds the secret that signs; its name begins with `GALLERIST_WEBHOOK_`.
    pub secret: Said,
    /// What is told; everything when left out.
    #[serde(default)]
    pub on: Field<List<OccasionWord>>,
}

/// A place where products are sold: site, account, marketplace, ledger, branch.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetDocument {
    /// The site: `intl`, `eu`, `cn`, or one of them with settings of your own.
    pub site: SiteDocument,
    /// The seller's account, as people call it.
    #[serde(default)]
    pub account: Field<Text>,
    /// Currency of prices; the site's when left out.
    #[serde(default)]
    pub currency: Field<CurrencyText>,
    /// How submissions reach the marketplace.
    #[serde(default)]
    pub marketplace: MarketplaceDocument,
    /// Where the record of submissions is kept.
    #[serde(default)]
    pub ledger: LedgerDocument,
    /// The branch whose definitions are applied; `main` when left out.
    #[serde(default)]
    pub branch: Field<Said>,
    /// Times in which nothing is handed over.
    #[serde(default)]
    pub freeze: Field<List<FreezeDocument>>,
    /// What is asked of SaaS products before they are submitted.
    #[serde(default)]
    pub preflight: PreflightDocument,
}

/// What is asked of SaaS products before they are submitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PreflightDocument {
    /// Whether a submission is held until `gallerist preflight` is green or somebody confirmed that the interfaces answer;
    /// when left out, `true` where the marketplace calls them: at the console, and behind a gateway that is asked over https.
    pub required: Field<bool>,
    /// How long a green preflight counts, as `12h` or `2d`; `24h` when left out.
    pub max_age: Field<Said>,
}

/// A time in which nothing is handed over: `from` and `until`, or `weekdays`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FreezeDocument {
    /// The first day, or the first moment, in the site's time zone: 2026-12-20 or 2026-12-20T18:00.
    #[serde(default)]
    pub from: Field<Said>,
    /// The last day, or the moment at which it ends, in the site's time zone.
    #[serde(default)]
    pub until: Field<Said>,
    /// The days of every week.
    #[serde(default)]
    pub weekdays: Field<List<WeekdayWord>>,
    /// Why; whoever waits reads it.
    pub reason: Text,
}

/// An embedded site profile, or one with settings of your own.
#[derive(Debug, Clone, PartialEq)]
pub enum SiteDocument {
    /// The name of an embedded profile.
    Name(String),
    /// `{extends: intl, set: {...}, add: {...}}`.
    Extended(ExtendedSiteDocument),
}

/// The fields of [`ExtendedSiteDocument`], in order.
pub(crate) const SITE_FIELDS: &[&str] = &["extends", "set", "add"];

/// A site profile that extends an embedded one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtendedSiteDocument {
    /// The name of an embedded profile.
    pub extends: Said,
    /// Settings that replace the profile's.
    #[serde(default)]
    pub set: BTreeMap<String, de::IgnoredAny>,
    /// What is added to the profile's lists.
    #[serde(default)]
    pub add: BTreeMap<String, de::IgnoredAny>,
}

impl<'de> Deserialize<'de> for SiteDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Site;
        impl<'de> Visitor<'de> for Site {
            type Value = SiteDocument;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a site's name, or a mapping with `extends`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<SiteDocument, E> {
                Ok(SiteDocument::Name(text.to_owned()))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SiteDocument, A::Error> {
                let extended = ExtendedSiteDocument::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(SiteDocument::Extended(extended))
            }
        }
        deserializer.deserialize_any(Site)
    }
}

impl JsonSchema for SiteDocument {
    fn schema_name() -> Cow<'static, str> {
        "Site".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Name of an embedded site profile (intl, eu, cn), or a mapping that extends one.",
            "type": ["string", "object"],
            "properties": {
                "extends": { "type": "string", "pattern": r"\S", "description": "Name of an embedded site profile." },
                "set": { "type": "object", "description": "Settings that replace the profile's, by name." },
                "add": { "type": "object", "description": "What is added to the profile's lists, by name." }
            },
            "required": ["extends"],
            "additionalProperties": false,
        })
    }
}

super::form::word::words! {
    /** How submissions reach the marketplace. */
    DriverWord = vec!["sandbox", "console", "gateway"];
}
super::form::word::words! {
    /** The language of change sheets. */
    LanguageWord = vec!["en", "zh"];
}
super::form::word::words! {
    /** A day of the week. */
    WeekdayWord = super::freeze::weekday_words();
}
super::form::word::words! {
    /** Something that people want to hear of. */
    OccasionWord = Occasion::ALL.iter().map(|occasion| occasion.name()).collect();
}
super::form::word::words! {
    /** Where the ledger is kept. */
    StoreWord = vec!["sqlite", "git", "postgres"];
}

/// How submissions reach the marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MarketplaceDocument {
    /// The driver; `sandbox` when left out.
    pub driver: Field<DriverWord>,
    /// The sandbox's file; `.gallerist/sandbox.db` when left out.
    pub path: Field<Said>,
    /// For `console`: the folder of change sheets; `sheets` when left out.
    pub sheets: Field<Said>,
    /// For `console`: the folder of what was recorded as released; `released` when left out.
    pub released: Field<Said>,
    /// For `console`: the language of change sheets; `en` when left out. Console names stand in both.
    pub language: Field<LanguageWord>,
    /// For `gateway`: its address.
    pub url: Field<Said>,
    /// For `gateway`: the file with the certificates of those who may vouch for it, as a company's own; those that the
    /// machine trusts when left out.
    pub certificates: Field<Said>,
}

/// Where the record of submissions is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LedgerDocument {
    /// The store; `sqlite` when left out.
    pub store: Field<StoreWord>,
    /// The SQLite ledger's file; `.gallerist/ledger.db` when left out.
    pub path: Field<Said>,
    /// Whether the SQLite ledger's file outlives the machine, as on a mounted volume; `false` when left out.
    pub persistent: Field<bool>,
    /// The git ledger's branch; `gallerist/ledger` when left out.
    pub branch: Field<Said>,
    /// The remote that the git ledger is shared through, or `none`; `origin` when left out.
    pub remote: Field<Said>,
    /// The environment variable that holds the URL of the PostgreSQL ledger's database; `GALLERIST_LEDGER_URL` when left
    /// out. Its name begins with `GALLERIST_LEDGER_`; the URL itself is a secret and never stands here.
    pub connection: Field<Said>,
    /// The schema of the PostgreSQL ledger's tables; `gallerist` when left out.
    pub schema: Field<Said>,
    /// The file with the certificates of those who may vouch for the database's server, as a company's own; those that
    /// the machine trusts when left out.
    pub certificates: Field<Said>,
}

/// Limits that stop operations unless an approval exists; `null` or left out means the default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GuardsDocument {
    /// Largest change of a price in per cent; 30 when left out.
    pub price_change_percent: Field<Whole>,
    /// Largest share of what is on sale that may be retired, in per cent; 20 when left out.
    pub retired_percent: Field<Whole>,
    /// Largest number of things that may be retired; 3 when left out.
    pub retired_count: Field<Whole>,
    /// How many days a recorded released state counts without a fresh look; 30 when left out.
    pub recorded_days: Field<Whole>,
}

form!(ConfigDocument, "config", "Catalog", "Gallerist catalog");
