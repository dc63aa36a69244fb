//! `gallerist preflight` against the seller's service of `examples/`, over TLS.
//!
//! The service stands on this machine, so that its address is allowed by an option, and the rule about local names is excused.

mod seller;

use crate::ledger::cli_runner::{Cli, Ended};
use seller::{Authority, Identity, KEY, Seller};
use serde_json::Value;

const PRODUCT: &str = "products/acme-crm/product.yaml";
const CASES: &str = "products/acme-crm/cases.yaml";

const ALL_CASES: &str = "apiVersion: gallerist/v1
kind: Cases
cases:
  - name: create
    activity: newInstance
    orderId: MOCKPERIODYEARNEW
    orderLineId: MOCKPERIODYEARNEW-000001
  - name: query
    activity: queryInstance
  - name: renew
    activity: refreshInstance
    scene: RENEWAL
    orderId: MOCKMONTYRENEW
    orderLineId: MOCKMONTYRENEW-000001
  - name: freeze
    activity: updateInstanceStatus
    status: FREEZE
  - name: unfreeze
    activity: updateInstanceStatus
    status: UNFREEZE
  - name: release
    activity: releaseInstance
";

/// A catalog with a SaaS product whose interfaces stand at a port of this machine.
fn catalog(port: u16) -> Cli {
    let certificates = Authority::file();
    let cli =
        Cli::new().with("GALLERIST_INTERFACE_KEY", KEY).with("SSL_CERT_FILE", certificates.to_str().unwrap());
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let product = cli.read(PRODUCT);
    let url = format!("https://localhost:{port}/koogallery");
    let excuse =
        "exceptions:\n  - {rule: interface-address-weak, reason: it is tried out, until: 2027-12-31}\n";
    let product = product.replace("https://crm.acme.example/koogallery", &url);
    cli.write(PRODUCT, &format!("{product}{excuse}"));
    cli.write(CASES, ALL_CASES);
    cli
}

const CALLS: &[&str] = &["preflight", "acme-crm", "--allow-production-calls", "--allow-private-addresses"];

fn called(cli: &Cli, more: &[&str]) -> Ended {
    cli.run(&[CALLS, more].concat())
}

fn report(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr))
}

