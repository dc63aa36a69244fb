//! Definitions: what is reported where, and what a good definition means at each target.

use crate::schema::fixtures;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::config::Config;
use gallerist::definition::{AssetError, Assets, Catalog, MemoryAssets, TextFile, rules};
use gallerist::diagnostic::{Diagnostics, Route};
use gallerist::model::{
    Amount, Asset, AttributeKind, BillingMode, Cell, Item, Key, Price, ProductField, SkuKey,
    SpecificationField, Template, Value,
};
use proptest::prelude::*;

pub(crate) const CONFIG: &str = "
apiVersion: gallerist/v1
kind: Catalog
name: acme
defaultTarget: intl
targets:
  intl: {site: intl}
  eu: {site: eu}
  cn: {site: cn}
";

pub(crate) fn config() -> Config {
    let (config, diagnostics) = Config::read(Utf8Path::new("gallerist.yaml"), CONFIG.as_bytes());
    assert!(diagnostics.list.is_empty(), "{:#?}", diagnostics.list);
    config.unwrap()
}

/// Every file is there, except for those whose name asks for trouble.
struct Everything;

impl Assets for Everything {
    fn asset(&self, path: &Utf8Path) -> Result<Asset, AssetError> {
        match path.file_stem().unwrap_or_default() {
            "missing" => Err(AssetError::Missing),
            "link" => Err(AssetError::Link),
            "folder" => Err(AssetError::NotAFile),
            _ => MemoryAssets([(path.to_owned(), path.as_str().into())].into()).asset(path),
        }
    }

    fn read_text(&self, path: &Utf8Path) -> Result<TextFile, AssetError> {
        match path.file_stem().unwrap_or_default() {
            "binary" => Err(AssetError::NotText),
            "big" => Err(AssetError::TooLarge { limit_bytes: 1_048_576 }),
            _ => Ok(TextFile::of(format!("\u{FEFF}text of {path}\r\nsecond line\r"))),
        }
    }
}

pub(crate) fn read(files: &[(&str, &str)]) -> (Catalog, Diagnostics) {
    let files = files.iter().map(|(path, text)| (Utf8PathBuf::from(*path), text.as_bytes().to_vec()));
    Catalog::read(&config(), files, &Everything)
}

/// One line per finding, as people would read it; every span must lie in its file.
pub(crate) fn shown(diagnostics: &Diagnostics) -> String {
    let mut out = String::new();
    for each in &diagnostics.list {
        let source = diagnostics.sources.get(&each.primary.path).expect("the text is kept");
        let span = each.primary.span;
        assert!(source.text().get(span.range()).is_some(), "{each:?} lies outside its file");
        let at = source.position(span.start);
        out += &format!("{at} {} {}: {}\n", each.severity.word(), each.rule, each.message);
        out += &format!("  > {}\n", source.slice(span).escape_debug());
        for label in &each.labels {
            let source = diagnostics.sources.get(&label.location.path).expect("the text is kept");
            let at = source.position(label.location.span.start);
            out += &format!("  also {}:{at} {}\n", label.location.path, label.text);
        }
        if !each.help.is_empty() {
            out += &format!("  help: {}\n", each.help);
        }
        if let Some(fix) = &each.fix {
            let fixed =
                gallerist::text::apply_edits(source.text(), &fix.edits).expect("a fix can be applied");
            assert_ne!(fixed, source.text());
            out += &format!("  fix: {}\n", fix.title);
        }
        let shape = rules::SHAPE_RULES.iter().any(|rule| rule.id == each.rule);
        assert!(shape || gallerist::rules::find_by_id(each.rule).is_some(), "{} is not known", each.rule);
        assert!(!each.message.ends_with('.') && !each.message.contains('\n'), "{}", each.message);
    }
    out
}

