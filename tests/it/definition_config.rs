//! `gallerist.yaml`: defaults, roles of files, and what is reported where.

use crate::definition::shown;
use camino::Utf8Path;
use gallerist::config::{Config, Driver, Guards, LedgerStore, Level, Role};
use gallerist::diagnostic::Diagnostics;

fn read(body: &str) -> (Option<Config>, Diagnostics) {
    let text = format!("apiVersion: gallerist/v1\nkind: Catalog\nname: acme\n{body}");
    Config::read(Utf8Path::new("gallerist.yaml"), text.as_bytes())
}

#[test]
fn a_single_target_needs_no_more_than_its_site() {
    let (config, diagnostics) = read("targets: {eu: {site: eu}}\n");
    assert_eq!(shown(&diagnostics), "");
    let config = config.unwrap();
    let target = config.target(config.default_target.as_str()).unwrap();
    assert_eq!(
        (target.name.as_str(), target.currency.as_str(), target.branch.as_str()),
        ("eu", "EUR", "main")
    );
    assert_eq!(target.driver, Driver::Sandbox { path: ".gallerist/sandbox.db".into() });
    assert_eq!(
        target.ledger,
        LedgerStore::Sqlite { path: ".gallerist/ledger.db".into(), is_persistent: false }
    );
    assert_eq!(
        config.guards,
        Guards { price_change_percent: 30, retired_percent: 20, retired_count: 3, recorded_days: 30 }
    );
    assert_eq!(config.products, "products");
}

#[test]
fn what_is_said_wins_over_defaults() {
    let (config, diagnostics) = read(
        "defaultTarget: b\nproducts: ./shop/items\nguards: {retiredCount: 9, retiredPercent: null}\nrules: {sku-missing: warning}\n\
         targets:\n  a: {site: intl}\n  b:\n    site: {extends: intl, set: {trialDays: [7, 30]}}\n    currency: EUR\n    branch: release\n    ledger: {path: l.db}\n",
    );
    assert_eq!(shown(&diagnostics), "");
    let config = config.unwrap();
    let target = config.target("b").unwrap();
    assert_eq!((target.profile.trial_days, target.currency.as_str()), ([7, 30], "EUR"));
    assert_eq!(target.ledger, LedgerStore::Sqlite { path: "l.db".into(), is_persistent: false });
    assert_eq!((config.guards.retired_count, config.guards.retired_percent), (9, 20));
    assert_eq!(config.rules["sku-missing"], Level::Warning);
    assert_eq!((config.default_target.as_str(), config.products.as_str()), ("b", "shop/items"));
}

fn store(ledger: &str) -> LedgerStore {
    let (config, diagnostics) = read(&format!("targets:\n  a: {{site: intl, ledger: {ledger}}}\n"));
    assert_eq!(shown(&diagnostics), "", "{ledger}");
    config.unwrap().target("a").unwrap().ledger.clone()
}

#[test]
fn a_ledger_is_kept_in_a_file_on_a_branch_or_in_a_database() {
    let git = |branch: &str, remote: Option<&str>| LedgerStore::Git {
        branch: branch.into(),
        remote: remote.map(str::to_owned),
    };
    assert_eq!(store("{store: git}"), git("gallerist/ledger", Some("origin")));
    assert_eq!(store("{store: git, branch: books, remote: upstream}"), git("books", Some("upstream")));
    assert_eq!(store("{store: git, remote: none}"), git("gallerist/ledger", None));
    let sqlite = |is_persistent| LedgerStore::Sqlite { path: ".gallerist/ledger.db".into(), is_persistent };
    assert_eq!(store("{store: sqlite, persistent: true}"), sqlite(true));
    assert_eq!(store("{store: sqlite, persistent: null}"), sqlite(false));
    let postgres = |connection: &str, schema: &str, certificates: Option<&str>| LedgerStore::Postgres {
        connection: connection.into(),
        schema: schema.into(),
        certificates: certificates.map(Into::into),
    };
    assert_eq!(store("{store: postgres}"), postgres("GALLERIST_LEDGER_URL", "gallerist", None));
    assert_eq!(
        store("{store: postgres, connection: GALLERIST_LEDGER_DB, schema: books_2, certificates: ca.pem}"),
        postgres("GALLERIST_LEDGER_DB", "books_2", Some("ca.pem"))
    );
    let driver = Driver::Sandbox { path: "s.db".into() };
    assert!(!driver.outlives_the_machine(), "a sandbox may be lost with its ledger");
}