/// Everything that is wrong: call, severity, check, message.
fn problems(report: &Value) -> Vec<[String; 4]> {
    let product = &report["products"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |about: String, list: &Value| -> Vec<[String; 4]> {
        let list = list.as_array().unwrap().iter();
        list.map(|found| {
            [about.clone(), text(&found["severity"]), text(&found["check"]), text(&found["message"])]
        })
        .collect()
    };
    let mut all = of(String::new(), &product["problems"]);
    for call in product["calls"].as_array().unwrap() {
        all.extend(of(format!("{} {}", text(&call["case"]), text(&call["call"])), &call["problems"]));
    }
    all
}

fn verified(cli: &Cli) -> Value {
    let planned = cli.run(&["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&planned.stdout).unwrap();
    let items = plan["plan"]["products"][0]["verify"].as_array().unwrap();
    items.iter().find(|item| item["rule"] == "interface-not-answering").unwrap().clone()
}

#[test]
fn a_service_that_is_right_is_green_and_that_proves_what_was_called_and_nothing_else() {
    let seller = Seller::new(&[]);
    let cli = catalog(seller.port);
    assert_eq!(verified(&cli)["byPreflight"], true);
    assert!(verified(&cli).get("confirmed").is_none());
    let planned = cli.run(&["plan"]).stdout;
    let words = planned.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("gallerist preflight acme-crm proves it"), "{planned}");
    let ended = called(&cli, &["--format", "json"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let found = report(&ended);
    assert_eq!(found["products"][0]["standing"], "green");
    assert_eq!(problems(&found), Vec::<[String; 4]>::new());
    let calls = found["products"][0]["calls"].as_array().unwrap();
    // Six cases twice, and three calls that are refused.
    assert_eq!(calls.len(), 15);
    assert!(calls.iter().all(|call| call["latencyMs"].as_u64().unwrap() > 0));
    assert_eq!(calls[11]["resultCode"], "000003", "released already: {}", calls[11]);
    assert_eq!(calls[0]["place"]["path"], CASES);
    assert_eq!(calls[0]["place"]["position"]["line"], 4);
    assert_eq!(verified(&cli)["confirmed"]["by"], "gallerist preflight");
    // What counts for a good while yet is not written down twice.
    let entries = || cli.run(&["ledger", "show", "--format", "short"]).fine().lines().count();
    let before = entries();
    let again = called(&cli, &[]);
    assert!(again.stdout.contains("still counts"), "{}", again.stdout);
    assert_eq!(entries(), before);
    // Another case, another way to buy, another address: each needs proof of its own.
    let product = cli.read(PRODUCT);
    cli.write(CASES, &ALL_CASES.replace("MOCKMONTYRENEW", "MOCKMONTYCHANGE"));
    assert!(verified(&cli).get("confirmed").is_none(), "other cases");
    cli.write(CASES, &format!("# a remark\n{ALL_CASES}"));
    assert!(verified(&cli).get("confirmed").is_some(), "a remark changes nothing");
    cli.write(PRODUCT, &product.replace("/koogallery", "/koo"));
    assert!(verified(&cli).get("confirmed").is_none(), "another address");
    cli.write(PRODUCT, &product.replace("      monthly: {USD: \"24.90\"}\n", ""));
    assert!(verified(&cli).get("confirmed").is_none(), "another way to buy");
    cli.write(PRODUCT, &product);
    let later = cli.run(&["plan", "--format", "json", "--now", "2026-11-23T09:00:00Z"]).stdout;
    let later: Value = serde_json::from_str(&later).unwrap();
    let items = later["plan"]["products"][0]["verify"].as_array().unwrap();
    let item = items.iter().find(|item| item["rule"] == "interface-not-answering").unwrap();
    assert!(item.get("confirmed").is_none(), "a day later");
    let earlier = cli.run(&["plan", "--format", "json", "--now", "2026-11-22T08:00:00Z"]).stdout;
    let earlier: Value = serde_json::from_str(&earlier).unwrap();
    let items = earlier["plan"]["products"][0]["verify"].as_array().unwrap();
    let item = items.iter().find(|item| item["rule"] == "interface-not-answering").unwrap();
    assert!(item.get("confirmed").is_none(), "a clock that was ahead proves nothing for longer");
    assert!(verified(&cli).get("confirmed").is_some());
    drop(seller);
    assert_eq!(called(&cli, &["--now", "2026-11-22T10:00:00Z"]).code, 3, "nobody answers any more");
    assert!(verified(&cli).get("confirmed").is_none(), "a later red one says more than a green one before");
}

#[test]
fn without_leave_only_what_changes_nothing_is_called_and_nothing_is_proved() {
    let seller = Seller::new(&[]);
    let cli = catalog(seller.port);
    let ended = cli.run(&["preflight", "--allow-private-addresses", "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let found = report(&ended);
    assert_eq!(found["products"][0]["standing"], "unproved");
    let calls = found["products"][0]["calls"].as_array().unwrap();
    let made: Vec<&str> = calls
        .iter()
        .filter(|call| call["verdict"] != "not-run")
        .map(|call| call["call"].as_str().unwrap())
        .collect();
    assert_eq!(made, ["wrong-signature", "stale-timestamp", "unknown-instance"]);
    assert!(calls[0]["notRun"].as_str().unwrap().contains("--allow-production-calls"), "{}", calls[0]);
    assert!(found["products"][0].get("recorded").is_none());
    assert!(ended.stderr.contains("nothing is proved"), "{}", ended.stderr);
    assert_eq!(seller.log().matches("POST from").count(), 3);
}

/// Each way to misbehave, with what is said of it.
#[test]
fn each_misbehaviour_is_found_with_its_verdict() {
    for (way, severity, check, at, words) in [
        ("wrong-content-type", "error", "content-type", "create first", "text/html"),
        ("not-json", "error", "result", "create first", "not JSON"),
        ("status-500", "error", "status", "create first", "status 500"),
        ("other-instance", "error", "repetition", "create again", "another instance"),
        ("refuses-repetition", "error", "result", "create again", "000103 (already purchased)"),
        ("missing-instance", "error", "instance", "create first", "no `instanceId`"),
        ("missing-message", "error", "result", "query first", "no `resultMsg`"),
        ("missing-url", "error", "instance", "query first", "no `frontEndUrl`"),
        ("missing-info", "error", "instance", "query first", "no list `info`"),
        ("half-usage", "error", "instance", "query first", "no `statisticalTime`"),
        ("long-message", "error", "length", "create first", "300 characters, and 255 are taken"),
        ("huge", "error", "result", "create first", "far too large"),
        ("wrong-body-sign", "error", "body-sign", "create first", "is wrong"),
        ("no-body-sign", "warning", "body-sign", "create first", "not signed"),
        ("accepts-wrong-signature", "warning", "signature", "query wrong-signature", "instead of 000001"),
        ("accepts-stale", "warning", "signature", "query stale-timestamp", "instead of 000001"),
        ("unknown-is-fine", "warning", "unknown-instance", "query unknown-instance", "instead of 000003"),
        ("asynchronous", "error", "result", "create first", "000004 (being processed)"),
    ] {
        let seller = Seller::new(&[way]);
        let cli = catalog(seller.port);
        let ended = called(&cli, &["--format", "json", "--no-record"]);
        assert_eq!(ended.code, if severity == "error" { 3 } else { 0 }, "{way}: {}", ended.stderr);
        let found = report(&ended);
        let wanted = |problem: &&[String; 4]| {
            problem[0] == at && problem[1] == severity && problem[2] == check && problem[3].contains(words)
        };
        let all = problems(&found);
        assert!(all.iter().any(|problem| wanted(&problem)), "{way}: {all:#?}");
        if severity == "warning" {
            assert!(all.iter().all(|problem| problem[1] == "warning"), "{way}: {all:#?}");
            assert_eq!(found["products"][0]["standing"], "green", "{way}");
        }
    }
}

#[test]
fn an_instance_that_is_made_later_is_right_where_the_case_says_so() {
    let seller = Seller::new(&["asynchronous"]);
    let cli = catalog(seller.port);
    let accepts = "activity: newInstance\n    accepts: [\"000000\", \"000004\"]";
    cli.write(CASES, &ALL_CASES.replace("activity: newInstance", accepts));
    let ended = called(&cli, &["--no-record"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
}

#[test]
fn what_takes_too_long_is_told_and_more_than_twenty_seconds_are_not_waited_for() {
    for (way, severity, words) in [("slow", "warning", "took 6."), ("too-slow", "error", "within 20 s")] {
        let seller = Seller::new(&[way]);
        let cli = catalog(seller.port);
        let found = report(&called(&cli, &["--format", "json", "--no-record"]));
        let all = problems(&found);
        let wanted = |problem: &&[String; 4]| {
            problem[1] == severity && problem[2] == "time" && problem[3].contains(words)
        };
        assert!(all.iter().any(|problem| wanted(&problem)), "{way}: {all:#?}");
    }
}

#[test]
fn nothing_is_called_where_an_answer_leads_or_where_only_this_network_is() {
    let inside = Seller::new(&[]);
    let target = format!("https://localhost:{}/", inside.port);
    let seller = Seller::with(Identity::Right, &["redirects"], &["--redirect-to", &target]);
    let cli = catalog(seller.port);
    let ended = called(&cli, &["--format", "json", "--no-record"]);
    assert_eq!(ended.code, 3);
    let all = problems(&report(&ended));
    assert!(all[0][3].contains("status 307 and leads to localhost"), "{all:#?}");
    assert!(!inside.log().contains(" from "), "the redirect was followed");
    // The name is fine, and leads inside: nobody is called at all.
    let product = cli.read(PRODUCT);
    let cli = Cli::new().with("GALLERIST_INTERFACE_KEY", KEY);
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    cli.write(PRODUCT, &product);
    cli.write(CASES, ALL_CASES);
    let ended = cli.run(&["preflight", "acme-crm", "--allow-production-calls", "--no-record"]);
    assert_eq!(ended.code, 3, "{}", ended.stdout);
    assert!(ended.stdout.contains("no public domain name"), "{}", ended.stdout);
    assert!(!seller.log().contains("failed"), "somebody connected");
}

#[test]
fn certificates_are_looked_at() {
    for (identity, trusts) in [(Identity::Other, true), (Identity::Plain, true), (Identity::Right, false)] {
        let seller = Seller::with(identity, &[], &[]);
        let mut cli = catalog(seller.port);
        if !trusts {
            let none = cli.path("none.pem");
            std::fs::copy("/etc/ssl/certs/ca-certificates.crt", &none).expect("this machine trusts somebody");
            cli = cli.with("SSL_CERT_FILE", none.to_str().unwrap());
        }
        let ended = called(&cli, &["--format", "json", "--no-record"]);
        assert_eq!(ended.code, 3, "{}", ended.stderr);
        let found = report(&ended);
        let all = problems(&found);
        assert_eq!(all[0][2], "address", "{all:#?}");
        assert!(all[0][3].contains("no secure connection"), "{all:#?}");
        let calls = found["products"][0]["calls"].as_array().unwrap();
        assert_eq!(calls[1]["verdict"], "not-run", "nothing is tried again and again");
    }
}

#[test]
fn no_secret_is_printed_in_any_format() {
    let seller = Seller::new(&["tells-secrets"]);
    let cli = catalog(seller.port);
    for format in ["text", "short", "json", "markdown", "sarif", "github", "gitlab", "junit"] {
        let ended = called(&cli, &["--format", format, "--verbose"]);
        assert_eq!(ended.code, 3, "{format}");
        let printed = format!("{}{}", ended.stdout, ended.stderr);
        let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("redacted"), "{format}: {printed}");
        for secret in [KEY, "correct horse", "admin-of-the-buyer"] {
            assert!(!words.contains(secret), "{format} shows {secret}: {printed}");
        }
        // Signatures have 64 digits with capitals; digests that are printed have none.
        let digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
        let digits = |word: &str| word.len() >= 64 && word.bytes().all(digit);
        let words = printed.split(|c: char| !c.is_ascii_alphanumeric());
        let shown: Vec<&str> = words.filter(|word| digits(word)).collect();
        assert!(shown.is_empty(), "{format} shows {shown:?}");
    }
    let ledger = cli.run(&["ledger", "show"]).fine();
    assert!(ledger.contains("do not answer as they should") && !ledger.contains(KEY), "{ledger}");
}

#[test]
fn findings_point_at_the_case_for_other_programs() {
    let seller = Seller::new(&["other-instance"]);
    let cli = catalog(seller.port);
    let sarif: Value = serde_json::from_str(&called(&cli, &["--format", "sarif"]).stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "interface-not-answering");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], CASES);
    assert_eq!(place["region"]["startLine"], 4);
    let github = called(&cli, &["--format", "github"]).stdout;
    assert!(github.contains(&format!("file={CASES},line=4")), "{github}");
}

#[test]
fn definitions_with_errors_are_no_green_nights() {
    let seller = Seller::new(&[]);
    for (path, broken) in [(CASES, "cases: ["), (PRODUCT, "key: [")] {
        let cli = catalog(seller.port);
        cli.write(path, broken);
        for products in [&[][..], &["acme-crm"]] {
            let ended = cli.run(&[&["preflight"], products].concat());
            let said = format!("{}{}", ended.stdout, ended.stderr);
            assert_eq!(ended.code, 3, "{path}: {said}");
            assert!(said.contains(path), "{said}");
        }
    }
    assert_eq!(seller.log().matches("POST from").count(), 0);
}

#[test]
fn a_change_that_nobody_merged_calls_no_production_system() {
    for (name, value) in [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_NAME", "pull_request_target"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
    ] {
        let seller = Seller::new(&[]);
        let cli = catalog(seller.port).with(name, value);
        let refused = called(&cli, &[]).failed(1);
        assert!(refused.contains("nobody merged"), "{name}: {refused}");
        let refused = cli.run(&["preflight", "acme-crm"]).failed(1);
        assert!(refused.contains("signs nothing"), "{name}: {refused}");
        let cli = cli.with("GITHUB_EVENT_NAME", "push");
        assert_eq!(seller.log(), "", "{name}");
        drop(cli);
    }
}

#[test]
fn what_fails_is_written_down_once_and_told_until_it_is_mended() {
    let broken = Seller::new(&["status-500"]);
    let cli = catalog(broken.port);
    let product = cli.read(PRODUCT);
    // It is on sale already, at an address that the sandbox takes.
    let here = format!("https://localhost:{}/", broken.port);
    cli.write(PRODUCT, &product.replace(&here, "https://crm.acme.example/"));
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    let _ = cli.run(&["reconcile"]).fine();
    cli.write(PRODUCT, &product);
    let entries = || {
        let shown = cli.run(&["ledger", "show", "--format", "json"]).fine();
        let shown: Value = serde_json::from_str(&shown).unwrap();
        let rows = shown["entries"].as_array().unwrap().clone();
        rows.into_iter().filter(|row| row["event"] == "preflighted").count()
    };
    for now in ["2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z", "2026-11-26T03:00:00Z"] {
        assert_eq!(called(&cli, &["--now", now]).code, 3);
        assert_eq!(entries(), 1, "only the change is written down");
    }
    let planned = cli.run(&["plan", "--now", "2026-11-26T03:00:00Z"]).stdout;
    let words = planned.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("since 2026-11-23, for 3 days: create: it answers with status 500"), "{planned}");
    assert!(words.contains("freezes trading after five such days in a row"), "{planned}");
    let status = cli.run(&["status", "--now", "2026-11-26T03:00:00Z"]).stdout;
    let words = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("freezes trading after five such days"), "{status}");
    let mended = Seller::new(&[]);
    let url = |port: u16| format!("localhost:{port}");
    cli.write(PRODUCT, &product.replace(&url(broken.port), &url(mended.port)));
    let ended = called(&cli, &["--now", "2026-11-26T04:00:00Z"]);
    assert!(ended.stdout.contains("the interfaces answer again"), "{}", ended.stdout);
    assert_eq!(entries(), 2);
    let planned = cli.run(&["plan", "--now", "2026-11-26T05:00:00Z"]).stdout;
    assert!(!planned.contains("freezes trading"), "{planned}");
}

#[test]
fn at_the_console_a_submission_waits_for_proof_or_for_somebody_who_vouches() {
    let seller = Seller::new(&[]);
    let cli = catalog(seller.port);
    let config = cli.read("gallerist.yaml");
    let console = config.replace("driver: sandbox, path: .gallerist/sandbox.db", "driver: console");
    assert_ne!(console, config);
    cli.write("gallerist.yaml", &console);
    let blocked = |code: &str| {
        let planned = cli.run(&["plan"]);
        planned
            .stdout
            .contains("blocked by interface-not-answering")
            .then(|| planned.stdout.clone())
            .ok_or_else(|| format!("{code}: {}", planned.stdout))
    };
    let held = blocked("without proof").unwrap();
    assert!(held.contains("gallerist preflight acme-crm --allow-production-calls"), "{held}");
    assert_eq!(called(&cli, &[]).code, 0);
    let _ = blocked("what only this network reaches proves nothing").unwrap();
    assert_eq!(called(&cli, &["--record"]).code, 0);
    assert!(blocked("with proof").is_err());
    // Where no proof is required, nothing waits for it.
    cli.write(CASES, &ALL_CASES.replace("MOCKMONTYRENEW", "MOCKMONTYCHANGE"));
    let _ = blocked("with other cases").unwrap();
    cli.write(
        "gallerist.yaml",
        &console.replace("    marketplace:", "    preflight: {required: false}\n    marketplace:"),
    );
    assert!(blocked("where none is required").is_err());
}
