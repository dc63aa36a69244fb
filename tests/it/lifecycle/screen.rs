//! The same as people see it, with the real program.

use crate::cli_runner::Cli;
use crate::story::{PRODUCT, begun, git, joined, on_sale};
use serde_json::Value;

fn application(cli: &Cli) -> String {
    let list = cli.run(&["sandbox", "review", "--format", "short"]).fine();
    list.split_whitespace().next().unwrap().to_owned()
}

fn reject(cli: &Cli, reason: &str) {
    let id = application(cli);
    let _ = cli.run(&["sandbox", "review", "--reject", &id, "--reason", reason]).fine();
}

fn json(cli: &Cli, arguments: &[&str]) -> Value {
    let ended = cli.run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr))
}

/// Where some words stand in the definition: `7:7`.
fn at(cli: &Cli, words: &str) -> String {
    let text = cli.read(PRODUCT);
    let (line, column) =
        text.lines().enumerate().find_map(|(line, text)| Some((line + 1, text.find(words)? + 1))).unwrap();
    format!("{PRODUCT}:{line}:{column}")
}

#[test]
fn a_rejection_returns_to_the_line_it_names() {
    let cli = begun();
    git(&cli, &["init", "--quiet", "--initial-branch", "main"]);
    git(&cli, &["add", "--all"]);
    git(&cli, &["commit", "--quiet", "--message", "begin"]);
    let _ = cli.run(&["reconcile"]).fine();
    let application = application(&cli);
    reject(&cli, "The logo is blurred, and \"Who calls next\" reads like a promise.");
    let (logo, words) = (at(&cli, "logo.png"), at(&cli, "who calls next"));
    let status = cli.run(&["status"]).fine();
    assert!(status.contains(&format!("--> {logo}")) && status.contains(&format!("--> {words}")), "{status}");
    let plan = joined(&cli.run(&["plan"]).stdout);
    assert!(plan.contains("the reviewer's reason names Logo") && plan.contains(&logo), "{plan}");
    let report = json(&cli, &["reconcile"]);
    let rejected = &report["entries"][0]["deed"]["rejected"];
    assert_eq!(rejected["application"], application.as_str());
    assert_eq!(rejected["commit"].as_str().unwrap().len(), 40);
    let places = rejected["places"].as_array().unwrap();
    assert!(places.len() == 2 && places.iter().all(|place| place["named"] == true), "{places:?}");
    assert_eq!(report["counts"]["blocked"], 1);
    let again = cli.run(&["reconcile"]).fine();
    assert!(again.contains(&format!("--> {logo}\n    --> {words}")), "{again}");
    assert!(again.ends_with("1 product: 1 blocked.\n"), "{again}");
    let submission = rejected["submission"].as_str().unwrap();
    let shown = json(&cli, &["submissions", "show", submission]);
    assert_eq!((&shown["places"], &shown["commit"]), (&rejected["places"], &rejected["commit"]));
}

#[test]
fn a_rejection_that_names_nothing_says_so_and_shows_all() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    reject(&cli, "Please try again later.");
    let account = cli.run(&["reconcile"]).fine();
    assert!(
        joined(&account)
            .contains("these words name nothing of what was submitted, which is all of this: -->"),
        "{account}"
    );
    let report = json(&cli, &["reconcile"]);
    assert_eq!(report["entries"][0]["deed"]["rejected"]["places"][0]["named"], false);
}

#[test]
fn what_cannot_be_withdrawn_is_not_withdrawn_by_a_colleague_either() {
    let cli = on_sale();
    crate::story::edit(&cli, "\"99.00\"", "\"109.00\"");
    let _ = cli.run(&["reconcile"]).fine();
    let id = application(&cli);
    let refused = cli.run(&["sandbox", "review", "--withdraw", &id]).failed(1);
    assert!(refused.contains("cannot be withdrawn"), "{refused}");
}

#[test]
fn what_disappeared_is_recorded_by_a_person() {
    let cli = on_sale();
    crate::story::edit(&cli, "\"99.00\"", "\"109.00\"");
    let report = json(&cli, &["reconcile"]);
    let submission = report["entries"][0]["submission"].as_str().unwrap().to_owned();
    let early = cli.run(&["submissions", "record", &submission, "approved"]).failed(1);
    assert!(
        joined(&early).contains("a person only records how a review ended that it does not know"),
        "{early}"
    );
    let id = application(&cli);
    let _ = cli.run(&["sandbox", "review", "--forget", &id]).fine();
    let account = cli.run(&["reconcile"]);
    assert_eq!(account.code, 1, "{}", account.stdout);
    let said = joined(&account.stdout);
    assert!(said.contains(&format!("the marketplace does not know application {id} any more")), "{said}");
    assert!(said.contains("looks in the console how its review ended"), "{said}");
    assert!(
        said.ends_with(&format!(
            "Next: gallerist submissions record {submission} approved 1 product: 1 not known."
        )),
        "{said}"
    );
    let status = cli.run(&["status"]);
    assert!(status.stdout.contains("missing"), "{}", status.stdout);
    let listed = cli.run(&["submissions", "list"]).fine();
    assert!(listed.starts_with(&format!("{submission}  unknown\n")), "nobody reviews it: {listed}");
    let shown = cli.run(&["submissions", "show", &submission]).fine();
    assert!(shown.starts_with(&format!("{submission}: unknown\n")), "{shown}");
    let reason = ["--reason", "the price is too high"];
    let _ = cli.run(&[&["submissions", "record", &submission, "rejected"], &reason[..]].concat()).fine();
    let account = cli.run(&["reconcile"]).fine();
    assert!(joined(&account).contains("rejected: \"the price is too high\""), "{account}");
    assert!(account.contains(&at(&cli, "\"109.00\"")), "{account}");
}

#[test]
fn what_is_approved_in_part_is_told_with_what_is_missing() {
    let cli = begun();
    let _ = cli.run(&["reconcile"]).fine();
    let id = application(&cli);
    let _ = cli.run(&["sandbox", "review", "--partly", &id]).fine();
    let account = cli.run(&["reconcile", "--exit-code=detailed"]);
    assert_eq!(account.code, 6, "{}{}", account.stdout, account.stderr);
    let said = joined(&account.stdout);
    assert!(said.contains("the marketplace shows something else than expected"), "{said}");
    assert!(said.contains("specification team: it is not there"), "{said}");
    let again = joined(&cli.run(&["reconcile"]).fine());
    assert!(again.contains("changed by somebody else: specification team"), "{again}");
    assert!(again.ends_with("1 product: 1 blocked."), "{again}");
}
