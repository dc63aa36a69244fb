//! What a case begins with, read by the product's own reader, and the plan made from it.

use super::desk::Desk;
use super::document::{Complete, Document};
use super::page::{Address, Approvals, Case, Discontinued, Foreign, Interface, Site, Status};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::config::{Config, PreflightGate};
use gallerist::definition::{Catalog, MemoryAssets};
use gallerist::diagnostic::{Diagnostics, Finding, RuleId, Severity};
use gallerist::model::{Desired, Key, Product};
use gallerist::plan::{CatalogInput, DesiredProduct, Elsewhere, History, ProductPlan, plan};
use gallerist::site::SiteProfile;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TARGET: &str = "here";

/// Why a definition cannot be read: the errors of the reader.
#[derive(Debug)]
pub(super) struct Unreadable(pub(super) Vec<(RuleId, String)>);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the definition cannot be read:")?;
        self.0.iter().try_for_each(|(rule, message)| write!(f, " {rule}: {message};"))
    }
}

/// What a case begins with.
pub(super) struct World {
    config: Config,
    assets: MemoryAssets,
    library: Option<String>,
    /// Whether debug cases stand beside the product.
    has_cases: bool,
    pub(super) before: Option<Document>,
    pub(super) beside: Option<Document>,
    pub(super) discontinued: Discontinued,
    pub(super) status: Status,
    pub(super) application: Foreign,
    pub(super) interface: Interface,
    address: Address,
}

impl World {
    pub(super) fn of(complete: &Complete, case: &Case) -> Result<Self, String> {
        let mut assets = ASSETS.clone();
        for (name, filling) in &case.files {
            assets.0.insert(Utf8PathBuf::from(format!("products/assets/{name}")), filling.bytes(name)?);
        }
        if let Some(cases) = &case.cases {
            // Debug cases need a folder of their own, where the product's files are looked for, too.
            let own = assets.0.iter().filter_map(|(path, bytes)| {
                let inner = path.strip_prefix("products").ok()?;
                Some((Utf8Path::new("products/acme-crm").join(inner), bytes.clone()))
            });
            let own: Vec<_> = own.collect();
            assets.0.extend(own);
            let head = [("apiVersion", "gallerist/v1"), ("kind", "Cases")];
            let head = head.map(|(name, text)| (name.to_owned(), serde_json::Value::from(text)));
            let text = serde_yaml::to_string(&head.into_iter().chain(cases.clone()).collect::<Document>());
            let text = text.map_err(|error| error.to_string())?;
            assets.0.insert("products/acme-crm/cases.yaml".into(), text.into_bytes());
        }
        Ok(Self {
            has_cases: case.cases.is_some(),
            config: config(&case.site)?,
            assets,
            library: library(case)?,
            before: complete.before(case)?,
            beside: complete.beside(case)?,
            discontinued: case.discontinued.clone(),
            status: case.status,
            application: case.application,
            interface: case.interface,
            address: case.address,
        })
    }

    /// Where a product's document stands.
    fn path(&self, key: &str) -> Utf8PathBuf {
        match self.has_cases && key == "acme-crm" {
            true => format!("products/{key}/product.yaml").into(),
            false => format!("products/{key}.yaml").into(),
        }
    }

    /// What the case's site allows.
    pub(super) fn site(&self) -> Result<&SiteProfile, String> {
        Ok(&self.config.target(TARGET).ok_or("the configuration has no target")?.profile)
    }

    /// What product documents ask for, by key. The inner `Err` says why they cannot be read.
    pub(super) fn read(
        &self,
        documents: &[&Document],
    ) -> Result<Result<BTreeMap<Key, Desired>, Unreadable>, String> {
        let library = self.library.iter().map(|text| (Utf8PathBuf::from("attributes.yaml"), text.clone()));
        let mut files: Vec<_> = library.collect();
        for document in documents {
            let key = document.get("key").and_then(|key| key.as_str()).ok_or("a product needs a key")?;
            let text = serde_yaml::to_string(document).map_err(|error| error.to_string())?;
            files.push((self.path(key), text));
        }
        let (catalog, diagnostics) = Catalog::read(&self.config, files, &self.assets);
        let errors = diagnostics.list.iter().filter(|found| found.severity == Severity::Error);
        let errors: Vec<_> = errors.map(|found| (found.rule, found.message.clone())).collect();
        if !errors.is_empty() {
            return Ok(Err(Unreadable(errors)));
        }
        let desired = catalog.desired(TARGET).into_iter();
        Ok(Ok(desired.map(|(key, desired)| (key.clone(), desired.clone())).collect()))
    }

    /// What one document that must be sound asks for.
    pub(super) fn desired(&self, document: &Document) -> Result<Desired, String> {
        let found = self.read(&[document])?.map_err(|errors| errors.to_string())?;
        found.into_values().next().ok_or_else(|| "the definition is not of this target".into())
    }

