//! What a change adds to the branch it is for. However little of the catalog is read for it, it is what whole plans of
//! both commits say.

use super::shop::{Repository, keys};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PRODUCT: &str = "products/quayside-migration/product.yaml";

#[test]
fn a_change_is_told_apart_from_what_waits_already() {
    let shop = Repository::on_sale("07-price-change");
    shop.edit(PRODUCT, "\"3200.00\"", "\"3300.00\"");
    shop.commit("waits already");
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit(PRODUCT, "\"11800.00\"", "\"12000.00\"");
    shop.commit("new");
    let plan = shop.run(&["plan", "--base", "main"]).fine();
    assert!(plan.contains("adds to main"), "{plan}");
    let waiting = plan.find("3200.00 -> 3300.00").unwrap();
    let new = plan.find("11800.00 -> 12000.00").unwrap();
    let mark = plan.find("planned before, too").unwrap();
    assert_eq!(plan.matches("planned before, too").count(), 1, "{plan}");
    assert!((waiting < mark) == (waiting > new || mark < new), "{plan}");
    // Taken back before it was ever sent.
    shop.edit(PRODUCT, "\"3300.00\"", "\"3200.00\"");
    shop.edit(PRODUCT, "\"12000.00\"", "\"11800.00\"");
    shop.commit("as it was");
    let plan = shop.run(&["plan", "--base", "main"]).fine();
    assert!(plan.contains("no longer planned:"), "{plan}");
}

#[test]
fn comments_and_order_are_no_change() {
    let shop = Repository::on_sale("07-price-change");
    let text = shop.cli.read(PRODUCT);
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.cli.write(PRODUCT, &format!("# Only said to people.\n{text}"));
    shop.commit("a comment");
    let plan = shop.run(&["plan", "--base", "main"]).fine();
    assert!(plan.contains("Changed without effect on the marketplace: quayside-migration."), "{plan}");
    let report = shop.json(&["plan", "--base", "main"]);
    assert_eq!(report["outcome"], "done");
}

#[test]
fn the_commit_they_have_in_common_is_what_counts() {
    let shop = Repository::two_dozen();
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit("products/bakery-desk.yaml", "name: ", "name: Better ");
    shop.commit("mine");
    shop.git(&["checkout", "-q", "main"]);
    shop.edit("products/bakery-portal.yaml", "name: ", "name: Other ");
    shop.commit("somebody else's");
    shop.git(&["checkout", "-q", "change"]);
    let report = shop.json(&["plan", "--base", "main"]);
    assert_eq!(keys(&report["plan"]["products"]), ["bakery-desk"]);
}

#[test]
fn the_first_catalog_of_a_repository_is_a_change() {
    let shop = Repository::of("07-price-change");
    shop.git(&["checkout", "-q", "--orphan", "empty"]);
    shop.git(&["rm", "-rqf", "."]);
    shop.git(&["commit", "-q", "--allow-empty", "-m", "nothing yet"]);
    shop.git(&["checkout", "-q", "-b", "adds"]);
    shop.git(&["checkout", "-q", "main", "--", "."]);
    shop.commit("a catalog");
    let plan = shop.run(&["plan", "--base", "empty"]).fine();
    assert!(plan.contains("release for the first time"), "{plan}");
    assert_eq!(shop.run(&["check", "--base", "empty"]).code, 0);
}

#[test]
fn a_change_of_where_things_are_asked_is_not_followed() {
    let shop = Repository::on_sale("07-price-change");
    shop.git(&["checkout", "-q", "-b", "hostile"]);
    let config = shop.cli.read("gallerist.yaml");
    let marketplace = "    marketplace: {driver: sandbox, path: .gallerist/theirs.db}\n    branch: hostile\n";
    let config = match config.find("    site: intl\n") {
        Some(at) => {
            let (head, tail) = config.split_at(at + "    site: intl\n".len());
            let kept: Vec<&str> = tail.lines().filter(|line| !line.contains("marketplace")).collect();
            format!("{head}{marketplace}{}\n", kept.join("\n"))
        }
        None => panic!("{config}"),
    };
    shop.cli.write("gallerist.yaml", &config);
    shop.commit("look elsewhere");
    let plan = shop.run(&["plan", "--base", "main"]);
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    assert!(!plan.stdout.contains("release for the first time"), "{}", plan.stdout);
    assert!(!shop.cli.path(".gallerist/theirs.db").exists());
}

