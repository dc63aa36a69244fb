//! What is measured: a catalog of any size, what the marketplace shows of it, and the work done on both.

use super::generate::{self, Generated};
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::config::{Config, FILE_NAME, PreflightGate, Target};
use gallerist::definition::{Catalog, MemoryAssets};
use gallerist::diff;
use gallerist::model::{Key, Product, ProductField, SkuKey, Specification, Value};
use gallerist::plan::{CatalogInput, DesiredProduct, Elsewhere, History, Plan, plan};
use gallerist::released::{
    Bindings, Coverage, Observation, ObservedProduct, ObservedSku, ObservedSpecification, ProductBinding,
    ProductStatus, Released, SkuBinding, SpecificationBinding, resolve,
};
use gallerist::rules;
use gallerist::service::{self, Request};
use gallerist::submission::{Revision, Scope};
use gallerist::wire;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// A catalog with so many products of about 5 KB and eight specifications each, in memory and on disk.
pub(crate) struct Workload {
    config: Config,
    files: Vec<(Utf8PathBuf, Vec<u8>)>,
    assets: MemoryAssets,
    scope: Scope,
    desired: BTreeMap<Key, DesiredProduct>,
    /// The marketplace shows what the definitions say.
    pub(crate) same: Market,
    /// One product in a hundred shows another overview.
    pub(crate) changed: Market,
    /// The catalog's folder.
    pub(crate) folder: Utf8PathBuf,
}

/// What is on sale, and what the ledger knows of it.
pub(crate) struct Market {
    released: Released,
    histories: BTreeMap<Key, History>,
    bound: BTreeSet<Key>,
    /// The same as a file for `plan --released`.
    pub(crate) snapshot: Utf8PathBuf,
}

impl Workload {
    /// Makes the catalog below a folder, which is emptied first.
    pub(crate) fn new(products: usize, below: &Utf8Path) -> io::Result<Self> {
        let folder = below.join(format!("catalog-{products}"));
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let all: Vec<Generated> = shared().into_iter().chain((0..products).flat_map(own)).collect();
        super::write(&all, folder.as_std_path())?;
        let files: Vec<(Utf8PathBuf, Vec<u8>)> =
            all.into_iter().map(|(path, content)| (path.into(), content)).collect();
        let assets = MemoryAssets(files.iter().cloned().collect());
        let config = files.iter().find(|(path, _)| path == FILE_NAME);
        let config = config.and_then(|(path, content)| Config::read(path, content).0).ok_or_else(broken)?;
        let scope = Scope { catalog: config.name.clone(), target: config.default_target.clone() };
        let (catalog, found) = Catalog::read(&config, files.iter().map(lend), &assets);
        let desired: BTreeMap<Key, DesiredProduct> = catalog
            .desired(scope.target.as_str())
            .into_iter()
            .map(|(key, desired)| (key.clone(), DesiredProduct { desired: desired.clone(), path: None }))
            .collect();
        if !found.list.is_empty() || desired.len() != products {
            return Err(broken());
        }
        let request =
            Request { directory: folder.clone(), target: None, now: NOW, on_throwaway_machine: false };
        let checked =
            service::check(&request, &[], &[]).map_err(|error| io::Error::other(error.to_string()))?;
        if let Some(found) = checked.diagnostics.list.first() {
            return Err(io::Error::other(format!("{}: {}", found.primary.path, found.message)));
        }
        let market = |name: &str, each: usize| {
            let released = desired.values().enumerate().map(|(index, wanted)| {
                let mut product = wanted.desired.product.clone();
                if index % each == each - 1 {
                    let other = Value::Text("Sold with other words until now.".to_owned());
                    product.fields.set(ProductField::Overview, Some(other));
                }
                product
            });
            Market::new(&released.collect::<Vec<_>>(), &scope, below.join(format!("{name}-{products}.json")))
        };
        let (same, changed) = (market("same", usize::MAX)?, market("changed", 100)?);
        Ok(Self { config, files, assets, scope, desired, same, changed, folder })
    }

    /// Checks the definitions in memory; gives how many findings there are.
    pub(crate) fn check_memory(&self) -> usize {
        Catalog::read(&self.config, self.files.iter().map(lend), &self.assets).1.list.len()
    }

    /// Checks the definitions on disk.
    pub(crate) fn check_disk(&self) -> usize {
        let request =
            Request { directory: self.folder.clone(), target: None, now: NOW, on_throwaway_machine: false };
        service::check(&request, &[], &[]).map_or(usize::MAX, |checked| checked.diagnostics.list.len())
    }

