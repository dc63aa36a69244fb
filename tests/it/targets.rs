//! One catalog at several targets: different prices, texts, visibility and reviews; a sandbox beside the console; two
//! catalogs of one seller; what is retired or replaced at one target only.

use crate::cli_runner::{Cli, Ended};
use gallerist::model::{Key, ProductField};
use gallerist::sandbox::{ProductRow, Store};

const PRODUCT: &str = "products/quayside-migration/product.yaml";

/// A catalog with one product, sold at two targets with a marketplace each.
fn at_two_targets() -> Cli {
    let cli = Cli::new();
    crate::examples::copy(&crate::tree::root().join("examples/07-price-change"), &cli.folder()).unwrap();
    cli.write(
        "gallerist.yaml",
        "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ndefaultTarget: intl\ntargets:\n\
         \x20 intl:\n    site: intl\n    marketplace: {path: .gallerist/intl.db}\n\
         \x20   ledger: {path: .gallerist/intl-ledger.db}\n\
         \x20 eu:\n    site: eu\n    marketplace: {path: .gallerist/eu.db}\n\
         \x20   ledger: {path: .gallerist/eu-ledger.db}\n",
    );
    edit(&cli, "{USD: \"3200.00\"}", "{USD: \"3200.00\", EUR: \"2900.00\"}");
    let text = cli.read(PRODUCT);
    let text = text
        .replace("delivery: professional-service\n", "delivery: professional-service\ntargets: [intl, eu]\n");
    cli.write(PRODUCT, &text);
    for price in prices(&cli.read(PRODUCT)) {
        edit(&cli, &format!("{{USD: \"{price}\"}}"), &format!("{{USD: \"{price}\", EUR: \"{price}\"}}"));
    }
    append(
        &cli,
        "overrides:\n  eu:\n    overview: Moves databases to Huawei Cloud, with people in Europe.\n    publicSales: false\n",
    );
    cli
}

/// Prices that have no other currency yet.
fn prices(text: &str) -> Vec<String> {
    let found = text
        .split("{USD: \"")
        .skip(1)
        .filter(|rest| rest.split_once('"').is_some_and(|(_, rest)| rest.starts_with('}')));
    let mut found: Vec<String> = found.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    found.dedup();
    found
}

fn edit(cli: &Cli, from: &str, to: &str) {
    let text = cli.read(PRODUCT);
    assert!(text.contains(from), "`{from}` is not in\n{text}");
    cli.write(PRODUCT, &text.replace(from, to));
}

fn append(cli: &Cli, text: &str) {
    cli.write(PRODUCT, &format!("{}{text}", cli.read(PRODUCT)));
}

fn run(cli: &Cli, arguments: &str) -> Ended {
    cli.run(&arguments.split_whitespace().collect::<Vec<_>>())
}

