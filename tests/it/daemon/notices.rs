//! Notifications: signed, at least once, never from commands that only look.

use super::receiver::{Message, Mood, Receiver, base64, verify};
use super::{CATALOG, catalog, change_in_the_console, edit, pending, product};
use crate::cli_runner::{Cli, Ended};
use serde_json::Value;
use std::collections::BTreeSet;

const KEY: &[u8] = b"a key of thirty-two bytes, exact";

/// Signs with this key.
pub(super) fn secret() -> String {
    format!("whsec_{}", base64(KEY))
}

/// A catalog of one product that tells a receiver everything.
fn told(receiver: &Receiver) -> Cli {
    let cli = Cli::new().with("GALLERIST_WEBHOOK_SECRET", &secret());
    let notify = format!("notify:\n  - {{url: \"{}\", secret: GALLERIST_WEBHOOK_SECRET}}\n", receiver.url);
    catalog(&cli, &["crm"], &notify);
    cli
}

fn on_sale(receiver: &Receiver) -> Cli {
    let cli = told(receiver);
    let _ = reconcile(&cli);
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = reconcile(&cli);
    let _ = receiver.taken();
    cli
}

/// A run; no output ever holds the secret.
fn reconcile(cli: &Cli) -> Ended {
    let ended = cli.run(&["reconcile"]);
    let said = format!("{}{}", ended.stdout, ended.stderr);
    assert!(!said.contains(&secret()) && !said.contains(&base64(KEY)), "the secret is shown:\n{said}");
    ended
}

fn notified(cli: &Cli) -> Value {
    let ended = cli.run(&["reconcile", "--format", "json"]);
    let account: Value = serde_json::from_str(&ended.stdout).unwrap();
    account["notified"].clone()
}

#[test]
fn verdicts_are_told_once_with_a_signature_that_others_can_check() {
    let receiver = Receiver::start();
    let cli = told(&receiver);
    let _ = reconcile(&cli).fine();
    assert!(receiver.taken().is_empty(), "nothing happened yet");
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    assert!(reconcile(&cli).fine().contains("Told those who want to know: 1 message."));
    let [message] = receiver.taken().try_into().unwrap();
    verify(&message, KEY);
    assert_eq!(message.headers["content-type"], "application/json");
    let json = message.json();
    let schema = crate::tree::root().join("schemas/notice.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    jsonschema::draft202012::validate(&schema, &json).unwrap();
    assert_eq!((json["type"].as_str(), json["document"].as_str()), (Some("approved"), Some("notice")));
    let data = &json["data"];
    assert_eq!(data["id"], message.id());
    assert_eq!(data["scope"], serde_json::json!({"catalog": "acme", "target": "intl"}));
    assert_eq!((&data["product"], &data["name"]), (&"crm".into(), &"Migration crm".into()));
    assert!(data["submission"].as_str().unwrap().starts_with("s-") && data["application"].is_string());
    for _ in 0..3 {
        let _ = reconcile(&cli).fine();
    }
    assert!(receiver.taken().is_empty(), "told once is told");
}

#[test]
fn a_rejection_is_told_with_the_reviewers_words_as_they_are() {
    let hostile = "<!channel> \u{202e}evil\u{1b}[31m \"quoted\" \u{0}| `x` \u{1f600} </script>";
    let receiver = Receiver::start();
    let cli = told(&receiver);
    let _ = reconcile(&cli).fine();
    let application = gallerist::submission::ApplicationId(pending(&cli)["crm"].clone());
    let reject = gallerist::sandbox::Request::Reject { application, reason: hostile.into() };
    assert_eq!(super::ask(&cli, &reject), gallerist::sandbox::Answer::Done);
    let said = reconcile(&cli).fine();
    assert!(!said.contains('\u{202e}') && !said.contains('\u{1b}'));
    let [message] = receiver.taken().try_into().unwrap();
    verify(&message, KEY);
    assert_eq!(message.json()["data"]["reason"], hostile, "data, not markup");
    assert!(!message.body.contains('\u{1b}') && !message.body.contains('\u{0}'));
    let place = &message.json()["data"]["places"][0];
    assert_eq!(place["path"], product("crm"));
    assert_eq!(message.json()["data"]["next"]["who"], "seller");
}

#[test]
fn drift_and_blocks_are_told_while_they_last_and_again_when_they_change() {
    let receiver = Receiver::start();
    let cli = on_sale(&receiver);
    change_in_the_console(&cli, "crm", "Somebody else's words about the service that we sell.");
    let mut ids = BTreeSet::new();
    for overview in ["Other words about the service that we sell, once more.", ""] {
        let _ = reconcile(&cli);
        let _ = reconcile(&cli);
        let [message] = receiver.taken().try_into().unwrap();
        assert_eq!(message.about(), "drifted crm");
        assert!(message.json()["data"]["details"][0]["text"].as_str().unwrap().contains("words about"));
        ids.insert(message.id().to_owned());
        if !overview.is_empty() {
            change_in_the_console(&cli, "crm", overview);
        }
    }
    assert_eq!(ids.len(), 2);
    let _ = cli.run(&["drift", "--accept", "crm"]);
    edit(&cli, &product("crm"), "\"3200.00\"", "\"6400.00\"");
    let _ = reconcile(&cli);
    let _ = reconcile(&cli);
    let [message] = receiver.taken().try_into().unwrap_or_else(|all: Vec<Message>| panic!("{all:?}"));
    assert_eq!(message.about(), "blocked crm");
    assert_eq!(message.json()["data"]["details"][0]["rule"], "price-change-unusual", "{}", message.body);
    edit(&cli, &product("crm"), "\"6400.00\"", "\"7400.00\"");
    let _ = reconcile(&cli);
    assert_eq!(receiver.told(), ["blocked crm"], "another price is another block");
}

#[test]
fn a_receiver_that_is_down_fails_no_run_and_is_told_later() {
    let receiver = Receiver::start();
    let cli = told(&receiver);
    let _ = reconcile(&cli).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    receiver.is(Mood::Answers(400));
    let told = notified(&cli);
    assert_eq!(told["delivered"], 0);
    assert_eq!(told["waiting"], 1);
    assert!(told["trouble"][0].as_str().unwrap().contains("answered 400"), "{told}");
    let before = receiver.taken();
    assert_eq!(before.len(), 1, "what is refused is not tried again in the same run");
    let text = reconcile(&cli).fine();
    assert!(text.contains("Not told yet: 1."), "{text}");
    receiver.is(Mood::Answers(200));
    let _ = receiver.taken();
    assert!(reconcile(&cli).fine().contains("1 message"));
    let after = receiver.taken();
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].id(), before[0].id());
    verify(&after[0], KEY);
}