    /// Plans what was read already against what is on sale.
    pub(crate) fn plan(&self, market: &Market) -> Option<Plan> {
        let target: &Target = self.config.target(self.scope.target.as_str())?;
        Some(plan(&CatalogInput {
            scope: &self.scope,
            site: &target.profile,
            guards: &self.config.guards,
            levels: &Default::default(),
            now: NOW,
            commit: None,
            desired: &self.desired,
            released: &market.released,
            histories: &market.histories,
            approvals: &BTreeMap::new(),
            bound: &market.bound,
            older_commit: &BTreeSet::new(),
            by_hand: false,
            halt: None,
            preflight: PreflightGate::default(),
            only: None,
            elsewhere: Elsewhere::default(),
        }))
    }

    /// Compares every product with what is on sale of it; gives how many changes there are.
    pub(crate) fn diff(&self, market: &Market) -> usize {
        let compared = market.released.products.iter().filter_map(|(key, released)| {
            let wanted = &self.desired.get(key)?.desired.product;
            Some(diff::changes(&released.product, wanted).len())
        });
        compared.sum()
    }
}

/// The moment of every run.
pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Switches on what other sites ask for, so that every rule looks at every product.
fn every_rule_on() -> String {
    let elsewhere = rules::all().filter(|rule| !rules::on_site(rule, "intl"));
    let lines: String = elsewhere.map(|rule| format!("  {}: warning\n", rule.doc.id)).collect();
    format!("rules:\n{lines}")
}

fn lend((path, content): &(Utf8PathBuf, Vec<u8>)) -> (Utf8PathBuf, &[u8]) {
    (path.clone(), content)
}

pub(crate) fn broken() -> io::Error {
    io::Error::other("the generated catalog is not sound")
}

impl Market {
    fn new(products: &[Product], scope: &Scope, snapshot: Utf8PathBuf) -> io::Result<Self> {
        let sold = sold(scope, products.iter().enumerate());
        let released = resolve(&sold.observation, &sold.bindings);
        let bound = sold.bindings.products.keys().cloned().collect();
        let text = wire::to_json_string(&wire::ReleasedSnapshot::from(&sold)).map_err(io::Error::other)?;
        std::fs::write(&snapshot, text)?;
        Ok(Self { released, histories: sold.histories, bound, snapshot })
    }
}

/// The settings and files that all products share.
pub(crate) fn shared() -> Vec<Generated> {
    let with_rules = |(path, content): Generated| match path == FILE_NAME {
        true => (path, [content, every_rule_on().into_bytes()].concat()),
        false => (path, content),
    };
    generate::catalog(0).into_iter().map(with_rules).collect()
}

/// A product's own files: its definition and its certificate.
pub(crate) fn own(index: usize) -> [Generated; 2] {
    let certificate = generate::page(&["Software copyright certificate", &name(index)]);
    [
        (format!("products/p-{index:05}.yaml"), product(index)),
        (format!("assets/certificates/p-{index:05}.pdf"), certificate),
    ]
}

/// What is on sale of some products, each with its number, and what the ledger knows of them.
pub(crate) fn sold<'p>(
    scope: &Scope,
    products: impl Iterator<Item = (usize, &'p Product)> + Clone,
) -> wire::Snapshot {
    let observation = Observation {
        taken_at: NOW,
        coverage: Coverage::Whole,
        products: products.clone().map(|(index, product)| observed(index, product)).collect(),
        applications: Vec::new(),
    };
    let bound = observation.products.iter().zip(products.clone());
    let bindings = bound.map(|(observed, (_, product))| (product.key.clone(), binding(observed)));
    let bindings = Bindings { products: bindings.collect() };
    let history = |product: &Product| History { last_applied: Some(product.clone()), ..History::default() };
    let histories = products.map(|(_, product)| (product.key.clone(), history(product))).collect();
    wire::Snapshot { scope: scope.clone(), site: "intl".to_owned(), observation, bindings, histories }
}

fn observed(index: usize, product: &Product) -> ObservedProduct {
    let specifications = product.specifications.values().enumerate();
    ObservedProduct {
        product_id: format!("OFFI{index:08}"),
        status: ProductStatus::OnSale,
        revision: Revision("1".to_owned()),
        url: None,
        recorded_at: None,
        delivery: product.delivery,
        fields: product.fields.clone(),
        specifications: specifications
            .map(|(own, found)| observed_specification(index, own, found))
            .collect(),
        upgrade_rules: None,
    }
}