#[test]
fn approvals_count_once_they_are_merged() {
    let shop = Repository::on_sale("07-price-change");
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit(PRODUCT, "\"3200.00\"", "\"6400.00\"");
    shop.commit("twice the price");
    let report = shop.json(&["plan", "--base", "main"]);
    assert_eq!(report["outcome"], "blocked");
    let operation = report["plan"]["products"][0]["blocks"][0]["approval"].as_str().unwrap().to_owned();
    let _ = shop.run(&["approve", &operation, "--reason", "agreed", "--by", "Owner"]).fine();
    shop.commit("approve it");
    let plan = shop.run(&["plan", "--base", "main"]);
    assert_eq!(plan.code, 3);
    assert!(plan.stdout.contains("proposed: an approval is written"), "{}", plan.stdout);
    shop.git(&["checkout", "-q", "main"]);
    shop.git(&["merge", "-q", "--ff-only", "change"]);
    assert_eq!(shop.json(&["plan"])["outcome"], "to-submit");
}

/// A reader counts what is parsed, as `--verbose` says.
fn files_read(shop: &Repository, arguments: &[&str]) -> usize {
    let ended = shop.run(&[arguments, &["--verbose"]].concat());
    let line = ended.stderr.lines().find(|line| line.starts_with("Read ")).unwrap_or_default().to_owned();
    line.split_whitespace()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or_else(|| panic!("{}", ended.stderr))
}

#[test]
fn only_files_that_differ_are_parsed() {
    let shop = Repository::two_dozen();
    let folder = shop.export();
    shop.git(&["checkout", "-q", "-b", "change"]);
    let changed = ["bakery-desk", "airport-portal", "campus-toolkit"];
    for key in changed {
        shop.edit(&format!("products/{key}.yaml"), "name: ", "name: Better ");
    }
    shop.commit("three of two dozen");
    // Both sides have a library of attributes.
    let most = 2 * changed.len() + 2;
    for arguments in [
        &["plan", "--base", "main"][..],
        &["plan", "--base", "main", "--released", &folder],
        &["check", "--base", "main"],
    ] {
        assert!(files_read(&shop, arguments) <= most, "{arguments:?}");
    }
    assert!(files_read(&shop, &["plan"]) > 24);
    // A new product is searched for in the others, and none of them is parsed for it.
    let text = shop.cli.read("products/bakery-desk.yaml");
    shop.cli
        .write("products/brewery-desk.yaml", &text.replace("bakery", "brewery").replace("Bakery", "Brewery"));
    let certificate = |key: &str| shop.cli.path(&format!("assets/certificates/{key}-desk.pdf"));
    std::fs::copy(certificate("bakery"), certificate("brewery")).unwrap();
    shop.commit("one more");
    assert!(files_read(&shop, &["plan", "--base", "main"]) <= most + 2);
    let report = shop.json(&["plan", "--base", "main"]);
    let mut expected: Vec<&str> = changed.to_vec();
    expected.push("brewery-desk");
    expected.sort_unstable();
    assert_eq!(keys(&report["plan"]["products"]), expected);
}

#[test]
fn a_shared_picture_is_a_change_of_all_who_name_it() {
    let shop = Repository::two_dozen();
    shop.git(&["checkout", "-q", "-b", "change"]);
    let certificate = "assets/certificates/bakery-desk.pdf";
    let mut bytes = std::fs::read(shop.cli.path(certificate)).unwrap();
    bytes.extend_from_slice(b"\n% again\n");
    std::fs::write(shop.cli.path(certificate), bytes).unwrap();
    shop.commit("another certificate");
    let report = shop.json(&["plan", "--base", "main"]);
    assert_eq!(keys(&report["plan"]["products"]), ["bakery-desk"]);
    assert!(!report["plan"]["products"][0]["changes"].as_array().unwrap().is_empty());
}

#[test]
fn a_key_that_another_product_has_is_found_in_files_that_did_not_change() {
    let shop = Repository::two_dozen();
    shop.git(&["checkout", "-q", "-b", "change"]);
    let text = shop.cli.read("products/bakery-desk.yaml");
    shop.cli.write("products/copy.yaml", &text);
    shop.commit("the same key again");
    for command in ["plan", "check"] {
        let said = shop.run(&[command, "--base", "main"]);
        assert_eq!(said.code, 3, "{command}: {}", said.stdout);
        assert!(said.stdout.contains("product-key-repeated"), "{command}: {}", said.stdout);
    }
}

#[test]
fn what_no_two_products_may_have_is_found_in_files_that_did_not_change() {
    let shop = Repository::two_dozen();
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit(
        "products/airport-desk.yaml",
        "assets/certificates/airport-desk.pdf",
        "assets/certificates/bakery-desk.pdf",
    );
    shop.commit("somebody else's certificate");
    for command in ["plan", "check"] {
        let said = shop.run(&[command, "--base", "main"]);
        assert_eq!(said.code, 3, "{command}: {}", said.stdout);
        assert!(said.stdout.contains("certificate-shared"), "{command}: {}", said.stdout);
        let read = files_read(&shop, &[command, "--base", "main"]);
        assert!(read < 24, "{command} read {read}");
    }
}