    /// A document's content, without the SKUs it retires.
    pub(super) fn product(&self, document: &Document) -> Result<Product, String> {
        let desired = self.desired(document)?;
        let mut product = desired.product;
        for (key, intent) in &desired.specifications {
            if let Some(prices) = product.specifications.get_mut(key).and_then(|found| found.prices.as_mut())
            {
                prices.retain(|cell, _| !intent.retire_skus.contains_key(&cell.sku));
            }
        }
        Ok(product)
    }

    /// Gives a finding about a document its place, with the document's text for underlining.
    pub(super) fn report(
        &self,
        document: &Document,
        finding: &Finding,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), String> {
        let key = document.get("key").and_then(|key| key.as_str()).ok_or("a product needs a key")?;
        let text = serde_yaml::to_string(document).map_err(|error| error.to_string())?;
        let library = self.library.iter().map(|text| (Utf8PathBuf::from("attributes.yaml"), text.clone()));
        let own = (self.path(key), text);
        let (catalog, _) = Catalog::read(&self.config, library.chain([own]), &self.assets);
        let definition = catalog.definition(key).ok_or("the definition cannot be read")?;
        let target = self.config.target(TARGET).ok_or("the configuration has no target")?;
        definition.report(finding.clone(), target, diagnostics);
        Ok(())
    }

    /// The plan for `desired` (and `beside` as it is released) against what the seeded sandbox shows, with the
    /// retirements of what is discontinued in the history. With [`Approvals::All`], approves every operation that a
    /// block names and plans again until nothing more can be approved. The inner `Err` says why the definition is
    /// invalid.
    pub(super) fn plan(
        &self,
        desired: &Document,
        approvals: Approvals,
    ) -> Result<Result<ProductPlan, Unreadable>, String> {
        let documents: Vec<&Document> = std::iter::once(desired).chain(&self.beside).collect();
        let definitions = match self.read(&documents)? {
            Ok(definitions) => definitions,
            Err(why) => return Ok(Err(why)),
        };
        let key = desired.get("key").and_then(|key| key.as_str()).ok_or("a product needs a key")?;
        let definitions = definitions
            .into_iter()
            .map(|(key, desired)| (key, DesiredProduct { desired, path: None }))
            .collect::<BTreeMap<_, _>>();
        let mut released = Desk::seeded(self, None)?.released()?;
        if self.address == Address::Unknown {
            released.products.values_mut().for_each(|found| found.url = None);
        }
        let histories = released.products.iter().map(|(key, found)| {
            let whole = found.status == gallerist::released::ProductStatus::Discontinued;
            let every = found.product.specifications.keys().filter(|_| whole);
            let history = History {
                last_applied: Some(found.product.clone()),
                retired_specifications: every.chain(&found.discontinued).cloned().collect(),
                retired: whole,
                ..History::default()
            };
            (key.clone(), history)
        });
        let histories = histories.collect();
        let site = self.site()?;
        let mut approved = BTreeMap::new();
        loop {
            let whole = plan(&CatalogInput {
                scope: &crate::model::scope(),
                site,
                guards: &self.config.guards,
                levels: &Default::default(),
                now: crate::model::now(),
                commit: None,
                desired: &definitions,
                released: &released,
                histories: &histories,
                approvals: &approved,
                bound: &released.products.keys().cloned().collect(),
                older_commit: &std::collections::BTreeSet::new(),
                by_hand: false,
                halt: None,
                preflight: PreflightGate::default(),
                only: None,
                elsewhere: Elsewhere::default(),
            });
            let mut products = whole.products.into_iter();
            let found = products.find(|found| found.key.as_str() == key).ok_or("the product has no plan")?;
            let lifted = approved.entry(found.key.clone()).or_default();
            let before = lifted.len();
            if approvals == Approvals::All {
                lifted.extend(found.blocks.iter().filter_map(|block| block.approval.clone()));
            }
            if lifted.len() == before {
                return Ok(Ok(found));
            }
        }
    }
}

fn config(site: &Site) -> Result<Config, String> {
    let text = serde_json::json!({
        "apiVersion": "gallerist/v1",
        "kind": "Catalog",
        "name": "acme",
        "targets": {TARGET: {"site": {"extends": site.extends, "set": site.set}}},
    });
    let text = serde_yaml::to_string(&text).map_err(|error| error.to_string())?;
    let (config, diagnostics) = Config::read(Utf8Path::new("gallerist.yaml"), text.as_bytes());
    config.ok_or_else(|| format!("gallerist.yaml: {:?}", diagnostics.list))
}

/// The attribute library that a case states.
fn library(case: &Case) -> Result<Option<String>, String> {
    if case.library.is_empty() {
        return Ok(None);
    }
    let document =
        serde_json::json!({"apiVersion": "gallerist/v1", "kind": "Attributes", "attributes": case.library});
    serde_yaml::to_string(&document).map(Some).map_err(|error| error.to_string())
}

/// The pages' files, as if they lay beside the products.
static ASSETS: LazyLock<MemoryAssets> = LazyLock::new(|| {
    let folder = super::folder().join("assets");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let read = files.filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        Some((Utf8PathBuf::from(format!("products/assets/{name}")), std::fs::read(file.path()).ok()?))
    });
    MemoryAssets(read.collect())
});