fn sold(cli: &Cli, database: &str) -> Vec<ProductRow> {
    let path = camino::Utf8PathBuf::from_path_buf(cli.path(database)).unwrap();
    Store::open(&path).unwrap().state().unwrap().products.values().cloned().collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn prices_texts_and_visibility_differ_by_target() {
    let cli = at_two_targets();
    assert_eq!(run(&cli, "check").fine(), run(&cli, "check").fine());
    for target in ["intl", "eu"] {
        let _ = run(&cli, &format!("reconcile --target {target}")).fine();
        let _ = run(&cli, &format!("sandbox review --approve-all --target {target}")).fine();
        let _ = run(&cli, &format!("reconcile --target {target}")).fine();
        assert!(run(&cli, &format!("status --target {target}")).fine().contains("in sync"));
    }
    let (intl, eu) = (&sold(&cli, ".gallerist/intl.db")[0], &sold(&cli, ".gallerist/eu.db")[0]);
    assert_eq!(intl.fields.flag(ProductField::PublicSales), Some(true));
    assert_eq!(eu.fields.flag(ProductField::PublicSales), Some(false));
    assert!(eu.fields.text(ProductField::Overview).unwrap().ends_with("with people in Europe."));
    assert_ne!(intl.fields.text(ProductField::Overview), eu.fields.text(ProductField::Overview));
    let price = |row: &ProductRow| {
        let (_, specification) = row.specifications.iter().next().unwrap();
        specification.prices.values().next().unwrap().to_string()
    };
    assert_eq!((price(intl), price(eu)), ("3200.00".to_owned(), "2900.00".to_owned()));
}

#[test]
fn each_target_has_reviews_of_its_own() {
    let cli = at_two_targets();
    let _ = run(&cli, "reconcile").fine();
    let _ = run(&cli, "sandbox review --approve-all").fine();
    let _ = run(&cli, "reconcile").fine();
    let _ = run(&cli, "reconcile --target eu").fine();
    let pending = run(&cli, "sandbox review --target eu").fine();
    let application = pending.split_whitespace().find(|word| word.starts_with("KG")).unwrap();
    let reject = [
        "sandbox",
        "review",
        "--reject",
        application.trim_end_matches([':', ',']),
        "--reason",
        "Say where",
        "--target",
        "eu",
    ];
    let _ = cli.run(&reject).fine();
    let _ = run(&cli, "reconcile --target eu");
    assert!(run(&cli, "status").fine().contains("in sync"));
    let eu = run(&cli, "status --target eu").fine();
    assert!(eu.contains("rejected") && eu.contains("Say where"), "{eu}");
    // A change at one target leaves the other alone, and the rejected one is tried again where the change is.
    edit(&cli, "with people in Europe.", "with people in Paris and Dublin.");
    assert!(one_line(&run(&cli, "plan").fine()).contains("Nothing to do."));
    assert!(
        run(&cli, "plan --target eu").fine().contains("attempt 2")
            || run(&cli, "plan --target eu").fine().contains("to submit")
    );
}

#[test]
fn a_specification_is_retired_and_replaced_at_one_target_only() {
    let cli = at_two_targets();
    for target in ["intl", "eu"] {
        let _ = run(&cli, &format!("reconcile --target {target}")).fine();
        let _ = run(&cli, &format!("sandbox review --approve-all --target {target}")).fine();
        let _ = run(&cli, &format!("reconcile --target {target}")).fine();
    }
    append(
        &cli,
        "    specifications:\n      - key: one-database\n        retire: {reason: Sold as a pair in Europe}\n\
         \x20     - key: pair\n        name: Pair of Databases\n        public: true\n        replaces: [one-database]\n\
         \x20       prices: {one-time: {EUR: \"3000.00\"}}\n",
    );
    assert!(one_line(&run(&cli, "plan").fine()).contains("Nothing to do."), "the other target keeps it");
    let plan = run(&cli, "plan --target eu");
    assert_eq!(plan.code, 3, "{}", plan.stdout);
    let shown = one_line(&plan.stdout);
    assert!(shown.contains("1. modify") && shown.contains("2. take off the catalog"), "{}", plan.stdout);
    let operations: Vec<&str> = plan
        .stdout
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| word.starts_with("o-") && word.len() == 18)
        .collect();
    for operation in operations {
        let _ = cli.run(&["approve", operation, "--reason", "agreed", "--target", "eu"]);
    }
    for _ in 0..2 {
        let _ = run(&cli, "reconcile --target eu");
        let _ = run(&cli, "sandbox review --approve-all --target eu").fine();
    }
    let _ = run(&cli, "reconcile --target eu").fine();
    let eu = &sold(&cli, ".gallerist/eu.db")[0];
    let key = |text| Key::new(text).unwrap();
    assert!(eu.specifications[&key("one-database")].discontinued);
    assert!(!eu.specifications[&key("pair")].discontinued);
    let intl = &sold(&cli, ".gallerist/intl.db")[0];
    assert!(!intl.specifications[&key("one-database")].discontinued);
    assert!(!intl.specifications.contains_key(&key("pair")));
    assert!(run(&cli, "status --target eu").fine().contains("in sync"));
}

/// A catalog that was tried in the sandbox, and goes to the console.
fn tried(target: &str) -> Cli {
    let cli = Cli::new();
    crate::examples::copy(&crate::tree::root().join("examples/07-price-change"), &cli.folder()).unwrap();
    let config = |targets: &str| {
        format!(
            "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ndefaultTarget: {target}\ntargets:\n{targets}"
        )
    };
    cli.write("gallerist.yaml", &config(&format!("  {target}: {{site: intl}}\n")));
    let _ = run(&cli, "reconcile").fine();
    let _ = run(&cli, "sandbox review --approve-all").fine();
    let _ = run(&cli, "reconcile").fine();
    assert!(run(&cli, "status").fine().contains("in sync"));
    cli
}