#[test]
fn a_change_of_an_approval_alone_is_about_the_product_as_it_is() {
    let shop = Repository::on_sale("07-price-change");
    shop.edit(PRODUCT, "\"3200.00\"", "\"6400.00\"");
    shop.commit("twice the price");
    let blocked = shop.json(&["plan"]);
    let operation = blocked["plan"]["products"][0]["blocks"][0]["approval"].as_str().unwrap().to_owned();
    shop.git(&["checkout", "-q", "-b", "change"]);
    let _ = shop.run(&["approve", &operation, "--reason", "agreed", "--by", "Owner"]).fine();
    shop.commit("approve it");
    let plan = shop.run(&["plan", "--base", "main"]);
    assert!(!plan.stdout.contains("managed-product-vanished"), "{}", plan.stdout);
    assert!(plan.stdout.contains("proposed: an approval is written"), "{}", plan.stdout);
}

#[test]
fn a_snapshot_without_some_of_its_files_is_not_believed() {
    let shop = Repository::on_sale("07-price-change");
    let folder = shop.export();
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit(PRODUCT, "\"3200.00\"", "\"3300.00\"");
    shop.commit("dearer");
    std::fs::remove_file(format!("{folder}products/quayside-migration.json")).unwrap();
    for version in [&["plan"][..], &["plan", "--base", "main"]] {
        let refused = shop.run(&[version, &["--released", &folder]].concat()).failed(1);
        assert!(refused.contains("is not whole"), "{refused}");
    }
}