fn observed_specification(product: usize, index: usize, content: &Specification) -> ObservedSpecification {
    let skus = content.skus().into_iter().enumerate();
    let sku = |(position, sku): (usize, &SkuKey)| ObservedSku {
        sku_code: format!("{product:08}-{index}-{position}"),
        sku: sku.clone(),
        discontinued: false,
        offerings: BTreeMap::new(),
    };
    ObservedSpecification {
        discontinued: false,
        fields: content.fields.clone(),
        template: content.template,
        modes: content.modes.clone(),
        attributes: content.attributes.clone(),
        prices: content.prices.clone(),
        factors: content.factors.clone(),
        packages: content.packages.clone(),
        skus: skus.map(sku).collect(),
    }
}

/// The generated keys stand in the order the specifications were observed in.
fn binding(observed: &ObservedProduct) -> ProductBinding {
    let sku = |sku: &ObservedSku| {
        let offerings = sku.offerings.clone();
        (sku.sku.clone(), SkuBinding { sku_code: sku.sku_code.clone(), offerings })
    };
    let specifications = observed.specifications.iter().enumerate().filter_map(|(index, found)| {
        let skus = found.skus.iter().map(sku).collect();
        Some((Key::new(&specification_key(index)).ok()?, SpecificationBinding { skus }))
    });
    ProductBinding { product_id: observed.product_id.clone(), specifications: specifications.collect() }
}

fn specification_key(index: usize) -> String {
    format!("edition-{index}")
}

/// Names that differ in a number only would look like editions of one software, and letters by themselves could be
/// a word that names must not hold.
fn name(index: usize) -> String {
    let letter = |place: usize| char::from(b'a' + u8::try_from(index / place % 26).unwrap_or(0));
    format!("Measured Desk Q{}", [17_576, 676, 26, 1].map(letter).iter().collect::<String>())
}

/// A product of about 5 KB: six simple specifications and two with two SKUs each.
pub(crate) fn product(index: usize) -> Vec<u8> {
    let (key, name) = (format!("p-{index:05}"), name(index));
    let mut text = format!(
        "apiVersion: gallerist/v1
kind: Product
key: {key}
delivery: saas
salesType: common
name: {name}
version: V1.{minor}
category: Business software
logo: ../assets/logo.png
overview: Product {index} keeps the daily work of a team on one page.
description: |
  # {name}

",
        minor = index % 10,
    );
    for section in 1..=9 {
        text.push_str(&format!(
            "  ## Part {section}\n\n  Each function began as a question that a company asked which works with this \
             every day. Updates come every month\n  and are described before they are installed; nothing is locked \
             in, and all of it can be taken along as open files.\n\n"
        ));
    }
    for position in 0..8 {
        text.push_str(&format!("  - Edition {position} is for teams of {} people.\n", 10 * (position + 1)));
    }
    text.push_str(&format!(
        "highlights:
  - Made with companies that use it every day
  - Open exports
agreement: {{file: ../assets/agreement.md}}
support:
  group: Support {index}
  content: Questions about use and delivery; weekdays from nine to six, Singapore time
  hotline: \"+65 6550 0100\"
  email: support@harbourline.example
userGuide: ../assets/guide.pdf
certificate: {{file: ../assets/certificates/{key}.pdf, softwareName: {name}}}
publicSales: true
sharingRule: standard
seo:
  title: {name}
  keywords: [desk, saas]
  description: Product {index} keeps the daily work of a team on one page.
saas:
  asset: sa-{key}
  vulnerabilityScan: passed
  serviceSupervision: false
  interface: {{url: \"https://{key}.harbourline.example/koogallery\", version: v2}}
specifications:
"
    ));
    for position in 0..8 {
        let own = specification_key(position);
        text.push_str(&format!("  - key: {own}\n    name: Edition {position}\n    public: true\n"));
        let amount = 10 * (position + 1) + index % 10;
        if position < 6 {
            text.push_str(&format!(
                "    trialDays: null\n    prices:\n      yearly: {{USD: \"{amount}0.00\"}}\n      monthly: {{USD: \"{amount}.00\"}}\n"
            ));
            continue;
        }
        text.push_str("    template: custom\n    attributes:\n      edition: {}\n    skus:\n");
        for (step, value) in ["basic", "pro"].into_iter().enumerate() {
            text.push_str(&format!(
                "      - values: {{edition: {value}}}\n        prices: {{yearly: {{USD: \"{}0.00\"}}, monthly: {{USD: \"{}.00\"}}}}\n",
                amount + step,
                amount + step
            ));
        }
    }
    text.into_bytes()
}
