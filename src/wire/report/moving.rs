//! What moving in wrote, and how definitions match what is on sale.

use super::Content;
use crate::model::Key;
use crate::wire::{Name, Scope};
use crate::{moving, report};
use schemars::JsonSchema;
use serde::Serialize;

/// A product that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedProduct {
    /// Its key.
    pub key: Name<Key>,
    /// The name buyers see.
    pub name: String,
    /// The marketplace's id.
    pub product_id: String,
    /// Its definition's file.
    pub path: String,
    /// Whether its files were there already, from an import that was cut short.
    pub resumed: bool,
    /// What a person must decide, a sentence each.
    pub decisions: Vec<String>,
}

/// A product on sale that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// The marketplace's id.
    pub product_id: String,
    /// The name buyers see.
    pub name: String,
    /// Why.
    pub why: String,
}

/// What `gallerist import` wrote, or would write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Catalog and target.
    pub scope: Scope,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The products, by key.
    pub products: Vec<ImportedProduct>,
    /// Paths of the files, in the order they are written.
    pub files: Vec<String>,
    /// Products on sale that are not among them.
    pub left_out: Vec<LeftOut>,
    /// How many products on sale had a definition already.
    pub managed: usize,
    /// What a person must decide about the catalog as a whole.
    pub decisions: Vec<String>,
    /// The command to run next.
    pub next: String,
}

impl Content for Imported {
    const NAME: &'static str = "import-report";
    const FORMAT: u32 = 1;
}

impl From<&report::Imported> for Imported {
    fn from(core: &report::Imported) -> Self {
        let report::Imported { scope, dry_run, products, files, left_out, managed, decisions, next } = core;
        let product = |core: &report::ImportedProduct| {
            let report::ImportedProduct { key, name, product_id, path, resumed, decisions } = core;
            ImportedProduct {
                key: Name(key.clone()),
                name: name.clone(),
                product_id: product_id.clone(),
                path: path.to_string(),
                resumed: *resumed,
                decisions: decisions.clone(),
            }
        };
        let out = |core: &report::LeftOut| {
            let report::LeftOut { product_id, name, why } = core;
            LeftOut { product_id: product_id.clone(), name: name.clone(), why: why.clone() }
        };
        Self {
            scope: scope.into(),
            dry_run: *dry_run,
            products: products.iter().map(product).collect(),
            files: files.iter().map(|file| file.path.to_string()).collect(),
            left_out: left_out.iter().map(out).collect(),
            managed: *managed,
            decisions: decisions.clone(),
            next: next.clone(),
        }
    }
}

/// A SKU on the marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchedSku {
    /// Its skuCode.
    pub sku_code: String,
    /// Its attribute values; empty for the simple template.
    pub values: String,
}

/// A specification of either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchedSpecification {
    /// Our key; left out of one that only the marketplace has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Name<Key>>,
    /// The name buyers see.
    pub name: String,
    /// What it is on the marketplace; empty where it is nothing yet.
    pub skus: Vec<MatchedSku>,
    /// How sure that is: given, sure, likely, ambiguous or unmatched.
    pub sureness: String,
    /// Why.
    pub why: String,
}

/// A definition with what it is matched with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchedProduct {
    /// The definition's key.
    pub product: Name<Key>,
    /// Its name.
    pub name: String,
    /// The marketplace's product ID; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The name the product has on the marketplace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_name: Option<String>,
    /// How sure that is: given, sure, likely, ambiguous or unmatched.
    pub sureness: String,
    /// Why.
    pub why: String,
    /// Its specifications, ours first.
    pub specifications: Vec<MatchedSpecification>,
    /// What the first plan would change, a line each.
    pub differences: Vec<String>,
    /// Whether it can be adopted.
    pub clear: bool,
}

/// A product on sale that matches no definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stranger {
    /// The marketplace's product ID.
    pub product_id: String,
    /// Its name.
    pub name: String,
}

/// What `gallerist adopt` found, and what it bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Adoption {
    /// Catalog and target.
    pub scope: Scope,
    /// The table's name: what `--confirm` takes.
    pub digest: String,
    /// The definitions, by key.
    pub products: Vec<MatchedProduct>,
    /// Products on sale that match none of them.
    pub strangers: Vec<Stranger>,
    /// Keys of what was bound; empty while the table is only shown.
    pub adopted: Vec<Name<Key>>,
    /// The command to run next; left out where none helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Content for Adoption {
    const NAME: &'static str = "adoption-report";
    const FORMAT: u32 = 1;
}

impl From<&report::Adoption> for Adoption {
    fn from(core: &report::Adoption) -> Self {
        let report::Adoption { scope, table, digest, adopted, next } = core;
        let stranger =
            |(id, name): &(String, String)| Stranger { product_id: id.clone(), name: name.clone() };
        Self {
            scope: scope.into(),
            digest: digest.clone(),
            products: table.rows.iter().map(Into::into).collect(),
            strangers: table.strangers.iter().map(stranger).collect(),
            adopted: adopted.iter().cloned().map(Name).collect(),
            next: next.clone(),
        }
    }
}

impl From<&moving::Row> for MatchedProduct {
    fn from(core: &moving::Row) -> Self {
        let matched = core.matched.as_ref();
        Self {
            product: Name(core.product.clone()),
            name: core.name.clone(),
            product_id: matched.map(|(id, _)| id.clone()),
            released_name: matched.map(|(_, name)| name.clone()),
            sureness: core.sureness.word().to_owned(),
            why: core.why.clone(),
            specifications: core.parts.iter().map(Into::into).collect(),
            differences: core.differences.clone(),
            clear: core.is_clear(),
        }
    }
}

impl From<&moving::Part> for MatchedSpecification {
    fn from(core: &moving::Part) -> Self {
        let moving::Part { key, name, sku_codes, sureness, why } = core;
        let sku =
            |(code, values): &(String, String)| MatchedSku { sku_code: code.clone(), values: values.clone() };
        Self {
            key: key.clone().map(Name),
            name: name.clone(),
            skus: sku_codes.iter().map(sku).collect(),
            sureness: sureness.word().to_owned(),
            why: why.clone(),
        }
    }
}