#[test]
fn a_ledger_that_makes_no_sense_is_found_at_its_line() {
    let (config, diagnostics) = read(
        "defaultTarget: a\ntargets:\n  a:\n    site: intl\n    ledger:\n      store: git\n      path: l.db\n      persistent: true\n\
         \x20 b:\n    site: intl\n    ledger:\n      branch: books\n      remote: origin\n\
         \x20 c:\n    site: intl\n    ledger:\n      store: git\n      branch: \"-books~1\"\n      remote: https://me:secret@git.acme.example/a.git\n\
         \x20 d:\n    site: intl\n    branch: release\n    ledger: {store: git, branch: release}\n\
         \x20 e:\n    site: intl\n    ledger: {store: oracle}\n",
    );
    assert!(config.is_none());
    insta::assert_snapshot!(shown(&diagnostics));
    let (_, diagnostics) = read(
        "defaultTarget: a\ntargets:\n  a:\n    site: intl\n    ledger:\n      store: git\n      path: l.db\n      persistent: true\n\
         \x20 b:\n    site: intl\n    ledger:\n      branch: books\n      remote: origin\n\
         \x20 c:\n    site: intl\n    ledger:\n      store: git\n      branch: \"-books~1\"\n      remote: https://me:secret@git.acme.example/a.git\n\
         \x20 d:\n    site: intl\n    branch: release\n    ledger: {store: git, branch: release}\n\
         \x20 e:\n    site: intl\n    ledger:\n      store: postgres\n      connection: postgres://me:secret@db.acme.example/l\n      schema: pg_ledger\n      remote: origin\n\
         \x20 f:\n    site: intl\n    ledger: {certificates: ca.pem}\n",
    );
    insta::assert_snapshot!(shown(&diagnostics));
}

#[test]
fn a_ledger_names_no_other_secret_of_the_machine() {
    for name in ["HUAWEICLOUD_SDK_SK", "DATABASE_URL", "GALLERIST_WEBHOOK_SECRET", "GALLERIST_LEDGER_"] {
        let (config, diagnostics) = read(&format!(
            "targets: {{a: {{site: intl, ledger: {{store: postgres, connection: {name}}}}}}}\n"
        ));
        assert!(config.is_none(), "{name}");
        let shown = shown(&diagnostics);
        assert!(shown.contains("ledger-name-invalid") && shown.contains("GALLERIST_LEDGER_"), "{shown}");
    }
}

#[test]
fn files_have_roles_by_their_place() {
    let config = read("targets: {eu: {site: eu}}\n").0.unwrap();
    let role = |path: &str| config.role(Utf8Path::new(path));
    assert_eq!(role("gallerist.yaml"), Some(Role::Config));
    assert_eq!(role("attributes.yaml"), Some(Role::Attributes));
    assert_eq!(role("products/acme.yaml"), Some(Role::Product));
    assert_eq!(role("products/acme.yml"), Some(Role::Product));
    assert_eq!(role("products/acme/product.yaml"), Some(Role::Product));
    assert_eq!(role("approvals/one.yaml"), Some(Role::Approval));
    for other in [
        "products/acme/openapi.yaml",
        "products/acme/logo.png",
        "products/a/b/product.yaml",
        "products/.yaml",
        "productsacme.yaml",
        "x.yaml",
    ] {
        assert_eq!(role(other), None, "{other}");
    }
    let one = read("products: shared\napprovals: shared\ntargets: {eu: {site: eu}}\n").0.unwrap();
    assert_eq!(one.role(Utf8Path::new("shared/one.yaml")), Some(Role::Approval));
    assert_eq!(one.role(Utf8Path::new("shared/acme/product.yaml")), Some(Role::Product));
    let beside = read("attributes: products/attributes.yaml\ntargets: {eu: {site: eu}}\n").0.unwrap();
    assert_eq!(beside.role(Utf8Path::new("products/attributes.yaml")), Some(Role::Attributes));
}

