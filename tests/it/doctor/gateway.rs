//! A gateway: a served sandbox over a real socket, with the right keys and clock and with wrong ones.

use super::{begun, doctor};
use crate::cli_runner::Cli;
use jiff::{SignedDuration, Timestamp};
use std::io::{BufRead as _, BufReader};
use std::process::Child;

/// A served sandbox that ends with the test.
struct Served {
    process: Child,
    url: String,
    keys: [String; 2],
    data: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A sandbox whose clock is so far ahead.
fn served(ahead: SignedDuration) -> Served {
    let cli = Cli::new();
    let moment = (Timestamp::now() + ahead).to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let words = [
        "sandbox",
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--seller",
        "acme",
        "--show-secrets",
        "--now",
        &moment,
    ];
    let mut process = cli.command(&words).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let (mut url, mut keys) = (String::new(), [String::new(), String::new()]);
    for line in lines {
        let line = line.trim();
        if let Some(found) = line.strip_prefix("The sandbox is served at ") {
            url = found.to_owned();
        } else if let Some(found) = line.strip_prefix("export GALLERIST_ACCESS_KEY=") {
            keys[0] = found.to_owned();
        } else if let Some(found) = line.strip_prefix("export GALLERIST_SECRET_KEY=") {
            keys[1] = found.to_owned();
            break;
        }
    }
    assert!(url.starts_with("http://127.0.0.1:") && !keys[1].is_empty(), "{url}");
    Served { process, url, keys, data: folder }
}

fn at(url: &str, keys: &[String; 2]) -> Cli {
    let cli = begun().with("GALLERIST_ACCESS_KEY", &keys[0]).with("GALLERIST_SECRET_KEY", &keys[1]);
    let text = cli.read("gallerist.yaml");
    let sandbox = "marketplace: {driver: sandbox, path: .gallerist/sandbox.db}";
    assert!(text.contains(sandbox), "{text}");
    let gateway = format!("marketplace: {{driver: gateway, url: \"{url}\"}}");
    cli.write("gallerist.yaml", &text.replace(sandbox, &gateway));
    cli
}

#[test]
fn a_gateway_that_answers_a_signed_request_is_well() {
    let served = served(SignedDuration::ZERO);
    let found = doctor(&at(&served.url, &served.keys), &[]);
    assert!(found.is("gateway", "ok").contains("answers a signed request"));
    assert!(found.is("gateway-keys", "ok").contains("GALLERIST_ACCESS_KEY"));
    assert!(found.is("gateway-clock", "ok").contains("agree"));
    assert!(!found.0.to_string().contains(&served.keys[1]));
}

#[test]
fn wrong_keys_and_missing_ones_are_told() {
    let served = served(SignedDuration::ZERO);
    let wrong = [served.keys[0].clone(), "another-secret-key".to_owned()];
    let found = doctor(&at(&served.url, &wrong), &[]);
    let said = found.is("gateway", "error");
    assert!(said.contains("does not let us in"), "{said}");
    assert!(!found.0.to_string().contains("another-secret-key"));
    let _ = found.is("ledger-sound", "ok");
    let none = [String::new(), String::new()];
    let found = doctor(&at(&served.url, &none), &[]);
    assert!(found.is("gateway-keys", "error").contains("GALLERIST_ACCESS_KEY"));
    let _ = found.is("gateway", "error");
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let served = served(SignedDuration::from_mins(8));
    let found = doctor(&at(&served.url, &served.keys), &[]);
    let _ = found.is("gateway", "ok");
    assert!(found.is("gateway-clock", "error").contains("behind that of"));
    let served = self::served(SignedDuration::from_hours(2));
    let found = doctor(&at(&served.url, &served.keys), &[]);
    let said = found.is("gateway", "error");
    assert!(said.contains("clock"), "{said}");
}

#[test]
fn a_clock_that_the_desk_set_forward_is_no_mistake_of_this_machine() {
    let served = served(SignedDuration::ZERO);
    let path = camino::Utf8Path::from_path(served.data.path()).unwrap().join("acme.db");
    let judge = gallerist::sandbox::Judge::new(gallerist::site::SiteProfile::embedded("intl").unwrap());
    let desk = gallerist::drivers::SandboxDriver::open(&path, judge, Box::new(Timestamp::now)).unwrap();
    let forward = gallerist::sandbox::Request::AdvanceClock {
        seconds: 3 * 24 * 3600,
        policy: gallerist::sandbox::Policy::Manual,
    };
    let _ = desk.ask(&forward).unwrap();
    let found = doctor(&at(&served.url, &served.keys), &[]);
    assert!(found.is("gateway-clock", "note").contains("was set forward"));
}