/// Where a fixture would stand in a catalog.
fn place(name: &Utf8Path, bytes: &[u8]) -> Utf8PathBuf {
    let text = String::from_utf8_lossy(bytes);
    match text.lines().find_map(|line| line.strip_prefix("kind: ")) {
        Some("Attributes") => "attributes.yaml".into(),
        Some("Approval") => Utf8Path::new("approvals").join(name),
        _ => Utf8Path::new("products").join(name),
    }
}

fn report(name: &Utf8Path, bytes: &[u8]) -> Diagnostics {
    if bytes.windows(13).any(|window| window == b"kind: Catalog") {
        return Config::read(Utf8Path::new("gallerist.yaml"), bytes).1;
    }
    Catalog::read(&config(), [(place(name, bytes), bytes)], &Everything).1
}

fn corpus(folder: &str) {
    let root = Utf8PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/definitions").join(folder);
    for (name, bytes) in fixtures(folder) {
        let told = shown(&report(&name, &bytes));
        assert!(told.contains(" error "), "{name} gives no error:\n{told}");
        let path = root.join(&name).with_extension("txt");
        if std::env::var_os("GALLERIST_BLESS").is_some() {
            std::fs::write(&path, &told).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(told, expected, "{name} is reported differently (GALLERIST_BLESS=1 accepts)");
    }
}

#[test]
fn wrong_shapes_are_reported_in_full() {
    corpus("rejected");
}

#[test]
fn wrong_contents_are_reported_in_full() {
    corpus("content");
}

#[test]
fn accepted_fixtures_give_no_finding() {
    for (name, bytes) in fixtures("accepted") {
        assert_eq!(shown(&report(&name, &bytes)), "", "{name}");
    }
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn flat(text: &str) -> Price {
    Price::Flat(Amount::parse(text).unwrap())
}

fn cell(mode: BillingMode, values: &[(&str, &str)]) -> Cell {
    Cell { sku: SkuKey::new(values.iter().map(|(code, value)| (key(code), key(value))).collect()), mode }
}

fn full() -> Catalog {
    let text = fixtures("accepted").into_iter().find(|(name, _)| name == "product-full.yaml").unwrap().1;
    let (catalog, diagnostics) =
        read(&[("products/acme-crm/product.yaml", std::str::from_utf8(&text).unwrap())]);
    assert_eq!(shown(&diagnostics), "");
    catalog
}

#[test]
fn the_targets_currency_and_overrides_count() {
    let catalog = full();
    let (intl, eu) = (catalog.desired("intl"), catalog.desired("eu"));
    let (intl, eu) = (&intl[&key("acme-crm")], &eu[&key("acme-crm")]);
    assert!(catalog.desired("cn").is_empty());
    assert_eq!(intl.product.display_name(), "Acme CRM");
    assert_eq!(eu.product.display_name(), "Acme CRM EU");
    let price = |desired: &gallerist::model::Desired, mode| {
        desired.product.specifications["starter"].prices.as_ref().unwrap()[&cell(mode, &[])].clone()
    };
    assert_eq!(price(intl, BillingMode::Yearly), flat("99"));
    assert_eq!(price(intl, BillingMode::Monthly), flat("9.90"));
    assert_eq!(price(eu, BillingMode::Yearly), flat("95.00"));
    assert_eq!(price(eu, BillingMode::Monthly), flat("9.1"));
    assert_eq!(eu.product.specifications["starter"].display_name(), "Starter EU");
    assert_eq!(eu.product.specifications.len(), 5);
}

#[test]
fn left_out_is_unmanaged_and_null_clears() {
    let catalog = full();
    let desired = catalog.desired("intl");
    let fields = &desired[&key("acme-crm")].product.fields;
    assert_eq!(fields.statement(ProductField::TaxSupplement), Some(None));
    assert_eq!(fields.statement(ProductField::SalesRegions), Some(None));
    assert_eq!(fields.statement(ProductField::Inventory), None);
    assert_eq!(fields.text(ProductField::Agreement), Some("These are the terms.\nThey have two lines.\n"));
    let description = "text of products/acme-crm/description.md\nsecond line\n";
    assert_eq!(fields.text(ProductField::Description), Some(description));
    let Some(Value::Asset(logo)) = fields.value(ProductField::Logo) else { panic!("no logo") };
    assert_eq!(logo.name, "logo.png");
    let starter = &desired[&key("acme-crm")].product.specifications["starter"];
    assert_eq!(starter.fields.integer(SpecificationField::TrialDays), Some(14));
    assert_eq!(starter.fields.statement(SpecificationField::Asset), None);
}

#[test]
fn every_field_of_the_model_can_be_written() {
    let catalog = full();
    let desired = catalog.desired("intl");
    let product = &desired[&key("acme-crm")].product;
    for field in ProductField::ALL {
        let info = field.info();
        if info.applies_to(product.delivery) {
            let statement = product.fields.statement(*field);
            assert!(statement.is_some(), "{} is not in the full example", info.name());
            assert!(statement.flatten().is_none_or(|value| info.kind.admits(value)), "{}", info.name());
        }
    }
}

#[test]
fn templates_follow_from_what_stands_there() {
    let catalog = full();
    let desired = catalog.desired("intl");
    let desired = desired[&key("acme-crm")];
    let specifications = &desired.product.specifications;
    let template = |name: &str| specifications[name].template;
    assert_eq!(template("starter"), Some(Template::Simple));
    assert_eq!(template("team"), Some(Template::Custom));
    assert_eq!(template("metered"), Some(Template::PayPerUse));
    assert_eq!(template("old-starter"), None);
    let team = &specifications["team"];
    let prices = team.prices.as_ref().unwrap();
    assert_eq!(prices[&cell(BillingMode::Yearly, &[("edition", "basic")])], flat("10"));
    let Price::Tiered(tiers) = &prices[&cell(BillingMode::Yearly, &[("edition", "pro")])] else { panic!() };
    assert_eq!(tiers.iter().map(|tier| tier.from).collect::<Vec<_>>(), [1, 11]);
    let seats = &team.attributes.as_ref().unwrap()["seats"];
    assert!(matches!(seats.kind, AttributeKind::Quantity(quantity) if quantity.max == 100));
    let metered = &specifications["metered"];
    assert_eq!(metered.factors.as_ref().unwrap()["calls"].items["call"].0, "API call");
    assert_eq!(metered.packages.as_ref().unwrap()["pack-1000"].quota["call"], 1000);
    assert_eq!(desired.product.upgrade_rules.as_ref().unwrap().len(), 1);
    assert_eq!(desired.specifications["old-starter"].retire.as_ref().unwrap().reason, "Replaced by starter");
    assert!(desired.specifications["old-starter"].retire.as_ref().unwrap().proof.is_some());
    assert_eq!(desired.specifications["starter"].replaces, [key("old-starter")]);
    assert!(desired.specifications["lite"].unmanage.is_some());
    assert_eq!(desired.formerly, [key("acme-crm-old")]);
}

#[test]
fn routes_lead_to_the_bytes_people_wrote() {
    let catalog = full();
    let config = config();
    let definition = catalog.definition("acme-crm").unwrap();
    let at = |route: &Route, target: &str| {
        let location = definition.locate(route, config.target(target).unwrap());
        definition.source().slice(location.span).to_owned()
    };
    let price = Item::Price(key("starter"), cell(BillingMode::Yearly, &[]));
    assert_eq!(at(&price.route(), "intl"), "\"99.00\"");
    assert_eq!(at(&price.route(), "eu"), "\"95.00\"");
    let mode = Item::BillingMode(key("starter"), BillingMode::Yearly);
    assert_eq!(at(&mode.route(), "eu"), "{EUR: \"95.00\"}");
    let name = Item::Field(ProductField::Name).route();
    assert_eq!(at(&name, "intl"), "Acme CRM");
    assert_eq!(at(&name, "eu"), "Acme CRM EU");
    let sku = Item::Price(key("team"), cell(BillingMode::Yearly, &[("edition", "pro")]));
    assert_eq!(at(&sku.route(), "intl"), "[{from: 1, price: \"20.00\"}, {from: 11, price: 18}]");
    let mode = Item::BillingMode(key("team"), BillingMode::Yearly);
    assert_eq!(at(&mode.route(), "intl"), "{USD: \"10.00\", EUR: \"9.00\"}");
    let monthly = Item::BillingMode(key("team"), BillingMode::Monthly);
    assert_eq!(at(&monthly.route(), "intl"), "{yearly: {USD: \"10.00\", EUR: \"9.00\"}}");
    assert_eq!(at(&Item::Template(key("team")).route(), "intl"), "skus");
    assert_eq!(at(&Item::Template(key("metered")).route(), "intl"), "factors");
    let gone = Item::Sku(key("team"), cell(BillingMode::Yearly, &[("edition", "max")]).sku);
    assert_eq!(at(&gone.route(), "intl"), "skus");
    assert_eq!(at(&Item::Specification(key("team")).route(), "eu"), "team");
    assert_eq!(at(&Item::Product.route(), "eu"), "acme-crm");
    let regions = Route::specification("team").key("trialDays");
    assert_eq!(at(&regions, "intl"), "team");
    assert_eq!(at(&Route::root().key("saas").key("asset"), "intl"), "sa-1");
    assert_eq!(at(&Route::root().key("saas"), "intl"), "saas");
    let value = Item::AttributeValue(key("team"), key("edition"), key("pro"));
    assert_eq!(at(&value.route(), "intl"), "Professional");
    let rules = catalog.desired("intl")[&key("acme-crm")].product.upgrade_rules.clone().unwrap();
    let rule = Item::UpgradeRule(rules.into_iter().next().unwrap());
    assert!(at(&rule.route(), "intl").starts_with("{specification: team"));
    assert_eq!(at(&Item::Package(key("metered"), key("pack-1000")).route(), "intl"), "pack-1000");
    assert_eq!(at(&Item::Field(ProductField::Inventory).route(), "intl"), "acme-crm");
}

#[test]
fn products_that_claim_the_same_key_are_shown_at_both_places() {
    let product = |key: &str, more: &str| {
        format!("apiVersion: gallerist/v1\nkind: Product\nkey: {key}\ndelivery: image\n{more}")
    };
    let (a, b) = (product("acme", ""), product("acme", "replaces: [old]\n"));
    let (c, d) =
        (product("new", "formerly: [acme]\nreplaces: [old]\n"), "kind: Ledger\napiVersion: gallerist/v1\n");
    let e = "apiVersion: gallerist/v2\nkind: Product\n";
    let (catalog, diagnostics) = read(&[
        ("products/e.yaml", e),
        ("products/d.yaml", d),
        ("products/c.yaml", &c),
        ("products/b.yaml", &b),
        ("products/a.yaml", &a),
        ("products/a/notes.yaml", "not: [a definition"),
        ("README.md", "# hello"),
    ]);
    insta::assert_snapshot!(shown(&diagnostics));
    assert_eq!(catalog.definitions().len(), 2);
}

#[test]
fn the_attribute_library_fills_in() {
    let library = "apiVersion: gallerist/v1\nkind: Attributes\nattributes:\n  edition: {name: Edition, values: {basic: Basic}}\n";
    let product = "apiVersion: gallerist/v1\nkind: Product\nkey: acme\ndelivery: saas\nspecifications:\n  - key: team\n    attributes: {edition: {}}\n    skus: [{values: {edition: basic}, prices: {yearly: {USD: 1}}}]\n";
    let (catalog, diagnostics) = read(&[("attributes.yaml", library), ("products/acme.yaml", product)]);
    assert_eq!(shown(&diagnostics), "");
    let desired = catalog.desired("intl");
    let team = &desired[&key("acme")].product.specifications["team"];
    assert_eq!(team.attributes.as_ref().unwrap()["edition"].name, "Edition");
    let (_, diagnostics) = read(&[("products/acme.yaml", product)]);
    assert!(shown(&diagnostics).contains("attribute-name-missing"));
}

#[test]
fn many_attributes_do_not_explode() {
    let mut product = "apiVersion: gallerist/v1\nkind: Product\nkey: acme\ndelivery: saas\nspecifications:\n  - key: team\n    attributes:\n".to_owned();
    for attribute in 0..40 {
        let values: Vec<String> = (0..50).map(|value| format!("v{value}: V")).collect();
        product += &format!("      a{attribute}: {{name: A, values: {{{}}}}}\n", values.join(", "));
    }
    product += "    skus: []\n";
    let (_, diagnostics) = read(&[("products/acme.yaml", &product)]);
    assert!(shown(&diagnostics).contains("skus-too-many"));
}

/// A megabyte of each repetition is read in well under a test's patience, with a bounded report.
#[test]
fn large_hostile_files_stay_cheap() {
    let head = "apiVersion: gallerist/v1\nkind: Product\nkey: acme\ndelivery: saas\n";
    let keys = |count: usize, value: &str| (0..count).map(|n| format!("k{n}: {value}, ")).collect::<String>();
    let team = |inside: &str| format!("{head}specifications:\n  - key: team\n    {inside}\n");
    let attributes = keys(12_000, "{name: A, values: {a: A}}");
    let cases = [
        format!("{head}{}", (0..60_000).map(|n| format!("nam{n}: x\n")).collect::<String>()),
        format!("{head}{}", "name: x\n".repeat(60_000)),
        format!("{head}formerly: [{}]\n", (0..90_000).map(|n| format!("k{n}, ")).collect::<String>()),
        format!("{head}tags: [{}]\n", "1, ".repeat(150_000)),
        team(&format!("attributes: {{{attributes}}}\n    skus: [{}]", "{values: {}}, ".repeat(20_000))),
        team(&format!("attributes: {{e: {{name: E, values: {{{}}}}}}}\n    skus: []", keys(60_000, "V"))),
        team(&format!("skus: [{}]", "{values: {}}, ".repeat(30_000))),
        format!(
            "{head}specifications: [{}]\n",
            (0..30_000).map(|n| format!("{{key: k{n}}}, ")).collect::<String>()
        ),
        format!("{head}\"{}\": 1\n", "x".repeat(900_000)),
    ];
    for (number, text) in cases.iter().enumerate() {
        let started = std::time::Instant::now();
        let (_, diagnostics) = read(&[("products/acme.yaml", text)]);
        assert!(started.elapsed().as_secs() < 20, "case {number} took {:?}", started.elapsed());
        assert!(diagnostics.list.len() <= 200, "case {number} gives {}", diagnostics.list.len());
        assert!(diagnostics.list.iter().all(|each| each.message.len() < 1_000), "case {number}");
    }
}

#[test]
fn windows_files_are_read_like_others() {
    let plain = "apiVersion: gallerist/v1\nkind: Product\nkey: acme\ndelivery: hardware\nhardware: {inventory: 100}\nname: Gerät\noverview: |\n  a\n  b\n";
    let windows = format!("\u{FEFF}{}", plain.replace('\n', "\r\n"));
    let desired = |text: &str| {
        let (catalog, diagnostics) = read(&[("products/acme.yaml", text)]);
        assert_eq!(shown(&diagnostics), "");
        catalog.desired("intl")[&key("acme")].clone()
    };
    assert_eq!(desired(plain), desired(&windows));
    assert_eq!(desired(plain).product.fields.text(ProductField::Overview), Some("a\nb\n"));
}

#[test]
fn one_text_can_be_checked_alone() {
    let (catalog, _) = read(&[]);
    let text = b"apiVersion: gallerist/v1\nkind: Product\nkey: acme\ndelivery: sass\n";
    let (_, diagnostics) = catalog.read_one(&config(), Utf8Path::new("-"), text, &Everything);
    assert!(shown(&diagnostics).contains("did you mean `saas`?"));
}

#[test]
fn files_give_the_same_result_in_any_order() {
    let corpus = || {
        let all = fixtures("content").into_iter().chain(fixtures("rejected"));
        all.map(|(name, bytes)| (place(&name, &bytes), bytes))
    };
    let forward = Catalog::read(&config(), corpus(), &Everything).1;
    let backward = Catalog::read(&config(), corpus().collect::<Vec<_>>().into_iter().rev(), &Everything).1;
    assert_eq!(forward.list, backward.list);
    assert!(forward.list.is_sorted_by_key(|each| each.primary.clone()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a file says, reading ends with findings that lie in their files or with a desired state.
    #[test]
    fn changed_files_never_panic(
        pick in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
    ) {
        let all: Vec<_> = ["accepted", "content", "rejected"].into_iter().flat_map(fixtures).collect();
        let (name, bytes) = pick.get(&all);
        let mut lines: Vec<&str> = std::str::from_utf8(bytes).unwrap().lines().collect();
        for (from, to) in edits {
            let line = *from.get(&lines);
            lines.insert(to.index(lines.len()), line);
            lines.remove(from.index(lines.len()));
        }
        let text = lines.join("\n");
        let diagnostics = report(name, text.as_bytes());
        shown(&diagnostics);
    }
}

#[test]
fn a_fix_replaces_all_of_a_value_on_several_lines() {
    let document = |kind: &str, key: &str, delivery: &str| {
        format!("apiVersion: gallerist/v1\nkind: {kind}\nkey: {key}\ndelivery: {delivery}\nname: Acme\n")
    };
    let mended = document("Product", "acme", "saas");
    let wrong = [
        document("Product\n  Product", "acme", "saas"),
        document("Product", "Ac\n  me", "saas"),
        document("Product", "acme", "sa\n  as"),
    ];
    for (text, key) in wrong.iter().zip(["acme", "ac-me", "acme"]) {
        let found = report(Utf8Path::new("acme.yaml"), text.as_bytes());
        shown(&found);
        let fix = found.list.first().and_then(|first| first.fix.as_ref()).unwrap_or_else(|| panic!("{text}"));
        let fixed = gallerist::text::apply_edits(text, &fix.edits).unwrap();
        assert_eq!(fixed, mended.replace("key: acme", &format!("key: {key}")));
    }
}

#[test]
fn the_rule_table_and_the_code_name_the_same_rules() {
    let root = Utf8PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut code = String::new();
    let names = ["yaml", "config", "definition", "repository", "service"];
    let mut folders: Vec<Utf8PathBuf> = names.map(|name| root.join(name)).into();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name() != Some("rules.rs") {
                code += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    for rule in rules::SHAPE_RULES {
        assert!(code.contains(&format!("\"{}\"", rule.id)), "{} is never reported", rule.id);
        assert!(rule.text.len() > 80 && rule.text.ends_with('.'), "{} needs a real explanation", rule.id);
    }
    assert!(rules::SHAPE_RULES.is_sorted_by_key(|rule| rule.id));
    let shape = |id: &str| rules::SHAPE_RULES.iter().any(|rule| rule.id == id);
    let known = |id: &str| shape(id) || gallerist::rules::find_by_id(id).is_some();
    for call in ["Diagnostic::error(", "self.error(", "self.error_at_key(", "check_repeated(layer,"] {
        for rest in code.split(call).skip(1) {
            let Some(literal) = rest.trim_start().strip_prefix('"') else { continue };
            let id = literal.split('"').next().unwrap();
            assert!(known(id), "{id} is not in the table");
        }
    }
}
