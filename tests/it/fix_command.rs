//! `gallerist check --fix`: what is certain is written, what is a guess is not, and no file gets worse.

use crate::cli_runner::Cli;
use gallerist::definition::format;
use gallerist::service;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::Value;

const CATALOG: &str = "apiVersion: gallerist/v1\nkind: Catalog\nname: c\ntargets:\n  intl: {site: intl}\n";

/// A catalog with one product of these lines.
fn catalog(lines: &str) -> Cli {
    let cli = Cli::new();
    cli.write("gallerist.yaml", CATALOG);
    cli.write("products/a.yaml", &product(lines));
    cli
}

fn product(lines: &str) -> String {
    format!("apiVersion: gallerist/v1\nkind: Product\nkey: a\ndelivery: saas\n{lines}")
}

#[test]
fn certain_fixes_change_only_their_lines() {
    let cli = catalog(
        "# mine\nSalesType: Common # c\nversion: 1.0\r\npublic_sales: 'yes'\ntags: one\nspecifications:\n- {key: s, purchaseLimit: '5', prices: {One_Time: {USD: '1.00'}}}\n",
    );
    let stderr = cli.run(&["check", "--format", "short"]).stderr;
    assert_eq!(stderr, "`gallerist check --fix` fixes 6 of these.\n");
    let ended = cli.run(&["check", "--fix", "--format", "short"]);
    let after = product(
        "# mine\nsalesType: common # c\nversion: \"1.0\"\r\npublicSales: true\ntags: [one]\nspecifications:\n- {key: s, purchaseLimit: 5, prices: {one-time: {USD: '1.00'}}}\n",
    );
    assert_eq!(cli.read("products/a.yaml"), after, "{}{}", ended.stdout, ended.stderr);
    let fixed: Vec<&str> = ended.stdout.lines().filter(|line| line.contains(": fixed[")).collect();
    let expected = [
        "products/a.yaml:6:1: fixed[unknown-field]: write `salesType`",
        "products/a.yaml:6:12: fixed[unknown-value]: write `common`",
        "products/a.yaml:7:10: fixed[wrong-type]: put it in quotes",
        "products/a.yaml:8:1: fixed[unknown-field]: write `publicSales`",
        "products/a.yaml:8:14: fixed[wrong-type]: write `true`",
        "products/a.yaml:9:7: fixed[wrong-type]: write a list",
        "products/a.yaml:11:27: fixed[wrong-type]: leave the quotes out",
        "products/a.yaml:11:41: fixed[unknown-field]: write `one-time`",
    ];
    assert_eq!(fixed, expected);
    let again = cli.run(&["check", "--fix", "--format", "short"]);
    assert!(!again.stdout.contains("fixed["), "{}", again.stdout);
    assert_eq!(cli.read("products/a.yaml"), after);
}

