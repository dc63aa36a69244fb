//! `gallerist check --fix`: what is certain is written, what is a guess is not, and no file gets worse.

use crate::cli_runner::Cli;

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
    assert!(ended.stdout.starts_with("products/a.yaml:5:1: fixed[unknown-field]: write `name`\n"), "{}", ended.stdout);
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
    cli.run(&["check", "--fix"]);
    assert_eq!(cli.read("products/a.yaml"), product(""));
}

#[test]
fn the_catalogs_own_file_is_fixed_first() {
    let cli = catalog("Name: x\n");
    cli.write("gallerist.yaml", &CATALOG.replace("site: intl", "Site: INTL").replace("kind: Catalog", "kind: catalog"));
    let ended = cli.run(&["check", "--fix", "--format", "short"]);
    assert_eq!(cli.read("gallerist.yaml"), CATALOG, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(cli.read("products/a.yaml"), product("name: x\n"));
    cli.write("gallerist.yaml", &format!("{CATALOG}rules:\n  Name_Missing: off\n"));
    cli.run(&["check", "--fix"]);
    assert_eq!(cli.read("gallerist.yaml"), format!("{CATALOG}rules:\n  name-missing: off\n"));
    // What was written is told, also when it was not enough.
    cli.write("gallerist.yaml", &CATALOG.replace("kind: Catalog", "kind: catalog").replace("name: c", "name: '#'"));
    let ended = cli.run(&["check", "--fix"]);
    assert_eq!(ended.code, 3);
    assert!(ended.stdout.starts_with("gallerist.yaml:2:7: fixed[kind-unknown]: write `Catalog`\n"), "{}", ended.stdout);
}

#[test]
fn only_named_files_are_fixed_and_a_text_on_stdin_is_not() {
    let cli = catalog("Name: x\n");
    cli.write("products/b.yaml", &product("Name: x\n").replace("key: a", "key: b"));
    cli.run(&["check", "--fix", "products/b.yaml"]);
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
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let fixed = serde_json::json!([{"path": "products/a.yaml", "position": {"line": 5, "column": 1}, "rule": "unknown-field", "title": "write `name`"}]);
    assert_eq!(report["fixed"], fixed);
    assert_eq!(report["exitCode"], 3);
}
