//! Log lines: each is JSON, says of which run it is, and cannot be made to say something else.

use super::{catalog, edit, pending, product};
use crate::cli_runner::{Cli, Ended};
use serde_json::Value;

const HOSTILE: &str = "\u{1b}[2J\u{202e}evil\u{9b}1m\n2026-11-22T09:00:00Z ERROR forged";

fn lines(ended: &Ended) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    ended.stderr.lines().map(parse).collect()
}

fn logged(cli: &Cli) -> Vec<Value> {
    lines(&cli.run(&["reconcile", "--log-format", "json"]))
}

fn of<'a>(lines: &'a [Value], product: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["product"] == product).collect()
}

#[test]
fn every_line_of_a_run_is_json_and_says_of_which_run() {
    let cli = Cli::new();
    catalog(&cli, &["crm", "erp"], "");
    edit(&cli, &product("erp"), "logo: logo.png", "logo: gone.png");
    let lines = logged(&cli);
    assert_eq!(lines.first().unwrap()["message"], "the run begins");
    let last = lines.last().unwrap();
    assert_eq!((&last["message"], &last["outcome"]), (&"the run ended".into(), &"blocked".into()));
    assert!(last["seconds"].as_f64().unwrap() > 0.0 && last["entries"] == 2 && last["in_sync"] == 0);
    let run = &lines[0]["span"]["run"];
    assert!(run.as_str().unwrap().len() > 10);
    for line in &lines {
        assert_eq!(&line["span"]["run"], run);
        assert_eq!((&line["span"]["catalog"], &line["span"]["target"]), (&"acme".into(), &"intl".into()));
        assert!(line["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    }
    let [submitted] = of(&lines, "crm").try_into().unwrap();
    assert_eq!((&submitted["deed"], &submitted["level"]), (&"submitted".into(), &"INFO".into()));
    assert!(submitted["submission"].as_str().unwrap().starts_with("s-"));
    let broken = lines.iter().find(|line| line["rule"] == "asset-missing").unwrap();
    assert_eq!((&broken["path"], &broken["level"]), (&product("erp").into(), &"WARN".into()));
    assert_ne!(&logged(&cli)[0]["span"]["run"], run, "another run has another name");
}

#[test]
fn a_failure_is_a_line_too() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    cli.write(".gallerist/ledger.db", "this is no database, and nothing that was one");
    let ended = cli.run(&["reconcile", "--log-format", "json"]);
    assert_eq!(ended.code, 1);
    let lines = lines(&ended);
    let failed = lines.iter().find(|line| line["message"] == "the run failed").unwrap();
    assert_eq!((&failed["cause"], &failed["level"]), (&"ledger".into(), &"ERROR".into()));
    assert!(lines.last().unwrap()["message"].as_str().unwrap().contains("ledger"));
}

#[test]
fn a_catalog_that_cannot_be_opened_says_where_and_why() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let config = cli.read("gallerist.yaml");
    cli.write("gallerist.yaml", &format!("{config}\nnonsense: 1\n"));
    let line = config.lines().count() + 2;
    let lines = logged(&cli);
    let said = lines.last().unwrap()["message"].as_str().unwrap();
    assert!(said.contains(&format!("gallerist.yaml:{line}: ")) && said.contains("unknown-field"), "{said}");
}

#[test]
fn strangers_texts_forge_no_line_and_reach_no_terminal() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let _ = logged(&cli);
    let application = gallerist::submission::ApplicationId(pending(&cli)["crm"].clone());
    let reject = gallerist::sandbox::Request::Reject { application, reason: HOSTILE.into() };
    assert_eq!(super::ask(&cli, &reject), gallerist::sandbox::Answer::Done);
    let harmless = |text: &str| {
        let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(acts), "{text:?}");
    };
    let ended = cli.run(&["reconcile", "--log-format", "json"]);
    harmless(&ended.stderr);
    let lines = lines(&ended);
    let [rejected] = of(&lines, "crm").try_into().unwrap();
    assert_eq!(rejected["message"], format!("rejected: {HOSTILE}"), "the same text, written harmlessly");
    let ended = cli.run(&["reconcile", "--log-format", "text"]);
    harmless(&ended.stderr);
    let line = ended.stderr.lines().find(|line| line.contains("rejected")).unwrap();
    assert!(line.contains("forged") && line.contains("\\u{202e}") && line.contains("run{run="), "{line}");
    assert!(!ended.stderr.lines().any(|line| line.starts_with("2026-11-22T09:00:00Z ERROR")));
}

#[test]
fn a_single_run_has_no_lines_unless_somebody_asks() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let ended = cli.run(&["reconcile", "--quiet"]);
    assert_eq!(ended.stderr, "");
    let ended = cli.run(&["reconcile", "--quiet", "--log-format", "json"]);
    assert_eq!(ended.stderr, "", "nothing to warn of");
}