#[test]
fn what_was_tried_in_a_sandbox_is_not_on_sale_at_the_console() {
    let cli = tried("try");
    cli.write(
        "gallerist.yaml",
        "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ndefaultTarget: intl\ntargets:\n  try: {site: intl}\n\
         \x20 intl: {site: intl, marketplace: {driver: console}}\n",
    );
    let text = cli.read(PRODUCT);
    cli.write(
        PRODUCT,
        &text.replace(
            "delivery: professional-service\n",
            "delivery: professional-service\ntargets: [try, intl]\n",
        ),
    );
    let plan = run(&cli, "plan").fine();
    assert!(plan.contains("release for the first time"), "{plan}");
    let handed = run(&cli, "reconcile").fine();
    assert!(one_line(&handed).contains("to be entered in the console"), "{handed}");
    assert!(run(&cli, "status --target try").fine().contains("in sync"), "the sandbox goes on");
    assert!(!cli.path("released").exists(), "nothing is on sale at the console");
}

#[test]
fn a_target_that_changes_from_the_sandbox_to_the_console_stops() {
    let cli = tried("intl");
    let config =
        cli.read("gallerist.yaml").replace("{site: intl}", "{site: intl, marketplace: {driver: console}}");
    cli.write("gallerist.yaml", &config);
    for command in ["plan", "status", "reconcile", "submissions list"] {
        let error = run(&cli, command).failed(1).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            error.contains("`intl` is at the Seller Console now, and its ledger is about a sandbox"),
            "{error}"
        );
        assert!(error.contains("a target of its own"), "{error}");
    }
    assert!(!cli.path("sheets").exists(), "nothing is handed over on top of what only the sandbox knows");
    // What the sandbox had in review was never in the console, so nobody can record a verdict of it.
    let back = cli.read("gallerist.yaml").replace(", marketplace: {driver: console}", "");
    cli.write("gallerist.yaml", &back);
    assert!(run(&cli, "status").fine().contains("in sync"), "the sandbox is as it was");
}

#[test]
fn two_catalogs_of_one_seller_leave_each_other_alone() {
    let first = Cli::new();
    crate::examples::copy(&crate::tree::root().join("examples/07-price-change"), &first.folder()).unwrap();
    let second = Cli::new();
    crate::examples::copy(&crate::tree::root().join("examples/03-first-license"), &second.folder()).unwrap();
    let database = first.path(".gallerist/sandbox.db");
    for (cli, name) in [(&first, "acme-one"), (&second, "acme-two")] {
        let path = if name == "acme-one" {
            ".gallerist/sandbox.db".to_owned()
        } else {
            database.display().to_string()
        };
        let config = format!(
            "apiVersion: gallerist/v1\nkind: Catalog\nname: {name}\ntargets:\n  intl: {{site: intl, marketplace: {{path: \"{path}\"}}}}\n"
        );
        cli.write("gallerist.yaml", &config);
    }
    let _ = run(&first, "reconcile").fine();
    let _ = run(&first, "sandbox review --approve-all").fine();
    let _ = run(&first, "reconcile").fine();
    // The second catalog finds products of the account that it does not know, and asks before it sells another.
    let plan = run(&second, "plan");
    assert_eq!(plan.code, 3, "{}", plan.stdout);
    assert!(plan.stdout.contains("ledger-incomplete"), "{}", plan.stdout);
    let operation = plan
        .stdout
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .find(|word| word.starts_with("o-") && word.len() == 18)
        .unwrap()
        .to_owned();
    let _ = second.run(&["approve", &operation, "--reason", "another product of ours"]).fine();
    let _ = run(&second, "reconcile").fine();
    let _ = run(&second, "sandbox review --approve-all").fine();
    let _ = run(&second, "reconcile").fine();
    assert_eq!(sold(&first, ".gallerist/sandbox.db").len(), 2);
    for cli in [&first, &second] {
        let status = run(cli, "status").fine();
        assert!(status.contains("in sync"), "{status}");
        let plan = run(cli, "plan").fine();
        assert!(plan.contains("Nothing to do."), "{plan}");
        assert!(one_line(&plan).contains("is on sale, but no definition is bound to it"), "{plan}");
    }
}
