//! A shop that was there before the catalog: products on sale in the sandbox, and a folder for definitions.

use crate::arbitrary;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::diagnostic::Severity;
use gallerist::drivers::SandboxDriver;
use gallerist::model::{
    Asset, Entry, Key, Product, ProductField, SkuKey, Specification, SpecificationField, UpgradeRule, Value,
    ValueKind,
};
use gallerist::plan::{Plan, Standing};
use gallerist::report::Imported;
use gallerist::sandbox::{Answer, Judge, Request as Ask, Seeded};
use gallerist::service::{self, ImportRequest, Request};
use gallerist::site::SiteProfile;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};
use tempfile::TempDir;

pub(super) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// A folder with `gallerist.yaml`, and a sandbox for each of its targets.
pub(super) struct Shop {
    folder: TempDir,
}

impl Shop {
    /// A shop at these targets, each with its site; the first is the default.
    pub(super) fn at(targets: &[(&str, &str)]) -> Self {
        let shop = Self { folder: TempDir::new().unwrap() };
        let mut text = format!(
            "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ndefaultTarget: {}\ntargets:\n",
            targets[0].0
        );
        for (target, site) in targets {
            text += &format!(
                "  {target}:\n    site: {site}\n    marketplace: {{driver: sandbox, path: .gallerist/{target}.db}}\n    \
                 ledger: {{store: sqlite, path: .gallerist/ledger.db}}\n"
            );
        }
        shop.write("gallerist.yaml", &text);
        shop
    }