#[test]
fn one_receiver_that_is_down_holds_up_no_other() {
    let (first, second) = (Receiver::start(), Receiver::start());
    let cli = Cli::new().with("GALLERIST_WEBHOOK_SECRET", &secret());
    let one = |receiver: &Receiver, on: &str| {
        format!("  - {{url: \"{}\", secret: GALLERIST_WEBHOOK_SECRET, on: [{on}]}}\n", receiver.url)
    };
    let both = [one(&first, "approved, rejected"), one(&second, "approved")].concat();
    catalog(&cli, &["crm", "erp"], &format!("notify:\n{both}"));
    let _ = reconcile(&cli).fine();
    let applications = pending(&cli);
    let _ = cli.run(&["sandbox", "review", "--reject", &applications["erp"], "--reason", "no"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    first.is(Mood::Answers(404));
    let _ = reconcile(&cli).fine();
    assert_eq!(first.taken().len(), 1, "whoever fails once is left for later");
    assert_eq!(second.told(), ["approved crm"]);
    first.is(Mood::Answers(200));
    let _ = reconcile(&cli).fine();
    assert_eq!(first.told(), ["approved crm", "rejected erp"]);
    assert!(second.taken().is_empty(), "nobody hears it twice because another did not");
}

#[test]
fn killed_before_it_is_recorded_it_is_told_again_under_the_same_name() {
    let receiver = Receiver::start();
    let cli = told(&receiver);
    let _ = reconcile(&cli).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    receiver.is(Mood::Hesitates);
    let child = cli.command(&["reconcile"]).spawn().unwrap();
    receiver.is(Mood::Kills(child.id()));
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), None, "it was killed: {ended:?}");
    let before = receiver.taken();
    assert_eq!(before.len(), 1);
    receiver.is(Mood::Answers(204));
    let _ = reconcile(&cli).fine();
    let after = receiver.taken();
    assert_eq!(after.len(), 1);
    assert_eq!(before[0].id(), after[0].id());
    verify(&before[0], KEY);
    let _ = reconcile(&cli).fine();
    assert!(receiver.taken().is_empty());
}

#[test]
fn commands_that_only_look_tell_nobody() {
    let receiver = Receiver::start();
    let cli = on_sale(&receiver);
    change_in_the_console(&cli, "crm", "Somebody else's words about the service that we sell.");
    for command in ["check", "plan", "status", "drift", "submissions list", "ledger show", "export"] {
        let _ = cli.run(&command.split(' ').collect::<Vec<_>>());
    }
    assert!(receiver.taken().is_empty());
    let _ = reconcile(&cli);
    assert_eq!(receiver.told(), ["drifted crm"]);
}

