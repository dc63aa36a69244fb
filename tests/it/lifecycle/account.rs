//! Partial failure told truthfully: each fault at each product, held against the sandbox's own history.

use crate::cli_runner::Cli;
use crate::model::{key, site};
use camino::Utf8PathBuf;
use gallerist::drivers::SandboxDriver;
use gallerist::ledger::Ledger;
use gallerist::sandbox::{Health, Judge, Request, State};
use gallerist::stores::SqliteLedger;
use gallerist::submission::Scope;
use serde_json::Value;
use std::collections::BTreeMap;

/// The products, in the order in which runs take them.
const PRODUCTS: [(&str, &str); 3] = [("alpha", "Alpha Tool"), ("beta", "Beta Tool"), ("gamma", "Gamma Tool")];

/// A catalog of three products, none of them on sale.
struct Shop(Cli);

impl Shop {
    fn new() -> Self {
        let cli = Cli::new();
        let _ = cli.run(&["init", "--name", "acme"]).fine();
        let text = cli.read(crate::story::PRODUCT);
        for (key, name) in PRODUCTS {
            let text = text.replace("acme-crm", key).replace("Acme CRM", name);
            cli.write(format!("products/{key}/product.yaml"), &text);
            for file in ["logo.png", "guide.pdf", "certificate.pdf"] {
                let mut content = std::fs::read(cli.path(&format!("products/acme-crm/{file}"))).unwrap();
                if file.ends_with("pdf") {
                    content.extend(format!("% {key}\n").into_bytes());
                }
                std::fs::write(cli.path(&format!("products/{key}/{file}")), content).unwrap();
            }
        }
        std::fs::remove_dir_all(cli.path("products/acme-crm")).unwrap();
        Self(cli)
    }

    fn file(&self, name: &str) -> Utf8PathBuf {
        std::fs::create_dir_all(self.0.path(".gallerist")).unwrap();
        Utf8PathBuf::from_path_buf(self.0.path(&format!(".gallerist/{name}"))).unwrap()
    }

    fn sandbox(&self) -> SandboxDriver {
        let now = crate::cli_runner::NOW.parse().unwrap();
        SandboxDriver::open(&self.file("sandbox.db"), Judge::new(site().clone()), Box::new(move || now))
            .unwrap()
    }

    fn ledger(&self) -> SqliteLedger {
        SqliteLedger::open(&self.file("ledger.db")).unwrap()
    }

    /// From now on a file cannot take something.
    fn fails(&self, file: &str, trigger: &str) {
        rusqlite::Connection::open(self.file(file)).unwrap().execute_batch(trigger).unwrap();
    }

    /// The products of which an application arrived, by the sandbox's own history.
    fn arrived(&self) -> Vec<String> {
        let state = State::replay(&self.sandbox().history().unwrap());
        let mut products: Vec<String> =
            state.applications.values().map(|found| found.product.to_string()).collect();
        products.sort();
        products
    }
}

/// What is expected of a run with a fault at one product.
struct Expected {
    /// The part of the product before and after the fault, and at it.
    parts: [&'static str; 3],
    /// Whether something arrived of those.
    arrive: [bool; 3],
    /// The exit codes, simple and detailed.
    codes: [i32; 2],
    /// Words of the account about the fault.
    says: &'static str,
}

/// The products before the fault, at it, and after it.
fn place(position: usize, fault: usize) -> usize {
    match position.cmp(&fault) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => 1,
        std::cmp::Ordering::Greater => 2,
    }
}

const WORDS: [(&str, &str); 6] = [
    ("unknown", "not known"),
    ("notDone", "not done"),
    ("blocked", "blocked"),
    ("done", "done"),
    ("waiting", "waiting"),
    ("nothing", "with nothing to do"),
];