    pub(super) fn root(&self) -> &Utf8Path {
        Utf8Path::from_path(self.folder.path()).unwrap()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub(super) fn request(&self, target: &str) -> Request {
        let target = Some(Key::new(target).unwrap());
        Request { directory: self.root().to_owned(), target, now: now(), on_throwaway_machine: false }
    }

    /// The sandbox of a target.
    pub(super) fn ask(&self, target: &str, site: &str, what: &Ask) -> Answer {
        let folder = self.root().join(".gallerist");
        std::fs::create_dir_all(&folder).unwrap();
        let judge = Judge::new(SiteProfile::embedded(site).unwrap());
        let driver = SandboxDriver::open(&folder.join(format!("{target}.db")), judge, Box::new(now)).unwrap();
        driver.ask(what).unwrap()
    }

    pub(super) fn sell(&self, target: &str, site: &str, seeds: Vec<Seeded>) {
        match self.ask(target, site, &Ask::Seed(seeds)) {
            Answer::Seeded(_) => {}
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn import(&self, target: &str, import: &ImportRequest) -> Imported {
        match service::import(&self.request(target), import) {
            Ok(imported) => imported,
            Err(error) => panic!("{error:?}\n{}", self.shown()),
        }
    }

    pub(super) fn plan(&self, target: &str) -> Plan {
        let planned = service::plan(&self.request(target), &service::PlanRequest::default()).unwrap();
        let errors: Vec<_> =
            planned.diagnostics.list.iter().filter(|found| found.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{}", self.shown());
        planned.plan
    }

    /// All definition files, for a failure.
    pub(super) fn shown(&self) -> String {
        self.files()
            .into_iter()
            .filter(|(path, _)| path.ends_with(".yaml"))
            .fold(String::new(), |text, (path, bytes)| {
                text + &format!("=== {path}\n{}\n", String::from_utf8_lossy(&bytes))
            })
    }

    /// Every file that could be committed.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let (mut found, mut open) = (BTreeMap::new(), vec![Utf8PathBuf::new()]);
        while let Some(inner) = open.pop() {
            for entry in self.root().join(&inner).read_dir_utf8().unwrap() {
                let name = entry.unwrap().file_name().to_owned();
                let path = inner.join(&name);
                if name.starts_with('.') {
                    continue;
                }
                if self.root().join(&path).is_dir() {
                    open.push(path);
                } else {
                    found.insert(path.to_string(), std::fs::read(self.root().join(path)).unwrap());
                }
            }
        }
        found
    }

    /// Nothing is wrong, and nothing would be done.
    #[track_caller]
    pub(super) fn is_settled(&self, target: &str) {
        if !self.root().join("products").is_dir() {
            // Nothing was on sale, so nothing was written.
            return;
        }
        let checked = service::check(&self.request(target), &[], &[]).unwrap();
        let errors: Vec<_> =
            checked.diagnostics.list.iter().filter(|found| found.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "check: {errors:#?}\n{}", self.shown());
        for product in self.plan(target).products {
            assert!(product.changes.is_empty(), "{}: {:#?}\n{}", product.key, product.changes, self.shown());
            assert!(product.chain.is_empty(), "{}: {:#?}\n{}", product.key, product.chain, self.shown());
            assert!(product.blocks.is_empty(), "{}: {:#?}\n{}", product.key, product.blocks, self.shown());
            assert!(product.drift.is_empty(), "{}: {:#?}", product.key, product.drift);
            let calm = [Standing::InSync, Standing::Unmanaged];
            assert!(calm.contains(&product.standing), "{}: {:?}", product.key, product.standing);
        }
    }
}

/// Texts that have broken one reader or another, and some that nobody can write down.
pub(super) fn hostile() -> BoxedStrategy<String> {
    let known = select(vec![
        "yes",
        "no",
        "null",
        "~",
        "1e3",
        "0x10",
        "1.10",
        "2024-01-01",
        "12:30",
        "a: b",
        "a #b",
        "# a",
        "- a",
        "--- a",
        "\"q\"",
        "it's",
        "back\\slash",
        "trailing ",
        " leading",
        "two\nlines",
        "two\nlines\n",
        "a \nb",
        "\n\nx\n\n",
        "{a}",
        "[a]",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "| a",
        "> a",
        "? a",
        "🦀🦀",
        "\u{202e}abc",
        "\u{85}x",
        "云商店",
        "\u{2028}",
        "\tx",
        "a\tb",
        "\u{7}bell",
        "\u{FEFF}mark",
        "\r\n",
        "::error::x",
        "<b>",
        "${{ x }}",
        "a,b",
        "..",
    ]);
    prop_oneof![
        4 => known.prop_map(String::from),
        2 => arbitrary::text(),
        1 => "\\PC{1,40}",
        1 => "[ -~\n\t]{1,60}",
        1 => (1_usize..400).prop_map(|count| "long text ".repeat(count)),
    ]
    .boxed()
}

/// What makes a product of the shop different: a number for the rest, and texts to put in.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) number: u64,
    pub(super) texts: Vec<String>,
    pub(super) hidden: bool,
    pub(super) upgrades: bool,
}

pub(super) fn kind() -> impl Strategy<Value = Kind> {
    (any::<u64>(), proptest::collection::vec(hostile(), 0..6), any::<bool>(), any::<bool>())
        .prop_map(|(number, texts, hidden, upgrades)| Kind { number, texts, hidden, upgrades })
}

/// A product as the marketplace could sell it, under this key.
pub(super) fn product(kind: &Kind, key: &str) -> Option<Seeded> {
    let (mut product, status, discontinued) = crate::agreement::on_sale(kind.number)?;
    product.key = Key::new(key).unwrap();
    let mut texts = kind.texts.iter().map(|text| text.replace("\r\n", "\n").replace('\r', "\n"));
    let fields = [
        ProductField::Name,
        ProductField::Overview,
        ProductField::Description,
        ProductField::Highlights,
        ProductField::CustomerCases,
        ProductField::SeoTitle,
    ];
    for (field, text) in fields.into_iter().zip(texts.by_ref()) {
        product.fields.set(field, Some(valued(field.info().kind, text)));
    }
    let names = kind.texts.iter().rev().cloned();
    for (specification, text) in product.specifications.values_mut().zip(names) {
        let text = text.replace('\r', "\n");
        specification.fields.set(SpecificationField::Name, Some(Value::Text(text)));
    }
    if kind.hidden {
        product.fields.set(ProductField::PublicSales, Some(Value::Flag(false)));
    }
    if kind.upgrades {
        product.upgrade_rules = Some(product.specifications.values().flat_map(upgrade).collect());
    }
    // What is off the catalog has no upgrade rules any more (R56).
    for rules in product.upgrade_rules.iter_mut() {
        rules.retain(|rule| !discontinued.contains(&rule.specification));
    }
    Some(Seeded { product, discontinued, status })
}

fn valued(kind: ValueKind, text: String) -> Value {
    match kind {
        ValueKind::Texts => Value::Texts(vec![text.clone(), text]),
        ValueKind::Entries => Value::Entries(vec![Entry { title: text.clone(), text }]),
        _ => Value::Text(text),
    }
}

fn upgrade(specification: &Specification) -> Option<UpgradeRule> {
    let skus: Vec<&SkuKey> = specification.skus().into_iter().collect();
    let [from, .., to] = skus.as_slice() else { return None };
    let (from, to) = ((*from).clone(), (*to).clone());
    Some(UpgradeRule { specification: specification.key.clone(), from, to, expansion: None })
}

/// All files of a product.
pub(super) fn assets(product: &Product) -> Vec<Asset> {
    let assets = product.fields.iter().flat_map(|(_, value)| match value {
        Some(Value::Asset(asset)) => vec![asset.clone()],
        Some(Value::Assets(assets)) => assets.clone(),
        _ => Vec::new(),
    });
    assets.collect()
}

/// Writes what the generator's assets have for content; `Asset::digest` is the digest of these bytes.
pub(super) fn write_copies(shop: &Shop, folder: &str, products: &[Seeded]) {
    std::fs::create_dir_all(shop.root().join(folder)).unwrap();
    let mut written = BTreeSet::new();
    for asset in products.iter().flat_map(|seed| assets(&seed.product)) {
        let Asset { name, kind, pixels, size_bytes, digest, .. } = asset;
        let content = format!("{name} {kind:?} {pixels:?} {size_bytes}");
        assert_eq!(gallerist::model::Digest::of_bytes(content.as_bytes()).to_string(), digest);
        if written.insert(digest.clone()) {
            shop.write(&format!("{folder}/{}/copy-{name}", &digest[..12]), &content);
        }
    }
}