#[test]
fn mistakes_are_reported_together() {
    let (config, diagnostics) = read(
        "products: ../elsewhere\ntargets:\n  a: {site: intel}\n  b: {site: {extends: eu, set: {trialDay: [7, 30], billingModes: {saas: [weekly]}}}}\n",
    );
    assert!(config.is_none());
    insta::assert_snapshot!(shown(&diagnostics));
}

#[test]
fn the_default_target_must_be_one_of_them() {
    let (config, diagnostics) = read("defaultTarget: itnl\ntargets: {intl: {site: intl}, eu: {site: eu}}\n");
    assert!(config.is_none() && shown(&diagnostics).contains("fix: write `intl`"));
    let (config, diagnostics) = read("targets: {}\n");
    assert!(config.is_none() && shown(&diagnostics).contains("target-missing"));
}

#[test]
fn a_missing_configuration_says_what_to_do() {
    assert!(Config::missing().help.contains("gallerist init"));
}

#[test]
fn what_the_tool_writes_at_the_console_has_folders_of_its_own() {
    let found = |settings: &str| {
        let marketplace = format!("{{driver: console, {settings}}}");
        shown(&read(&format!("targets:\n  intl: {{site: intl, marketplace: {marketplace}}}\n")).1)
    };
    for taken in [
        "sheets: x, released: x",
        "released: sheets",
        "sheets: products/a",
        "released: approvals",
        "sheets: .",
    ] {
        assert!(found(taken).contains("folders-overlap"), "{taken}: {}", found(taken));
    }
    let two = "targets:\n  a: {site: intl, marketplace: {driver: console}}\n  b: {site: eu, marketplace: {driver: console}}\ndefaultTarget: a\n";
    assert!(read(two).0.is_some(), "two targets have folders of their own in the same place");
    assert!(!found("sheets: out/sheets, released: out/released").contains("folders-overlap"));
}

#[test]
fn receivers_hear_everything_unless_something_is_said() {
    use gallerist::config::{Address, Occasion};
    let (config, diagnostics) = read(
        "targets: {a: {site: intl}}\nnotify:\n  - {url: \"https://a.example/\", secret: GALLERIST_WEBHOOK_A}\n  \
         - {urlFrom: GALLERIST_WEBHOOK_B, secret: GALLERIST_WEBHOOK_C, on: [rejected, blocked]}\n  \
         - {url: \"http://[::1]:80/\", secret: GALLERIST_WEBHOOK_A, on: null}\n  \
         - {url: \"https://a.example/\", secret: GALLERIST_WEBHOOK_A, on: []}\n",
    );
    assert_eq!(shown(&diagnostics), "");
    let receivers = config.unwrap().notify;
    let on: Vec<usize> = receivers.iter().map(|receiver| receiver.on.len()).collect();
    assert_eq!(on, [5, 2, 5, 0]);
    assert_eq!(receivers[1].address, Address::Variable("GALLERIST_WEBHOOK_B".into()));
    assert!(receivers[1].on.contains(&Occasion::Blocked) && !receivers[1].on.contains(&Occasion::Drifted));
}

fn marketplace(block: &str) -> (Option<Driver>, String) {
    let (config, diagnostics) = read(&format!("targets:\n  a: {{site: intl, marketplace: {block}}}\n"));
    (config.map(|config| config.target("a").unwrap().driver.clone()), shown(&diagnostics))
}

