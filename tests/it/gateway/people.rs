//! What people see who sell behind a gateway: keys, clocks, and commands that are for other marketplaces.

use super::market::{Market, behind};
use super::scripted::{Reply, Scripted};
use crate::examples::shell;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;
use tempfile::TempDir;

/// A shop behind a gateway.
struct Shop {
    _home: TempDir,
    catalog: Utf8PathBuf,
    market: Market,
}

impl Shop {
    fn new(options: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(home.path()).unwrap();
        let market = Market::serve(path, "intl", &json!({ "faults": [] }), options);
        let example = crate::tree::root().join("examples/07-price-change");
        let catalog = behind(&example, &path.join("catalog"), &market.url);
        Self { _home: home, catalog, market }
    }

    fn says(&self, command: &str) -> (i32, String) {
        let output = shell(command, self.catalog.as_std_path()).unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!line.contains(&self.market.secret_key), "{line}");
        (output.status.code().unwrap(), line)
    }
}

#[test]
fn keys_come_from_the_environment_in_one_way_and_never_from_the_catalog() {
    let shop = Shop::new(&[]);
    let Market { access_key, secret_key, .. } = &shop.market;
    let (code, said) = shop.says("gallerist plan");
    assert!(code == 1 && said.contains("there are no keys to sign with"), "{said}");
    let pair = format!("export GALLERIST_ACCESS_KEY={access_key} GALLERIST_SECRET_KEY={secret_key}");
    let (code, said) = shop.says(&format!("{pair}; gallerist plan"));
    assert_eq!(code, 0, "{said}");
    let (code, said) = shop.says(&format!("{pair} GALLERIST_CREDENTIALS_COMMAND=x; gallerist plan"));
    assert!(code == 1 && said.contains("more than one way"), "{said}");
    let own = "export GALLERIST_ACCESS_KEY=AAAAAAAAAAAA GALLERIST_SECRET_KEY=BBBBBBBBBBBB";
    let for_target = format!("GALLERIST_ACCESS_KEY_INTL={access_key} GALLERIST_SECRET_KEY_INTL={secret_key}");
    assert_eq!(shop.says(&format!("{own} {for_target}; gallerist plan")).0, 0);

    let file = shop.market.desk.join("keys.json");
    std::fs::write(&file, json!({ "accessKey": access_key, "secretKey": secret_key }).to_string()).unwrap();
    let (code, said) = shop.says(&format!("export GALLERIST_CREDENTIALS_FILE={file}; gallerist plan"));
    assert_eq!(code, 0, "{said}");
    let (code, said) =
        shop.says(&format!("export GALLERIST_CREDENTIALS_COMMAND='cat {file}'; gallerist plan"));
    assert_eq!(code, 0, "{said}");
    let (code, said) = shop.says(&format!("{pair}; gallerist export --out ../released.json"));
    assert_eq!(code, 0, "{said}");
    let (code, said) = shop.says("gallerist plan --released ../released.json");
    assert!(code == 0 && said.contains("release for the first time"), "without keys nobody is asked: {said}");
    std::fs::copy(&file, shop.catalog.join("keys.json")).unwrap();
    let (code, said) = shop.says("export GALLERIST_CREDENTIALS_FILE=keys.json; gallerist plan");
    assert!(code == 1 && said.contains("in the catalog's folder"), "{said}");
    let (code, said) = shop.says("export GALLERIST_CREDENTIALS_COMMAND='./keys'; gallerist plan");
    assert!(code == 1 && said.contains("write the whole path"), "{said}");
}

#[test]
fn wrong_keys_and_wrong_clocks_are_told_apart() {
    let shop = Shop::new(&[]);
    let Market { access_key, secret_key, .. } = &shop.market;
    let wrong = "export GALLERIST_ACCESS_KEY=AAAAAAAAAAAA GALLERIST_SECRET_KEY=BBBBBBBBBBBB";
    let (code, said) = shop.says(&format!("{wrong}; gallerist --verbose plan"));
    assert!(code == 1 && said.contains("does not let us in"), "{said}");
    assert!(said.contains("look at GALLERIST_ACCESS_KEY and GALLERIST_SECRET_KEY"), "{said}");
    assert!(!said.contains("AAAAAAAAAAAA") && !said.contains("BBBBBBBBBBBB"), "{said}");
    assert_eq!(access_key.len() + secret_key.len(), 60);

    let early = Shop::new(&["--now", "2020-01-01T00:00:00Z"]);
    let Market { access_key, secret_key, .. } = &early.market;
    let keys = format!("export GALLERIST_ACCESS_KEY={access_key} GALLERIST_SECRET_KEY={secret_key}");
    let (code, said) = early.says(&format!("{keys}; gallerist plan"));
    assert!(code == 1 && said.contains("this machine's clock is"), "{said}");
    assert!(
        said.contains("ahead of the one of http://127.0.0.1") && said.contains("2020-01-01 00:0"),
        "{said}"
    );
}