#[test]
fn an_address_from_the_environment_is_shown_to_nobody() {
    let receiver = Receiver::start();
    receiver.is(Mood::Answers(500));
    let address = receiver.url.clone();
    let host = address.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let cli = Cli::new()
        .with("GALLERIST_WEBHOOK_SECRET", &secret())
        .with("GALLERIST_WEBHOOK_URL", &address)
        .with("GALLERIST_WEBHOOK_DOWN", "http://127.0.0.1:9/hidden-part")
        .with("GALLERIST_WEBHOOK_OTHER", "http://hooks.example/hidden-part");
    let names = ["URL", "DOWN", "OTHER", "UNSET"]
        .map(|name| format!("  - {{urlFrom: GALLERIST_WEBHOOK_{name}, secret: GALLERIST_WEBHOOK_SECRET}}\n"));
    catalog(&cli, &["crm"], &format!("notify:\n{}", names.concat()));
    let _ = reconcile(&cli).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let ended = cli.run(&["reconcile", "--log-format", "text"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let said = format!("{}{}{}", ended.stdout, ended.stderr, cli.run(&["ledger", "show"]).fine());
    for hidden in [host.as_str(), "127.0.0.1:9", "hidden-part", "hooks.example", "/hook"] {
        assert!(!said.contains(hidden), "{hidden} is shown:\n{said}");
    }
    let flat = ended.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "$GALLERIST_WEBHOOK_URL answered 500",
        "$GALLERIST_WEBHOOK_DOWN cannot be reached",
        "GALLERIST_WEBHOOK_OTHER holds no usable address",
        "variable GALLERIST_WEBHOOK_UNSET is not set",
    ] {
        assert!(flat.contains(wanted), "{wanted} is missing:\n{flat}");
    }
    assert_eq!(receiver.taken().len(), 3, "a server in trouble is asked again a few times");
}

#[test]
fn receivers_that_make_no_sense_are_found_before_anything_is_done() {
    let cli = Cli::new();
    let say = |receiver: &str| {
        cli.write("gallerist.yaml", &format!("{CATALOG}notify:\n  - {{{receiver}}}\n"));
        cli.run(&["check", "--format", "short"])
    };
    let secret = "secret: GALLERIST_WEBHOOK_SECRET";
    for (receiver, rule) in [
        (format!("url: \"http://hooks.example/\", {secret}"), "notify-address-invalid"),
        (secret.to_owned(), "notify-address-invalid"),
        (
            format!("url: \"https://a.example/\", urlFrom: GALLERIST_WEBHOOK_URL, {secret}"),
            "notify-address-invalid",
        ),
        ("url: \"https://a.example/\", secret: HUAWEICLOUD_SDK_SK".to_owned(), "notify-variable-invalid"),
        (format!("urlFrom: HOME, {secret}"), "notify-variable-invalid"),
        (format!("url: \"https://a.example/\", {secret}, on: [sold]"), "unknown-value"),
        ("url: \"https://a.example/\"".to_owned(), "missing-field"),
    ] {
        let ended = say(&receiver);
        assert_eq!(ended.code, 3, "{receiver}: {}{}", ended.stdout, ended.stderr);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains(rule), "{receiver}: {said}");
    }
}

#[test]
fn a_receiver_that_hangs_costs_a_run_one_wait_and_the_others_nothing() {
    let (hangs, other) = (Receiver::start(), Receiver::start());
    let cli = Cli::new().with("GALLERIST_WEBHOOK_SECRET", &secret());
    let one =
        |url: &str| format!("  - {{url: \"{url}\", secret: GALLERIST_WEBHOOK_SECRET, on: [approved]}}\n");
    catalog(&cli, &["crm", "erp"], &format!("notify:\n{}{}", one(&hangs.url), one(&other.url)));
    let _ = reconcile(&cli).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    hangs.is(Mood::Hesitates);
    let began = std::time::Instant::now();
    let said = reconcile(&cli).fine();
    let took = began.elapsed();
    assert_eq!(other.told(), ["approved crm", "approved erp"]);
    assert_eq!(hangs.taken().len(), 1, "whoever does not answer in ten seconds is not asked again");
    assert!(said.contains("did not answer within 10 s"), "{said}");
    // Three waits one after the other are thirty seconds and more, whatever else the machine does.
    assert!(took < std::time::Duration::from_secs(25), "{took:?}");
    hangs.is(Mood::Answers(204));
    let _ = reconcile(&cli).fine();
    assert_eq!(hangs.told(), ["approved crm", "approved erp"]);
    assert!(other.taken().is_empty());
}

#[test]
fn receivers_on_one_host_are_told_apart() {
    let cli = Cli::new().with("GALLERIST_WEBHOOK_SECRET", "no base64 at all!");
    let one = |path: &str| {
        format!(
            "  - {{url: \"https://hooks.example/{path}?token=hush\", secret: GALLERIST_WEBHOOK_SECRET}}\n"
        )
    };
    catalog(&cli, &["crm"], &format!("notify:\n{}{}", one("sales"), one("desk")));
    let said = cli.run(&["reconcile"]);
    let all = format!("{}{}", said.stdout, said.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(all.contains("hooks.example/sales is not told"), "{all}");
    assert!(all.contains("hooks.example/desk is not told") && !all.contains("hush"), "{all}");
}