#[test]
fn a_gateway_is_an_address_and_perhaps_certificates() {
    let (driver, said) =
        marketplace("{driver: gateway, url: \"https://g.example.com/kg/\", certificates: ./tls/ca.pem}");
    assert_eq!(said, "");
    let url = "https://g.example.com/kg".to_owned();
    assert_eq!(driver, Some(Driver::Gateway { url, certificates: Some("tls/ca.pem".into()) }));
    let (driver, said) = marketplace("{driver: gateway, url: \"http://127.0.0.1:8087\"}");
    assert_eq!(said, "");
    assert_eq!(driver, Some(Driver::Gateway { url: "http://127.0.0.1:8087".to_owned(), certificates: None }));
}

#[test]
fn a_gateway_that_cannot_be_asked_is_found_at_its_line() {
    let wrong = [
        ("{driver: gateway}", "gateway-address-invalid"),
        ("{driver: gateway, url: \"http://g.example.com\"}", "gateway-address-invalid"),
        ("{driver: gateway, url: \"ftp://g.example.com\"}", "gateway-address-invalid"),
        ("{driver: gateway, url: \"https://me:secret@g.example.com\"}", "gateway-address-invalid"),
        ("{driver: gateway, url: \"https://g.example.com/?a=b\"}", "gateway-address-invalid"),
        ("{driver: gateway, url: \"https://g.example.com/#a\"}", "gateway-address-invalid"),
        ("{driver: gateway, url: \"https://g.example.com\", certificates: ../ca.pem}", "path-outside"),
        ("{driver: gateway, url: \"https://g.example.com\", certificates: /etc/ca.pem}", "path-outside"),
        ("{driver: gateway, url: \"https://g.example.com\", path: a.db}", "driver-setting-unknown"),
        ("{driver: gateway, url: \"https://g.example.com\", sheets: sheets}", "driver-setting-unknown"),
        ("{driver: console, url: \"https://g.example.com\"}", "driver-setting-unknown"),
        ("{driver: sandbox, certificates: ca.pem}", "driver-setting-unknown"),
        ("{url: \"https://g.example.com\"}", "driver-setting-unknown"),
    ];
    for (block, rule) in wrong {
        let (_, said) = marketplace(block);
        assert_eq!(said.matches(" error ").count(), 1, "{block}: {said}");
        assert!(said.contains(&format!("error {rule}:")), "{block}: {said}");
    }
}

#[test]
fn saas_submissions_wait_for_a_preflight_where_the_marketplace_calls() {
    let gate = |target: &str| {
        let (config, diagnostics) = read(&format!("targets: {{a: {{site: intl, {target}}}}}\n"));
        let gate = config.map(|config| {
            let gate = config.targets.values().next().unwrap().preflight;
            (gate.required, gate.age_max.as_hours())
        });
        gate.ok_or_else(|| shown(&diagnostics))
    };
    assert_eq!(gate("marketplace: {driver: sandbox}"), Ok((false, 24)));
    assert_eq!(gate("marketplace: {driver: console}"), Ok((true, 24)));
    assert_eq!(gate("marketplace: {driver: gateway, url: \"https://g.example\"}"), Ok((true, 24)));
    assert_eq!(gate("marketplace: {driver: gateway, url: \"http://127.0.0.1:1\"}"), Ok((false, 24)));
    let said = "preflight: {required: false, maxAge: 2d}, marketplace: {driver: console}";
    assert_eq!(gate(said), Ok((false, 48)));
    assert_eq!(gate("preflight: {required: true}"), Ok((true, 24)));
    for age in ["31d", "0h", "soon", "-2h"] {
        let said = gate(&format!("preflight: {{maxAge: \"{age}\"}}")).unwrap_err();
        assert!(said.contains("preflight-age-invalid"), "{age}: {said}");
    }
}
