//! Faults on purpose happen where they should, and nothing else happens.

use super::bench::{Ask, Bench, Client, exchange, handing_over, release};
use gallerist::submission::Submission;
use serde_json::json;
use std::time::{Duration, Instant};

fn once(fault: &str) -> Bench {
    let faults =
        format!(r#"{{"faults": [{{"at": "PUT /v1/submissions/*", "fault": {fault}, "times": 1}}]}}"#);
    Bench::with_faults(&["acme"], &faults)
}

/// Hands over; `None` when there is no whole answer.
fn hand_over(acme: &Client, submission: &Submission) -> Option<u16> {
    let bytes = acme.signed(&handing_over(submission, None)).bytes();
    exchange(acme.address, &bytes).ok().map(|answer| answer.status)
}

#[test]
fn a_status_in_place_of_the_effect() {
    for (status, wait) in [(503, ", \"retryAfter\": 7"), (429, ", \"retryAfter\": 0"), (500, "")] {
        let bench = once(&format!(r#"{{"status": {{"status": {status}{wait}}}}}"#));
        let (acme, submission) = (bench.client("acme"), release("crm"));
        let signed = acme.signed(&handing_over(&submission, None));
        let answer = signed.send(bench.address);
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("retry-after").is_some(), !wait.is_empty());
        assert_eq!(acme.review(&submission.id), json!(null));
        // It did not even reach the door: the same signature is good for the next attempt.
        signed.send(bench.address).ok(201);
    }
}

#[test]
fn closed_before_the_effect() {
    let bench = once("\"close-before\"");
    let (acme, submission) = (bench.client("acme"), release("crm"));
    assert_eq!(hand_over(&acme, &submission), None);
    assert_eq!(acme.review(&submission.id), json!(null));
    assert_eq!(hand_over(&acme, &submission), Some(201));
}

#[test]
fn closed_after_the_effect() {
    let bench = once("\"close-after\"");
    let (acme, submission) = (bench.client("acme"), release("crm"));
    assert_eq!(hand_over(&acme, &submission), None);
    assert_eq!(acme.review(&submission.id)["review"], "pending");
    assert_eq!(hand_over(&acme, &submission), Some(200), "the answer that was lost");
}

#[test]
fn cut_off_in_the_middle_of_the_answer() {
    let faults = r#"{"faults": [{"at": "GET /v1/openapi.json", "fault": "truncate", "times": 1}]}"#;
    let bench = Bench::with_faults(&["acme"], faults);
    let ask = Ask::new("GET", "/v1/openapi.json").header("Host", "x");
    let mut stream = std::net::TcpStream::connect(bench.address).unwrap();
    std::io::Write::write_all(&mut stream, &ask.bytes()).unwrap();
    let mut read = Vec::new();
    let _ = std::io::Read::read_to_end(&mut stream, &mut read);
    let text = String::from_utf8_lossy(&read);
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("\r\n\r\n{"), "{text}");
    assert!(exchange(bench.address, &ask.bytes()).is_ok(), "only once");
    let whole = exchange(bench.address, &ask.bytes()).unwrap().body.len();
    assert!(read.len() < whole && read.len() > whole / 3, "{} of {whole}", read.len());
}

#[test]
fn an_answer_without_a_body_is_cut_off_too() {
    let faults = r#"{"faults": [{"at": "PUT /v1/fences/*", "fault": "truncate", "times": 1}]}"#;
    let bench = Bench::with_faults(&["acme"], faults);
    let acme = bench.client("acme");
    let bar = Ask::new("PUT", "/v1/fences/crm").json(&serde_json::json!({"fence": "2026-11-22T09:00:00Z"}));
    let send = |ask: &Ask| exchange(bench.address, &acme.signed(&ask.clone().anew()).bytes());
    assert!(send(&bar).is_err(), "half of its head is no answer");
    assert_eq!(send(&bar).unwrap().status, 204);
}

#[test]
fn held_up_and_then_done() {
    let bench = once(r#"{"latency": {"milliseconds": 300}}"#);
    let (acme, submission) = (bench.client("acme"), release("crm"));
    let began = Instant::now();
    assert_eq!(hand_over(&acme, &submission), Some(201));
    assert!(began.elapsed() >= Duration::from_millis(300));
}
