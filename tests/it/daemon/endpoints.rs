//! A service as a process of its own: its endpoints over a real socket, its numbers against what is true, its end.

use super::receiver::{Mood, Receiver};
use super::{NOW, catalog, change_in_the_console, edit, pending, product};
use crate::cli_runner::Cli;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, ExitStatus};
use std::time::{Duration, Instant};

/// A service that is at work, until it is dropped.
struct Service {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStderr>>,
    /// The lines that were read, until somebody takes them.
    seen: Vec<serde_json::Value>,
    address: String,
}

impl Service {
    fn start(cli: &Cli, more: &[&str]) -> Self {
        let mut arguments =
            vec!["reconcile", "--every", "10s", "--jitter", "0", "--log-format", "json", "--now", NOW];
        arguments.extend(["--listen", "127.0.0.1:0"].iter().filter(|_| !more.contains(&"--listen")));
        arguments.extend(more);
        let mut child = cli.command(&arguments).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut service = Self { child, lines, seen: Vec::new(), address: String::new() };
        service.address = service.line("listening")["address"].as_str().unwrap().to_owned();
        service
    }

    /// The next line with this message.
    #[track_caller]
    fn line(&mut self, message: &str) -> serde_json::Value {
        for line in self.lines.by_ref() {
            let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            self.seen.push(line.clone());
            if line["message"].as_str().unwrap().contains(message) {
                return line;
            }
        }
        panic!("there is no line `{message}`");
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    fn ask(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        (status, text)
    }

    fn page(&self, path: &str) -> (u16, String) {
        let (status, text) = self.ask(&format!("GET {path}"));
        (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    fn numbers(&self) -> BTreeMap<String, f64> {
        numbers(&self.page("/metrics").1)
    }

    /// Waits until a page answers with a status, for a bounded time.
    #[track_caller]
    fn until(&self, path: &str, status: u16) -> String {
        let begun = Instant::now();
        loop {
            let (found, text) = self.page(path);
            if found == status {
                return text;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{path} stays {found}: {text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Numbers by their names and labels, without the labels that all have.
pub(super) fn numbers(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with("# EOF\n"), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let own =
                name.replace("catalog=\"acme\",target=\"intl\"", "").replace("{,", "{").replace("{}", "");
            assert_ne!(own, name, "catalog and target are said");
            (own, value.parse().unwrap())
        })
        .collect()
}

#[track_caller]
fn holds(numbers: &BTreeMap<String, f64>, wanted: &[(&str, f64)]) {
    for (name, value) in wanted {
        assert_eq!(numbers.get(*name), Some(value), "{name} in {numbers:#?}");
    }
}

#[test]
fn the_numbers_are_those_of_the_catalog_after_each_run() {
    let cli = Cli::new();
    catalog(&cli, &["crm", "erp", "hrm", "scm"], "");
    edit(&cli, &product("scm"), "logo: logo.png", "logo: gone.png");
    let mut service = Service::start(&cli, &[]);
    let _ = service.line("the run ended");
    let _ = service.until("/readyz", 200);
    let found = service.numbers();
    holds(
        &found,
        &[
            ("gallerist_submissions{state=\"in-review\"}", 3.0),
            ("gallerist_submissions{state=\"approved\"}", 0.0),
            ("gallerist_products{state=\"in-review\"}", 3.0),
            ("gallerist_waiting_products{whom=\"reviewer\"}", 3.0),
            ("gallerist_invalid_products", 1.0),
            ("gallerist_rejected_products", 0.0),
            ("gallerist_runs_total{outcome=\"blocked\"}", 1.0),
            ("gallerist_runs_total{outcome=\"failed\"}", 0.0),
            ("gallerist_run_duration_seconds_count", 1.0),
            ("gallerist_marketplace_calls_total{call=\"submit\",outcome=\"ok\"}", 3.0),
            ("gallerist_ledger_calls_total{call=\"lease\",outcome=\"ok\"}", 3.0),
            ("gallerist_ledger_calls_total{call=\"release\",outcome=\"ok\"}", 3.0),
            ("gallerist_ledger_calls_total{call=\"append\",outcome=\"ok\"}", 6.0),
        ],
    );
    let version = format!("gallerist_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    holds(&found, &[(&version, 1.0)]);
    let begun = NOW.parse::<jiff::Timestamp>().unwrap().as_second() as f64;
    let last = found["gallerist_last_success_timestamp_seconds"];
    assert!(last >= begun && last < begun + 60.0);
    assert_eq!(found["gallerist_next_run_timestamp_seconds"].round(), (begun + 10.0).round());
    let first = found["gallerist_oldest_review_age_seconds"];
    std::thread::sleep(Duration::from_millis(20));
    assert!(
        service.numbers()["gallerist_oldest_review_age_seconds"] > first,
        "reviews grow older between runs"
    );

    let said = |lines: &[serde_json::Value], product: &str| -> Vec<String> {
        let of = lines.iter().filter(|line| line["product"] == product);
        of.map(|line| line["deed"].as_str().unwrap().to_owned()).collect()
    };
    let before = std::mem::take(&mut service.seen);
    assert_eq!(said(&before, "hrm"), ["submitted"]);

    // One is approved and then changed by somebody else, one is rejected, one goes on.
    let applications = pending(&cli);
    let _ = cli.run(&["sandbox", "review", "--reject", &applications["erp"], "--reason", "no"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve", &applications["crm"]]).fine();
    change_in_the_console(&cli, "crm", "Somebody else's words about the service that we sell.");
    let _ = service.line("the run ended");
    let begun = Instant::now();
    let found = loop {
        let found = service.numbers();
        // The next run may have begun before all that was done; then it is the one after it.
        let is_seen = found["gallerist_drifted_products"] > 0.0;
        if found["gallerist_run_duration_seconds_count"] >= 2.0 && is_seen
            || begun.elapsed() > Duration::from_secs(60)
        {
            break found;
        }
    };
    holds(
        &found,
        &[
            ("gallerist_submissions{state=\"in-review\"}", 1.0),
            ("gallerist_submissions{state=\"approved\"}", 1.0),
            ("gallerist_submissions{state=\"rejected\"}", 1.0),
            ("gallerist_products{state=\"drifted\"}", 1.0),
            ("gallerist_products{state=\"rejected\"}", 1.0),
            ("gallerist_products{state=\"in-review\"}", 1.0),
            ("gallerist_drifted_products", 1.0),
            ("gallerist_rejected_products", 1.0),
            ("gallerist_waiting_products{whom=\"reviewer\"}", 1.0),
        ],
    );
    let _ = service.line("the run ended");
    let after = std::mem::take(&mut service.seen);
    assert_eq!(said(&after, "hrm"), ["in-review"], "what lasts is said once");
    assert_eq!(said(&after, "erp"), ["rejected"]);
    let text = service.page("/metrics").1;
    assert!(
        !["crm", "erp", "hrm", "scm"].iter().any(|key| text.contains(key)),
        "products are counted, not named"
    );
    service.signal("-TERM");
    assert_eq!(service.ended().code(), Some(0));
}

#[test]
fn readiness_follows_what_the_last_run_could_read() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let mut service = Service::start(&cli, &[]);
    let _ = service.line("the run ended");
    assert_eq!(service.until("/readyz", 200), "ready\n");
    let config = cli.read("gallerist.yaml");
    cli.write("gallerist.yaml", "kind: \u{202e}\n");
    let _ = service.line("the run failed");
    let reason = service.until("/readyz", 503);
    assert!(reason.contains("the catalog cannot be opened"), "{reason}");
    holds(
        &service.numbers(),
        &[
            ("gallerist_runs_total{outcome=\"failed\"}", 1.0),
            ("gallerist_run_failures_total{cause=\"definitions\"}", 1.0),
            ("gallerist_submissions{state=\"in-review\"}", 1.0),
        ],
    );
    assert_eq!(service.page("/healthz").0, 200, "it is alive all the same");
    cli.write("gallerist.yaml", &config);
    let _ = service.line("the run ended");
    assert_eq!(service.until("/readyz", 200), "ready\n", "each run opens the catalog anew");
    service.signal("-INT");
    let _ = service.line("the service ended");
    assert_eq!(service.ended().code(), Some(0));
}

#[test]
fn a_run_that_hangs_is_seen_and_a_second_signal_ends_it() {
    let receiver = Receiver::start();
    let cli = Cli::new().with("GALLERIST_WEBHOOK_SECRET", &super::notices::secret());
    let notify = format!("notify:\n  - {{url: \"{}\", secret: GALLERIST_WEBHOOK_SECRET}}\n", receiver.url);
    catalog(&cli, &["crm"], &notify);
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    receiver.is(Mood::Hesitates);
    let mut service = Service::start(&cli, &["--stuck-after", "1s"]);
    let _ = service.line("the run begins");
    let reason = service.until("/healthz", 503);
    assert!(reason.contains("longer than 1 s"), "{reason}");
    assert_eq!(service.page("/readyz"), (503, "the first run has not ended yet\n".to_owned()));
    service.signal("-TERM");
    let _ = service.line("asked to stop");
    assert!(service.until("/readyz", 503).contains("stopping"));
    service.signal("-TERM");
    assert_eq!(service.ended().code(), Some(143));
    receiver.is(Mood::Answers(200));
    assert_eq!(receiver.taken().len(), 1);
    let _ = cli.run(&["reconcile"]).fine();
    assert_eq!(receiver.told(), ["approved crm"], "what was not recorded is told again");
}

#[test]
fn asked_to_stop_it_finishes_and_holds_nothing() {
    let receiver = Receiver::start();
    let cli = Cli::new().with("GALLERIST_WEBHOOK_SECRET", &super::notices::secret());
    let notify = format!("notify:\n  - {{url: \"{}\", secret: GALLERIST_WEBHOOK_SECRET}}\n", receiver.url);
    catalog(&cli, &["crm", "erp"], &notify);
    let _ = cli.run(&["reconcile"]).fine();
    let _ = cli.run(&["sandbox", "review", "--approve-all"]).fine();
    receiver.is(Mood::Hesitates);
    let mut service = Service::start(&cli, &[]);
    let begun = Instant::now();
    let first = loop {
        let taken = receiver.taken();
        if !taken.is_empty() {
            break taken;
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
    };
    service.signal("-TERM");
    let _ = service.line("asked to stop");
    receiver.is(Mood::Answers(204));
    let _ = service.line("the service ended");
    assert_eq!(service.ended().code(), Some(0));
    assert_eq!(
        (first.len(), receiver.taken().len()),
        (1, 0),
        "the message in hand is ended, and no other is begun"
    );
    let _ = cli.run(&["reconcile"]).fine();
    assert_eq!(receiver.told(), ["approved erp"], "and the first one was recorded");
}

#[test]
fn only_reading_is_answered_and_nobody_else_is_let_in() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let service = Service::start(&cli, &[]);
    assert!(service.address.starts_with("127.0.0.1:"));
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        assert_eq!(service.ask(&format!("{method} /metrics")).0, 405, "{method}");
    }
    assert_eq!(service.page("/").0, 404);
    assert_eq!(service.page("/metrics/../readyz").0, 404);
    let (_, text) = service.ask("GET /healthz");
    for header in ["content-type: text/plain", "x-content-type-options: nosniff", "cache-control: no-store"] {
        assert!(text.contains(header), "{header}: {text}");
    }
    assert!(service.ask("GET /metrics").1.contains("application/openmetrics-text; version=1.0.0"));
    // Those who say nothing keep nobody else from being answered.
    let idle: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(&service.address).unwrap()).collect();
    assert_eq!(service.page("/healthz").0, 200);
    drop(idle);
    let second = cli.run(&["reconcile", "--every", "10s", "--listen", &service.address]);
    assert_eq!(second.code, 1);
    assert!(
        second.stderr.contains("cannot be listened on") && second.stderr.contains("--listen"),
        "{}",
        second.stderr
    );
}

#[test]
fn schedules_that_make_no_sense_are_refused() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    for arguments in [
        "--every 5s",
        "--every 30d",
        "--every 1m --jitter 2m",
        "--every -1m",
        "--jitter 5s",
        "--listen none",
        "--every 1m --listen nowhere",
        "--every 1m --metrics x.prom",
    ] {
        let all: Vec<&str> = std::iter::once("reconcile").chain(arguments.split(' ')).collect();
        assert_eq!(cli.run(&all).code, 1, "{arguments}");
    }
    assert!(!cli.path(".gallerist").exists(), "nothing was begun");
}

#[test]
fn a_single_run_leaves_its_numbers_in_a_file() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let run = |now: &str| cli.run(&["reconcile", "--metrics", "numbers.prom", "--now", now]);
    let _ = run(NOW).fine();
    let found = numbers(&cli.read("numbers.prom"));
    holds(
        &found,
        &[
            ("gallerist_submissions{state=\"in-review\"}", 1.0),
            ("gallerist_runs_total{outcome=\"waiting\"}", 1.0),
            ("gallerist_marketplace_calls_total{call=\"submit\",outcome=\"ok\"}", 1.0),
        ],
    );
    let last = found["gallerist_last_success_timestamp_seconds"];
    cli.write(".gallerist/ledger.db", "this is no database, and nothing that was one");
    assert_eq!(run("2026-11-22T10:00:00Z").code, 1);
    let found = numbers(&cli.read("numbers.prom"));
    holds(
        &found,
        &[
            ("gallerist_runs_total{outcome=\"failed\"}", 1.0),
            ("gallerist_run_failures_total{cause=\"ledger\"}", 1.0),
            ("gallerist_last_success_timestamp_seconds", last),
        ],
    );
    assert!(found["gallerist_last_run_timestamp_seconds"] >= last + 3500.0);
    for file in ["gallerist.yaml", ".gallerist/sandbox.db", "nowhere/numbers.prom"] {
        let before = std::fs::read(cli.path(file)).ok();
        let ended = cli.run(&["reconcile", "--metrics", file]);
        assert_eq!(ended.code, 1, "{file}");
        assert_eq!(std::fs::read(cli.path(file)).ok(), before, "{file} holds something else");
    }
}

#[test]
fn whoever_is_waited_for_is_counted() {
    let cli = Cli::new();
    crate::examples::copy(&crate::tree::root().join("examples/03-first-license"), &cli.folder()).unwrap();
    edit(&cli, "gallerist.yaml", "name: harbour-line", "name: acme");
    let after_a_run = || {
        let _ = cli.run(&["reconcile", "--metrics", "numbers.prom"]);
        numbers(&cli.read("numbers.prom"))
    };
    let _ = after_a_run();
    let _ = cli.run(&["sandbox", "review", "--withdraw", "KG0000000001"]).fine();
    let person = |count| [("gallerist_waiting_products{whom=\"person\"}", count)];
    holds(&after_a_run(), &person(1.0));
    let submission = crate::examples::first_id(&cli.run(&["submissions", "list"]).fine(), "s-").unwrap();
    let _ = cli.run(&["pause", "--reason", "holidays"]).fine();
    let _ = cli.run(&["submissions", "retry", &submission]).fine();
    holds(&after_a_run(), &person(1.0));
    let _ = cli.run(&["resume"]).fine();
    holds(&after_a_run(), &person(0.0));
    let _ = cli.run(&["sandbox", "review", "--forget", "KG0000000002"]).fine();
    let found = after_a_run();
    holds(
        &found,
        &[
            ("gallerist_submissions{state=\"unknown\"}", 1.0),
            ("gallerist_submissions{state=\"in-review\"}", 0.0),
            ("gallerist_oldest_review_age_seconds", 0.0),
        ],
    );
}

#[test]
fn numbers_tell_that_the_catalog_cannot_be_read() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    let run = |file: &str| cli.run(&["reconcile", "--metrics", file, "--now", "2026-11-22T10:00:00Z"]);
    let _ = cli.run(&["reconcile", "--metrics", "numbers.prom"]).fine();
    let before = numbers(&cli.read("numbers.prom"));
    edit(&cli, "gallerist.yaml", "site: intl", "site: atlantis");
    assert_eq!(run("numbers.prom").code, 3);
    let text = cli.read("numbers.prom");
    assert!(text.contains("catalog=\"acme\",target=\"intl\""), "{text}");
    let found = numbers(&text);
    let success = "gallerist_last_success_timestamp_seconds";
    holds(
        &found,
        &[("gallerist_run_failures_total{cause=\"definitions\"}", 1.0), (success, before[success])],
    );
    assert_eq!(run("other.prom").code, 3);
    assert!(cli.read("other.prom").contains("catalog=\"unknown\""), "nobody knows its name");
    let said = run("").failed(1);
    assert!(said.contains("names no file"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_written_is_no_mistake_in_definitions() {
    let cli = Cli::new();
    catalog(&cli, &["crm"], "");
    cli.write(".gallerist", "a file where the folder should be");
    assert_eq!(cli.run(&["reconcile", "--metrics", "numbers.prom"]).code, 1);
    let found = numbers(&cli.read("numbers.prom"));
    holds(
        &found,
        &[
            ("gallerist_run_failures_total{cause=\"ledger\"}", 1.0),
            ("gallerist_run_failures_total{cause=\"definitions\"}", 0.0),
        ],
    );
}