/// Runs with a fault at each product in turn, once for people and once for programs.
fn at_each(fault: fn(&Shop, &str), expected: &Expected) {
    for (at, (product, _)) in PRODUCTS.iter().enumerate() {
        for format in ["text", "json"] {
            let shop = Shop::new();
            fault(&shop, product);
            let codes = if format == "json" { "--exit-code=detailed" } else { "--exit-code=simple" };
            let ended = shop.0.run(&["reconcile", codes, "--format", format]);
            let what = format!("fault at {at}, {format}:\n{}\n{}", ended.stdout, ended.stderr);
            assert_eq!(ended.code, expected.codes[usize::from(format == "json")], "{what}");
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            let mut arrive = Vec::new();
            for (position, (key, _)) in PRODUCTS.iter().enumerate() {
                let place = place(position, at);
                *counts.entry(expected.parts[place]).or_default() += 1;
                arrive.extend(expected.arrive[place].then_some((*key).to_owned()));
            }
            assert_eq!(shop.arrived(), arrive, "{what}");
            if format == "json" {
                told_to_programs(&serde_json::from_str(&ended.stdout).unwrap(), &counts, ended.code, &arrive);
            } else {
                told_to_people(&ended.stdout, &counts, expected.says);
            }
        }
    }
}

fn told_to_people(text: &str, counts: &BTreeMap<&str, usize>, says: &str) {
    let line = crate::story::joined(text);
    let parts = WORDS.iter().filter_map(|(part, words)| Some(format!("{} {words}", counts.get(part)?)));
    let last = format!("3 products: {}.", parts.collect::<Vec<_>>().join(", "));
    assert!(line.ends_with(&last), "{last}\n{text}");
    assert!(line.contains(says), "{says}\n{text}");
    for (_, name) in PRODUCTS {
        assert!(
            line.contains(name) || line.contains(&name.to_lowercase().replace(" tool", "")),
            "{name}\n{text}"
        );
    }
}

fn told_to_programs(report: &Value, counts: &BTreeMap<&str, usize>, code: i32, arrived: &[String]) {
    for (part, _) in WORDS {
        let expected = counts.get(part).copied().unwrap_or(0);
        assert_eq!(report["counts"][part], expected, "{part}: {report:#}");
    }
    assert_eq!(report["exitCode"], code);
    let entries = report["entries"].as_array().unwrap();
    let submitted = entries.iter().filter(|entry| entry["deed"]["submitted"].is_object());
    let submitted: Vec<&str> = submitted.map(|entry| entry["product"].as_str().unwrap()).collect();
    assert_eq!(submitted, arrived, "what is told as sent is what arrived: {report:#}");
}

#[test]
fn a_definition_that_cannot_be_read_blocks_its_product_alone() {
    let fault = |shop: &Shop, key: &str| {
        let path = format!("products/{key}/product.yaml");
        shop.0.write(&path, &shop.0.read(&path).replace("overview:", "overveiw:"));
    };
    at_each(
        fault,
        &Expected {
            parts: ["done", "blocked", "done"],
            arrive: [true, false, true],
            codes: [3, 3],
            says: "has errors",
        },
    );
}

#[test]
fn an_asset_that_cannot_be_read_blocks_its_product_alone() {
    let fault = |shop: &Shop, key: &str| {
        std::fs::remove_file(shop.0.path(&format!("products/{key}/logo.png"))).unwrap();
    };
    at_each(
        fault,
        &Expected {
            parts: ["done", "blocked", "done"],
            arrive: [true, false, true],
            codes: [3, 3],
            says: "has errors",
        },
    );
}

#[test]
fn a_disturbance_at_the_door_is_waited_for_and_the_others_go_on() {
    let fault = |shop: &Shop, product: &str| {
        let health = Request::SetInterfaceHealth { product: key(product), health: Health::Failing };
        let _ = shop.sandbox().ask(&health).unwrap();
    };
    at_each(
        fault,
        &Expected {
            parts: ["done", "waiting", "done"],
            arrive: [true, false, true],
            codes: [0, 4],
            says: "it will be tried again",
        },
    );
}

