//! Keys and addresses that are secrets: whether they are there. None is shown.

use super::{begun, doctor};
use crate::cli_runner::Cli;

const SECRET: &str = "whsec_YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcywgZXhhY3Q=";

fn telling(cli: Cli) -> Cli {
    let text = cli.read("gallerist.yaml");
    let notify = "notify:\n  - {urlFrom: GALLERIST_WEBHOOK_CHAT, secret: GALLERIST_WEBHOOK_SECRET}\n";
    cli.write("gallerist.yaml", &format!("{text}{notify}"));
    cli
}

#[test]
fn receivers_need_an_address_and_a_key() {
    let cli = telling(begun());
    assert!(doctor(&cli, &[]).is("notify", "warning").contains("GALLERIST_WEBHOOK_CHAT is not set"));
    let cli = telling(begun().with("GALLERIST_WEBHOOK_CHAT", "http://hooks.example/geheim77"));
    let said = doctor(&cli, &[]).is("notify", "warning");
    assert!(said.contains("no usable address") && !said.contains("geheim77"), "{said}");
    let cli = telling(begun().with("GALLERIST_WEBHOOK_CHAT", "https://hooks.example/geheim77"));
    let said = doctor(&cli, &[]).is("notify", "warning");
    assert!(said.contains("GALLERIST_WEBHOOK_SECRET is not set") && said.contains("openssl rand"), "{said}");
    let cli = telling(
        begun()
            .with("GALLERIST_WEBHOOK_CHAT", "https://hooks.example/geheim77")
            .with("GALLERIST_WEBHOOK_SECRET", SECRET),
    );
    let found = doctor(&cli, &[]);
    let _ = found.is("notify", "ok");
    let all = format!("{}{}", found.0, cli.run(&["doctor"]).stdout);
    assert!(!all.contains("geheim77") && !all.contains(&SECRET[6..]), "{all}");
}

#[test]
fn a_ledger_in_a_database_needs_its_address() {
    let in_a_database = |cli: Cli| {
        let text = cli.read("gallerist.yaml");
        let file = "ledger: {store: sqlite, path: .gallerist/ledger.db}";
        assert!(text.contains(file), "{text}");
        cli.write("gallerist.yaml", &text.replace(file, "ledger: {store: postgres}"));
        cli
    };
    let found = doctor(&in_a_database(begun()), &[]);
    assert!(found.is("ledger-url", "error").contains("export GALLERIST_LEDGER_URL="));
    let _ = found.is("ledger-opens", "error");
    let url = "postgresql://ann:geheim77@127.0.0.1:9/ledger";
    let found = doctor(&in_a_database(begun().with("GALLERIST_LEDGER_URL", url)), &[]);
    let _ = found.is("ledger-url", "ok");
    let said = found.is("ledger-opens", "error");
    assert!(said.contains("127.0.0.1:9"), "{said}");
    assert!(!found.0.to_string().contains("geheim77"), "{:#}", found.0);
}

#[test]
fn a_saas_product_needs_a_key_to_try_its_interfaces() {
    let found = doctor(&begun(), &[]);
    let _ = found.is("interface-address", "ok");
    let said = found.is("interface-key", "note");
    assert!(said.contains("export GALLERIST_INTERFACE_KEY_ACME_CRM="), "{said}");
    for name in ["GALLERIST_INTERFACE_KEY", "GALLERIST_INTERFACE_KEY_ACME_CRM"] {
        let found = doctor(&begun().with(name, "geheim77"), &[]);
        assert!(found.is("interface-key", "ok").contains(name));
        assert!(!found.0.to_string().contains("geheim77"));
    }
}
