//! `import`: what is on sale comes into git, and the plan after that is empty.

use super::shop::{Kind, Shop, hostile, kind, product, write_copies};
use crate::model::{self, specification};
use gallerist::model::{DeliveryMethod, Product, ProductField, Value};
use gallerist::released::ProductStatus;
use gallerist::sandbox::Seeded;
use gallerist::service::{self, AdoptRequest, ImportRequest};
use gallerist::yaml::is_sayable;
use proptest::prelude::*;

fn seeds(kinds: &[Kind], prefix: &str) -> Vec<Seeded> {
    let numbered = kinds.iter().enumerate();
    numbered.filter_map(|(number, kind)| product(kind, &format!("{prefix}-{number}"))).collect()
}

fn kept(imported: &gallerist::report::Imported) -> usize {
    imported.products.len() + imported.managed + imported.left_out.len()
}

/// The bindings of a target, as the ledger knows them.
fn bindings(shop: &Shop) -> serde_json::Value {
    let snapshot = service::export(&shop.request("home")).unwrap();
    serde_json::from_str::<serde_json::Value>(&snapshot).unwrap()["bindings"].take()
}

/// The skuCodes of a binding's specification.
fn codes(specification: &serde_json::Value) -> Vec<&str> {
    specification.as_array().unwrap().iter().map(|sku| sku["skuCode"].as_str().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The heart of moving in.
    #[test]
    fn after_an_import_check_is_content_and_the_plan_is_empty(
        home in proptest::collection::vec(kind(), 1..4),
        abroad in proptest::collection::vec(kind(), 0..3),
        copies in any::<bool>(),
    ) {
        let shop = Shop::at(&[("home", "intl"), ("abroad", "eu")]);
        let (home, abroad) = (seeds(&home, "h"), seeds(&abroad, "a"));
        shop.sell("home", "intl", home.clone());
        shop.sell("abroad", "eu", abroad.clone());
        let mut import = ImportRequest::default();
        if copies {
            write_copies(&shop, "copies", &[home.clone(), abroad.clone()].concat());
            import.assets = Some(shop.root().join("copies"));
        }
        let dry = shop.import("home", &ImportRequest { dry_run: true, ..import.clone() });
        let before = shop.files();
        let imported = shop.import("home", &import);
        prop_assert_eq!(&dry.files, &imported.files);
        let live = home.iter().filter(|seed| seed.status != ProductStatus::Discontinued).count();
        prop_assert_eq!(kept(&imported), live);
        prop_assert!(imported.left_out.is_empty());
        let after = shop.files();
        for (path, bytes) in before {
            prop_assert_eq!(after.get(&path), Some(&bytes), "{} was touched", path);
        }
        shop.is_settled("home");
        shop.import("abroad", &import);
        shop.is_settled("abroad");
        shop.is_settled("home");
        let before = shop.files();
        let again = shop.import("home", &import);
        prop_assert!(again.products.is_empty() && again.files.is_empty());
        prop_assert_eq!(again.managed, live);
        prop_assert_eq!(shop.files(), before);
    }

    /// A snapshot stands for the marketplace: into an empty folder, on another machine.
    #[test]
    fn a_snapshot_is_imported_as_the_marketplace_is(kinds in proptest::collection::vec(kind(), 1..3)) {
        let shop = Shop::at(&[("home", "intl")]);
        shop.sell("home", "intl", seeds(&kinds, "h"));
        let snapshot = service::export(&shop.request("home")).unwrap();
        shop.write("snapshot.json", &snapshot);
        let file = shop.root().join("snapshot.json");
        let elsewhere = tempfile::TempDir::new().unwrap();
        let directory = camino::Utf8PathBuf::from_path_buf(elsewhere.path().to_owned()).unwrap();
        let request = service::Request {
            directory,
            target: None,
            now: super::shop::now(),
            on_throwaway_machine: false,
        };
        let import = ImportRequest { released: Some(file.clone()), ..ImportRequest::default() };
        let imported = service::import(&request, &import).unwrap();
        if imported.products.is_empty() {
            return Ok(());
        }
        let config = std::fs::read_to_string(elsewhere.path().join("gallerist.yaml")).unwrap();
        prop_assert!(config.contains("\nname: acme\n") && config.contains("\n  home:\n    site: intl\n"), "{}", config);
        // The marketplace is another machine's, but what that one saved can be planned against; with the new bindings.
        let shop_again = Shop::at(&[("home", "intl")]);
        shop_again.sell("home", "intl", seeds(&kinds, "h"));
        let import = ImportRequest { released: Some(file), ..ImportRequest::default() };
        shop_again.import("home", &import);
        shop_again.is_settled("home");
        let ours: Vec<_> = imported.products.iter().map(|product| product.key.clone()).collect();
        let theirs = shop_again.plan("home").products.into_iter().map(|product| product.key).collect::<Vec<_>>();
        prop_assert_eq!(ours, theirs);
    }

    /// After a lost ledger what is adopted is what it was: nothing is ever bound to something else.
    #[test]
    fn what_is_adopted_is_what_it_was(kinds in proptest::collection::vec(kind(), 1..5)) {
        let shop = Shop::at(&[("home", "intl")]);
        shop.sell("home", "intl", seeds(&kinds, "h"));
        let imported = shop.import("home", &ImportRequest::default());
        if imported.products.is_empty() {
            return Ok(());
        }
        let before = bindings(&shop);
        std::fs::remove_file(shop.root().join(".gallerist/ledger.db")).unwrap();
        let shown = service::adopt(&shop.request("home"), &AdoptRequest::default()).unwrap();
        let confirm = Some(shown.digest.clone());
        let confirmed = AdoptRequest { confirm, by: Some("ann".into()), ..AdoptRequest::default() };
        let clear = shown.table.rows.iter().filter(|row| row.is_clear()).count();
        match service::adopt(&shop.request("home"), &confirmed) {
            Ok(adoption) => prop_assert_eq!(adoption.adopted.len(), clear),
            Err(error) => prop_assert!(clear == 0, "{}", error),
        }
        let after = bindings(&shop);
        for (key, binding) in after.as_object().unwrap() {
            prop_assert_eq!(&binding["productId"], &before[key]["productId"]);
            for (specification, skus) in binding["specifications"].as_object().unwrap() {
                prop_assert_eq!(codes(skus), codes(&before[key]["specifications"][specification]));
            }
        }
        for product in shop.plan("home").products {
            if after.get(product.key.as_str()).is_some() {
                prop_assert!(product.changes.is_empty(), "{:#?}", product.changes);
            }
        }
    }

    /// Names and texts come back byte for byte, whatever they are; what no file can hold is left alone.
    #[test]
    fn hostile_texts_come_back_as_they_were(texts in proptest::collection::vec(hostile(), 6)) {
        let shop = Shop::at(&[("home", "intl")]);
        let texts: Vec<String> = texts.into_iter().map(|text| text.replace('\r', "\n")).collect();
        let mut sold = model::product("crm", DeliveryMethod::License, vec![specification("a", &[("yearly", "10")])]);
        let fields = [
            ProductField::Name,
            ProductField::Overview,
            ProductField::Agreement,
            ProductField::Description,
            ProductField::SeoTitle,
            ProductField::SupportGroup,
        ];
        for (field, text) in fields.into_iter().zip(&texts) {
            sold.fields.set(field, Some(Value::Text(text.clone())));
        }
        shop.sell("home", "intl", vec![Seeded::on_sale(sold)]);
        let imported = shop.import("home", &ImportRequest::default());
        shop.is_settled("home");
        let read = read(&shop, &imported.products[0].path);
        for (field, text) in fields.into_iter().zip(&texts) {
            let in_file = [ProductField::Agreement, ProductField::Description].contains(&field);
            if is_sayable(text) || in_file && !text.starts_with('\u{FEFF}') {
                prop_assert_eq!(read.fields.text(field), Some(text.as_str()).filter(|text| !text.is_empty()));
            } else {
                prop_assert!(!read.fields.states(field), "{:?}", text);
            }
        }
    }
}

/// What the definition at a path says.
fn read(shop: &Shop, path: &camino::Utf8Path) -> Product {
    use gallerist::config::Config;
    use gallerist::definition::{Catalog, MemoryAssets};
    let files = shop.files();
    let (config, _) = Config::read("gallerist.yaml".into(), &files["gallerist.yaml"]);
    let assets = MemoryAssets(files.iter().map(|(path, bytes)| (path.into(), bytes.clone())).collect());
    let (catalog, _) = Catalog::read(&config.unwrap(), [(path.to_owned(), &files[path.as_str()])], &assets);
    let definition = catalog.definitions().first().unwrap();
    definition.desired("home").unwrap().product.clone()
}