#[test]
fn a_submission_that_the_marketplace_cannot_take_is_not_done_and_the_others_go_on() {
    let fault = |shop: &Shop, product: &str| {
        let _ = shop.sandbox();
        let trigger = format!(
            "create trigger full before insert on events when new.facts like '%\"{product}\"%'
                 begin select raise(abort, 'disk I/O error'); end;"
        );
        shop.fails("sandbox.db", &trigger);
    };
    at_each(
        fault,
        &Expected {
            parts: ["done", "notDone", "done"],
            arrive: [true, false, true],
            codes: [1, 1],
            says: "not sent",
        },
    );
}

#[test]
fn a_product_that_another_run_holds_is_left_to_it_and_the_others_go_on() {
    let fault = |shop: &Shop, product: &str| {
        let scope = Scope { catalog: key("acme"), target: key("intl") };
        let now: jiff::Timestamp = crate::cli_runner::NOW.parse().unwrap();
        let until = now + jiff::SignedDuration::from_hours(1);
        shop.ledger().lease(&scope, &key(product), "another-run", now, until).unwrap();
    };
    at_each(
        fault,
        &Expected {
            parts: ["done", "waiting", "done"],
            arrive: [true, false, true],
            codes: [0, 4],
            says: "another run",
        },
    );
}

fn ledger_ends(shop: &Shop, product: &str, event: &str) {
    let _ = shop.ledger();
    let trigger = format!(
        "create trigger full before insert on entry when new.product = '{product}' and new.event like '%\"{event}\"%'
             begin select raise(abort, 'disk I/O error'); end;"
    );
    shop.fails("ledger.db", &trigger);
}

#[test]
fn a_ledger_that_goes_away_before_sending_leaves_the_rest_undone() {
    at_each(
        |shop, product| ledger_ends(shop, product, "prepared"),
        &Expected {
            parts: ["done", "notDone", "notDone"],
            arrive: [true, false, false],
            codes: [1, 1],
            says: "The run stopped early",
        },
    );
}

#[test]
fn a_ledger_that_goes_away_after_sending_tells_what_was_sent() {
    at_each(
        |shop, product| ledger_ends(shop, product, "accepted"),
        &Expected {
            parts: ["done", "done", "notDone"],
            arrive: [true, true, false],
            codes: [1, 1],
            says: "The run stopped early",
        },
    );
}

#[test]
fn a_run_that_ends_before_it_looked_says_so_of_every_product() {
    let shop = Shop::new();
    let _ = shop.0.run(&["reconcile"]).fine();
    let _ = shop.0.run(&["sandbox", "review", "--approve-all"]).fine();
    // The verdicts cannot be written down, so nobody plans on top of them.
    for (product, _) in PRODUCTS {
        let trigger = format!(
            "create trigger full_{product} before insert on entry when new.event like '%\"ended\"%'
                 begin select raise(abort, 'disk I/O error'); end;"
        );
        shop.fails("ledger.db", &trigger);
    }
    let ended = shop.0.run(&["reconcile"]);
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    let said = crate::story::joined(&ended.stdout);
    assert!(said.contains("The run stopped early") && said.contains("disk I/O error"), "{said}");
    assert_eq!(said.matches("the run ended before it looked").count(), 3, "{said}");
    assert!(said.ends_with("3 products: 3 not done."), "{said}");
    // When the ledger can be written again, nothing is lost and nothing was sent twice.
    let file = rusqlite::Connection::open(shop.file("ledger.db")).unwrap();
    file.execute_batch("drop trigger full_alpha; drop trigger full_beta; drop trigger full_gamma;").unwrap();
    drop(file);
    let said = crate::story::joined(&shop.0.run(&["reconcile"]).fine());
    assert!(said.ends_with("3 products: 3 done."), "{said}");
    assert_eq!(shop.arrived().len(), 3);
}