#[test]
fn proxies_of_the_environment_are_used_and_told() {
    let refusal = || Reply::Answer(407, Vec::new(), Vec::new());
    let proxy = Scripted::new((0..4).map(|_| ("CONNECT gateway.example:443", refusal())).collect());
    let home = tempfile::tempdir().unwrap();
    let home = Utf8Path::from_path(home.path()).unwrap();
    let example = crate::tree::root().join("examples/07-price-change");
    let keys = "export GALLERIST_ACCESS_KEY=AAAAAAAAAAAA GALLERIST_SECRET_KEY=BBBBBBBBBBBB";
    let plan = |url: &str, name: &str| {
        let home = home.join(name);
        std::fs::create_dir(&home).unwrap();
        let catalog = behind(&example, &home, url);
        let proxies = format!("HTTP_PROXY={0} http_proxy={0} HTTPS_PROXY={0}", proxy.url);
        let output = shell(&format!("{keys} {proxies}; gallerist plan"), catalog.as_std_path());
        let said = String::from_utf8_lossy(&output.unwrap().stderr).into_owned();
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // What is asked without encryption stays on this machine.
    let said = plan("http://127.0.0.1:1", "here");
    assert!(said.contains("cannot be reached") && proxy.lines().is_empty(), "{said}");
    let said = plan("https://gateway.example", "there");
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(proxy.lines().iter().all(|line| line == "CONNECT gateway.example:443"), "{:?}", proxy.lines());
    assert!(!proxy.lines().is_empty());
}

#[test]
fn commands_for_other_marketplaces_say_so() {
    let shop = Shop::new(&[]);
    for command in ["sandbox review", "sandbox advance 1d", "sandbox reset", "sandbox serve"] {
        let (code, said) = shop.says(&format!("gallerist {command}"));
        assert!(code == 1 && said.contains("target `intl` is behind a gateway"), "{command}: {said}");
    }
    let (_, said) = shop.market.seller("gallerist reconcile", &shop.catalog);
    assert!(said.contains("review") && !said.contains("sandbox"), "{said}");
    let (_, listed) = shop.market.seller("gallerist submissions list", &shop.catalog);
    let id = listed.split_whitespace().next().unwrap();
    let (code, said) =
        shop.market.seller(&format!("gallerist submissions record {id} approved"), &shop.catalog);
    assert!(
        code == 1 && said.split_whitespace().collect::<Vec<_>>().join(" ").contains("is asked"),
        "{said}"
    );
}

#[test]
fn what_is_on_sale_behind_a_gateway_comes_into_a_new_catalog() {
    let shop = Shop::new(&[]);
    let seller = |command: &str, catalog: &Utf8Path| {
        let (code, said) = shop.market.seller(command, catalog);
        assert_eq!(code, 0, "{command}: {said}");
        said
    };
    seller("gallerist reconcile", &shop.catalog);
    shop.market.decide("review --approve-all");
    seller("gallerist reconcile", &shop.catalog);
    let fresh = shop.catalog.parent().unwrap().join("fresh");
    std::fs::create_dir(&fresh).unwrap();
    std::fs::copy(shop.catalog.join("gallerist.yaml"), fresh.join("gallerist.yaml")).unwrap();
    seller("gallerist import", &fresh);
    let files = seller("find products -type f", &fresh);
    assert!(files.contains("product.yaml") || files.contains(".yaml"), "{files}");
    let status = seller("gallerist status", &fresh);
    assert!(status.contains("in sync"), "{status}");
}

/// A target that moves between a sandbox and a gateway has a ledger about products that are not there.
#[test]
fn a_target_that_moves_behind_a_gateway_does_not_release_again_what_its_ledger_knows() {
    let shop = Shop::new(&[]);
    let config = std::fs::read_to_string(shop.catalog.join("gallerist.yaml")).unwrap();
    let gateway = format!("{{driver: gateway, url: \"{}\"}}", shop.market.url);
    let embedded = config.replace(&gateway, "{driver: sandbox}");
    assert_ne!(embedded, config);
    std::fs::write(shop.catalog.join("gallerist.yaml"), embedded).unwrap();
    for command in ["reconcile", "sandbox review --approve-all", "reconcile"] {
        let (code, said) = shop.says(&format!("gallerist {command}"));
        assert_eq!(code, 0, "{said}");
    }
    std::fs::write(shop.catalog.join("gallerist.yaml"), config).unwrap();
    let (_, said) = shop.market.seller("gallerist reconcile", &shop.catalog);
    let (code, plan) = shop.market.seller("gallerist plan", &shop.catalog);
    assert!(code == 3 && plan.contains("bound-product-missing"), "{said}\n{plan}");
    assert_eq!(shop.market.applications(), 0);
}