#[test]
fn a_guess_is_left_to_a_person_unless_guesses_are_wanted() {
    let lines = "nmae: x\ntargets: [intel]\ntags: a, b\n";
    let cli = catalog(lines);
    let ended = cli.run(&["check", "--fix"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stdout.contains("error[unknown-field]"), "{}", ended.stdout);
    assert!(ended.stderr.contains("2 more could be fixed by a guess"), "{}", ended.stderr);
    assert_eq!(cli.read("products/a.yaml"), product(lines));
    let ended = cli.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(
        ended.stdout.starts_with("products/a.yaml:5:1: fixed[unknown-field]: write `name`\n"),
        "{}",
        ended.stdout
    );
    assert_eq!(cli.read("products/a.yaml"), product("name: x\ntargets: [intl]\ntags: [a, b]\n"));
}

#[test]
fn a_fix_that_makes_nothing_better_is_not_written() {
    // Both keys would become the same one.
    let cli = catalog("Name: x\nNAME: y\nSeo: {}\n");
    let ended = cli.run(&["check", "--fix"]);
    assert_eq!(ended.code, 3);
    assert_eq!(cli.read("products/a.yaml"), product("name: x\nNAME: y\nseo: {}\n"), "{}", ended.stdout);
    // The new key is another product's already.
    let cli = catalog("name: x\n");
    let other = product("").replace("key: a", "key: A");
    cli.write("products/b.yaml", &other);
    let ended = cli.run(&["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(ended.code, 3);
    assert_eq!(cli.read("products/b.yaml"), other, "{}", ended.stdout);
}

#[test]
fn a_fix_may_bring_to_light_what_another_one_mends() {
    let cli = catalog("name: x\n");
    cli.write("products/a.yaml", "apiVersion: gallerist/v1\nkind: product\nkey: a\ndelivery: SaaS\n");
    let _ = cli.run(&["check", "--fix"]);
    assert_eq!(cli.read("products/a.yaml"), product(""));
}

#[test]
fn the_catalogs_own_file_is_fixed_first() {
    let cli = catalog("Name: x\n");
    cli.write(
        "gallerist.yaml",
        &CATALOG.replace("site: intl", "Site: INTL").replace("kind: Catalog", "kind: catalog"),
    );
    let ended = cli.run(&["check", "--fix", "--format", "short"]);
    assert_eq!(cli.read("gallerist.yaml"), CATALOG, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(cli.read("products/a.yaml"), product("name: x\n"));
    cli.write("gallerist.yaml", &format!("{CATALOG}rules:\n  Guide_Unchecked: off\n"));
    let _ = cli.run(&["check", "--fix"]);
    assert_eq!(cli.read("gallerist.yaml"), format!("{CATALOG}rules:\n  guide-unchecked: off\n"));
    // With the right name there would be another mistake: this rule cannot be switched off.
    cli.write("gallerist.yaml", &format!("{CATALOG}rules:\n  Name_Missing: off\n"));
    let _ = cli.run(&["check", "--fix"]);
    assert_eq!(cli.read("gallerist.yaml"), format!("{CATALOG}rules:\n  Name_Missing: off\n"));
    // What was written is told, also when it was not enough.
    cli.write(
        "gallerist.yaml",
        &CATALOG.replace("kind: Catalog", "kind: catalog").replace("name: c", "name: '#'"),
    );
    let ended = cli.run(&["check", "--fix"]);
    assert_eq!(ended.code, 3);
    assert!(
        ended.stdout.starts_with("gallerist.yaml:2:7: fixed[kind-unknown]: write `Catalog`\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn only_named_files_are_fixed_and_a_text_on_stdin_is_not() {
    let cli = catalog("Name: x\n");
    cli.write("products/b.yaml", &product("Name: x\n").replace("key: a", "key: b"));
    let _ = cli.run(&["check", "--fix", "products/b.yaml"]);
    assert_eq!(cli.read("products/a.yaml"), product("Name: x\n"));
    assert_eq!(cli.read("products/b.yaml"), product("name: x\n").replace("key: a", "key: b"));
    cli.run(&["check", "--fix", "--stdin-filename", "products/a.yaml"]).failed(1);
    cli.run(&["check", "--unsafe-fixes"]).failed(1);
    let stderr = Cli::new().run(&["check", "--fix", "a.yaml"]).failed(1);
    assert!(stderr.contains("can be checked, but not fixed"), "{stderr}");
}

#[test]
fn programs_are_told_what_was_fixed() {
    let cli = catalog("Name: x\nnmae: y\n");
    let ended = cli.run(&["check", "--fix", "--format", "json"]);
    crate::wire::assert_fits_schema("diagnostics", &ended.stdout);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let fixed = serde_json::json!([{"path": "products/a.yaml", "position": {"line": 5, "column": 1}, "rule": "unknown-field", "title": "write `name`"}]);
    assert_eq!(report["fixed"], fixed);
    assert_eq!(report["exitCode"], 3);
}

/// Words that may stand at one place, from a schema.
fn vocabularies(schema: &Value, found: &mut Vec<Vec<String>>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        found.push(properties.keys().cloned().collect());
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        found.push(words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect());
    }
    let inner = schema.as_object().into_iter().flat_map(|object| object.values().collect::<Vec<_>>());
    for schema in inner.chain(schema.as_array().into_iter().flatten()) {
        vocabularies(schema, found);
    }
}

/// A fix of capitals and hyphens is certain because no two words differ in those alone.
#[test]
fn no_two_words_of_a_form_differ_only_in_capitals_and_hyphens() {
    let mut found = Vec::new();
    for (_, schema) in gallerist::definition::schemas() {
        vocabularies(&serde_json::from_str(&schema).unwrap(), &mut found);
    }
    found.push(gallerist::rules::all().map(|rule| rule.doc.id.to_owned()).collect());
    assert!(found.len() > 30);
    for words in found {
        let letters = words.iter().map(|word| word.to_lowercase().replace(['_', '-', ' '], ""));
        assert_eq!(letters.collect::<std::collections::BTreeSet<_>>().len(), words.len(), "{words:?}");
    }
}

/// What people get wrong: a piece of a sound product, and what they wrote.
const SLIPS: &[(&str, &str)] = &[
    ("salesType:", "sales_type:"),
    ("salesType:", "salesTpye:"),
    ("joint-operations", "Joint operations"),
    ("joint-operations", "joint-operation"),
    ("version: V1.0", "version: 1.0"),
    ("publicSales: true", "publicSales: yes"),
    ("purchaseLimit: 5", "purchaseLimit: \"5\""),
    ("tags: [IoT]", "tags: IoT"),
    ("tags: [IoT]", "tags: a, b"),
    ("trialDays: 14", "trialDays: soon"),
    ("kind: Product", "kind: product"),
    ("key: starter\n", "key: Starter\n"),
    ("edition: basic", "edition: basik"),
    ("targets: [intl, eu]", "targets: [intl, eo]"),
    ("yearly:", "Yearly:"),
    ("specifications:", "Specifications:"),
    ("name: Acme CRM\n", "name: Acme CRM\nName: x\n"),
    ("category:", "category"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixing_never_makes_a_catalog_worse(slips in subsequence(SLIPS, 1..6), guesses in any::<bool>()) {
        let cli = Cli::new();
        cli.write("gallerist.yaml", &format!("{CATALOG}  eu: {{site: eu}}\ndefaultTarget: intl\n"));
        let (_, sound) = crate::schema::fixtures("accepted").into_iter().find(|(path, _)| path == "product-full.yaml").unwrap();
        let sound = String::from_utf8(sound).unwrap();
        let text = slips.iter().fold(sound, |text, (right, wrong)| text.replacen(right, wrong, 1));
        cli.write("products/a.yaml", &text);
        let request = service::Request {
            directory: camino::Utf8PathBuf::from_path_buf(cli.folder()).unwrap(),
            target: None,
            on_throwaway_machine: false,
            now: "2026-11-22T09:00:00Z".parse().unwrap(),
        };
        let is_shape = |rule: &str| gallerist::definition::rules::SHAPE_RULES.iter().any(|known| known.id == rule);
        let shape_errors = |checked: &service::Checked| checked.diagnostics.list.iter().filter(|found| is_shape(found.rule)).count();
        let before = service::check(&request, &[], &[]).unwrap();
        let fixed = service::fix(&request, &[], guesses).unwrap();
        let after = cli.read("products/a.yaml");
        let whole = format(camino::Utf8Path::new("a.yaml"), after.as_bytes()).after.is_some();
        // Nothing else is looked for in a document of unknown kind.
        let hidden = text.contains("kind: product");
        prop_assert!(whole || hidden || shape_errors(&fixed.checked) <= shape_errors(&before), "{}\n became\n{}", text, after);
        prop_assert_eq!(fixed.applied.is_empty(), text == after);
        let again = service::fix(&request, &[], guesses).unwrap();
        prop_assert_eq!(again.applied, Vec::new());
        prop_assert_eq!(cli.read("products/a.yaml"), after);
    }
}