#[test]
fn what_stands_behind_a_link_is_part_of_a_change() {
    let shop = Repository::on_sale("07-price-change");
    let folder = shop.cli.folder();
    std::fs::rename(folder.join(PRODUCT), folder.join("elsewhere.yaml")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere.yaml", folder.join(PRODUCT)).unwrap();
    shop.commit("a link");
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit("elsewhere.yaml", "\"3200.00\"", "\"3300.00\"");
    shop.commit("dearer");
    assert!(shop.run(&["plan", "--base", "main"]).fine().contains("3200.00 -> 3300.00"));
}

#[test]
fn names_of_files_are_found_however_they_are_written() {
    let shop = Repository::on_sale("07-price-change");
    let (old, new) =
        ("products/quayside-migration/agreement.md", "products/quayside-migration/buyer's terms.md");
    shop.git(&["mv", old, new]);
    shop.edit(PRODUCT, "{file: agreement.md}", "{file: 'buyer''s terms.md'}");
    shop.commit("another name");
    shop.git(&["checkout", "-q", "-b", "change"]);
    let text = shop.cli.read(new);
    shop.cli.write(new, &format!("{text}\nWe owe nothing.\n"));
    shop.commit("other terms");
    assert!(shop.run(&["plan", "--base", "main"]).fine().contains("We owe nothing."));
}

#[test]
fn relations_are_found_in_files_that_did_not_change() {
    let shop = Repository::two_dozen();
    shop.git(&["checkout", "-q", "-b", "change"]);
    shop.edit(
        "products/airport-desk.yaml",
        "key: airport-desk\n",
        "key: airport-desk\nformerly: [bakery-desk]\n",
    );
    shop.commit("follows one that is there");
    for command in ["plan", "check"] {
        let said = shop.run(&[command, "--base", "main"]);
        assert_eq!(said.code, 3, "{command}: {}", said.stdout);
        assert!(said.stdout.contains("former-key-in-use"), "{command}: {}", said.stdout);
    }
}

#[test]
fn a_change_that_sets_other_limits_says_so() {
    let shop = Repository::on_sale("07-price-change");
    shop.git(&["checkout", "-q", "-b", "change"]);
    let settings = shop.cli.read("gallerist.yaml");
    shop.cli.write("gallerist.yaml", &format!("{settings}guards: {{priceChangePercent: 90}}\n"));
    shop.edit(PRODUCT, "\"3200.00\"", "\"5400.00\"");
    shop.commit("a wide guard and a high price");
    let plan = shop.run(&["plan", "--base", "main"]).fine();
    assert!(plan.contains("settings-changed") && plan.contains("the guards"), "{plan}");
}

/// What one of us does to the catalog on a branch.
#[derive(Debug, Clone)]
enum Edit {
    Rename(usize),
    Price(usize, u32),
    Retire(usize),
    Delete(usize),
    Add(usize),
    Replace(usize, usize),
    Break(usize),
    Comment(usize),
    Picture(usize),
    Library,
    Level,
}

fn edit() -> impl Strategy<Value = Edit> {
    let one = || 0..24_usize;
    prop_oneof![
        4 => one().prop_map(Edit::Rename),
        4 => (one(), 50..200_u32).prop_map(|(at, percent)| Edit::Price(at, percent)),
        2 => one().prop_map(Edit::Retire),
        2 => one().prop_map(Edit::Delete),
        2 => one().prop_map(Edit::Add),
        2 => (one(), one()).prop_map(|(old, new)| Edit::Replace(old, new)),
        1 => one().prop_map(Edit::Break),
        2 => one().prop_map(Edit::Comment),
        2 => one().prop_map(Edit::Picture),
        1 => Just(Edit::Library),
        1 => Just(Edit::Level),
    ]
}

impl Edit {
    fn apply(&self, shop: &Repository) {
        let products = shop.products();
        let path = |at: usize| format!("products/{}.yaml", products[at % products.len()]);
        let change = |at: usize, from: &str, to: &str| {
            let text = shop.cli.read(&path(at));
            shop.cli.write(path(at), &text.replacen(from, to, 1));
        };
        let append = |path: &str, line: &str| {
            let text = shop.cli.read(path);
            shop.cli.write(path, &format!("{text}{line}"));
        };
        match self {
            Self::Rename(at) => change(*at, "name: ", "name: New "),
            Self::Price(at, percent) => change(*at, ".00\"", &format!("{}.00\"", percent % 10)),
            Self::Retire(at) => append(&path(*at), "retire: {reason: \"Nobody buys it any more.\"}\n"),
            Self::Delete(at) => std::fs::remove_file(shop.cli.path(&path(*at))).unwrap(),
            Self::Add(at) => {
                let key = &products[at % products.len()];
                let text = shop.cli.read(&path(*at)).replace(key.as_str(), &format!("{key}-two"));
                shop.cli
                    .write(format!("products/{key}-two.yaml"), &text.replacen("name: ", "name: Second ", 1));
            }
            Self::Replace(old, new) => {
                let key = &products[old % products.len()];
                append(&path(*new), &format!("replaces: [{key}]\n"));
            }
            Self::Break(at) => append(&path(*at), "nonsense: [\n"),
            Self::Comment(at) => append(&path(*at), "# said to people\n"),
            Self::Picture(at) => {
                let file = format!("assets/certificates/{}.pdf", products[at % products.len()]);
                if shop.cli.path(&file).exists() {
                    append(&file, "% again\n");
                }
            }
            Self::Library => append("attributes.yaml", "# said to people\n"),
            Self::Level => {
                let settings = "rules: {editions-as-products: off}\n";
                if !shop.cli.read("gallerist.yaml").contains(settings) {
                    append("gallerist.yaml", settings);
                }
            }
        }
    }
}

fn by_key(report: &Value) -> BTreeMap<String, Value> {
    let products = report["plan"]["products"].as_array().unwrap();
    products.iter().map(|one| (one["key"].as_str().unwrap().to_owned(), one.clone())).collect()
}

/// What people decide about, without places and without what limits over the whole catalog count.
fn decided(product: &Value) -> Value {
    let mut kept = product.clone();
    let object = kept.as_object_mut().unwrap();
    object.remove("path");
    let over_all =
        ["too-much-retired", "certificate-shared", "editions-as-products", "edition-suffix-missing"];
    for list in ["blocks", "notices"] {
        let findings = object.get_mut(list).unwrap().as_array_mut().unwrap();
        let finding = |one: &Value| if list == "blocks" { one["finding"].clone() } else { one.clone() };
        findings.retain(|one| {
            let rule = finding(one)["rule"].as_str().unwrap().to_owned();
            !over_all.contains(&rule.as_str())
                && !rule.contains("domain-scanned")
                && !rule.contains("service-name")
        });
    }
    kept
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_is_the_difference_of_two_whole_plans(edits in prop::collection::vec(edit(), 1..5)) {
        let shop = Repository::two_dozen();
        let folder = shop.export();
        shop.git(&["checkout", "-q", "-b", "change"]);
        for edit in &edits {
            edit.apply(&shop);
        }
        shop.commit("edits");
        let whole = |revision: &str| by_key(&shop.json(&["plan", "--rev", revision]));
        let (before, after) = (whole("main"), whole("change"));
        for released in [&["plan", "--base", "main"][..], &["plan", "--base", "main", "--released", &folder]] {
            let report = shop.json(released);
            let told = by_key(&report);
            for (key, product) in &told {
                prop_assert_eq!(decided(product), decided(&after[key]), "{}", key);
            }
            // Nothing that differs is left out.
            let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in all {
                let operations = |side: &BTreeMap<String, Value>| side.get(key).map(|one| one["changes"].clone());
                let missing = after.contains_key(key) && !told.contains_key(key);
                prop_assert!(!missing || operations(&before) == operations(&after), "{} is left out", key);
            }
        }
    }
}
