//! The orders that exist for trying out, asked of a server on this machine that verifies signatures.

use super::{begun, doctor};
use crate::cli_runner::Cli;
use gallerist::http::Secret;
use gallerist::http::sdk_hmac::{Message, SKEW_MAX, Unverified, parse_query, verify};
use jiff::{SignedDuration, Timestamp};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const KEY: &str = "AKEXAMPLE77";
const SECRET: &str = "geheimes-Wort-77";

/// How the server behaves.
#[derive(Debug, Clone, Copy)]
struct Mood {
    /// How far its clock is ahead.
    ahead: SignedDuration,
    /// What it says of each order.
    code: &'static str,
    /// Whether it answers at all.
    answers: bool,
}

const FINE: Mood = Mood { ahead: SignedDuration::ZERO, code: "MKT.0000", answers: true };

/// A host of orders; it keeps what it was asked for.
fn serve(mood: Mood) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = Arc::clone(&kept);
            // Whoever asked may be gone.
            std::thread::spawn(move || drop(answer(stream, mood, &kept)));
        }
    });
    (url, asked)
}

fn answer(mut stream: TcpStream, mood: Mood, kept: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(target.clone());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    if !mood.answers {
        std::thread::sleep(std::time::Duration::from_secs(60));
        return Ok(());
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = parse_query(query);
    let message = Message { method: "GET", path, query: &query, headers: &headers, body: b"" };
    let now = Timestamp::now() + mood.ahead;
    let secret = |key: &str| (key == KEY).then(|| Secret::new(SECRET, "the test").unwrap());
    let (status, body) = match verify(&message, secret, now, SKEW_MAX) {
        Ok(_) => (200, format!("{{\"resultCode\": \"{}\", \"resultMsg\": \"said\"}}", mood.code)),
        Err(Unverified::Skewed { .. }) => {
            (401, "{\"error_code\": \"APIG.0301\", \"error_msg\": \"Incorrect IAM: date\"}".to_owned())
        }
        Err(why) => (401, format!("{{\"error_code\": \"APIG.0301\", \"error_msg\": \"{why} {SECRET}\"}}")),
    };
    let date = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ndate: {date}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn with_keys() -> Cli {
    begun().with("GALLERIST_ACCESS_KEY", KEY).with("GALLERIST_SECRET_KEY", SECRET)
}

#[track_caller]
fn asks(cli: &Cli, url: &str) -> super::Found {
    let found = doctor(cli, &["--huawei", "--host", url]);
    let said = found.0.to_string();
    assert!(!said.contains(SECRET) && !said.contains(KEY), "{said}");
    found
}

#[test]
fn every_order_is_asked_for_with_a_signature_that_holds() {
    let (url, asked) = serve(FINE);
    let found = asks(&with_keys(), &url);
    assert!(found.is("orders-keys", "ok").contains("GALLERIST_ACCESS_KEY and GALLERIST_SECRET_KEY"));
    assert!(found.is("orders", "ok").contains("answered: 9 of 9"));
    let _ = found.is("orders-clock", "ok");
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 9);
    let first = "/api/mkp-openapi-public/global/v1/order/query?orderId=MOCKPERIODYEARNEW&orderLineId=MOCKPERIODYEARNEW-000001";
    assert_eq!(asked[0], first);
}

#[test]
fn nobody_is_asked_unless_somebody_wants_it() {
    let (_, asked) = serve(FINE);
    let found = doctor(&with_keys(), &[]);
    assert!(found.all("orders").is_empty() && asked.lock().unwrap().is_empty());
}

#[test]
fn keys_that_are_wrong_or_missing_are_told() {
    let (url, asked) = serve(FINE);
    let found = asks(&begun(), &url);
    let said = found.is("orders-keys", "error");
    assert!(said.contains("GALLERIST_ACCESS_KEY"), "{said}");
    assert!(asked.lock().unwrap().is_empty());
    let wrong = begun().with("GALLERIST_ACCESS_KEY", KEY).with("GALLERIST_SECRET_KEY", "another-Wort");
    let found = doctor(&wrong, &["--huawei", "--host", &url]);
    let said = found.is("orders", "error");
    assert!(said.contains("the keys are refused (APIG.0301") && said.contains("My Credentials"), "{said}");
    assert!(!found.0.to_string().contains("another-Wort"));
    assert_eq!(asked.lock().unwrap().len(), 1, "once is enough");
}

#[test]
fn a_clock_that_is_wrong_is_told_from_keys_that_are() {
    let (url, _) = serve(Mood { ahead: SignedDuration::from_hours(1), ..FINE });
    let found = asks(&with_keys(), &url);
    let said = found.is("orders-clock", "error");
    assert!(said.contains("behind that of") && said.contains("timedatectl"), "{said}");
    // Clocks in answers have whole seconds: well past the tenth minute.
    let (url, _) = serve(Mood { ahead: -SignedDuration::from_secs(620), ..FINE });
    let found = asks(&with_keys(), &url);
    assert!(found.is("orders-clock", "error").contains("10 min ahead of"));
    let _ = found.is("orders", "ok");
}

#[test]
fn an_answer_that_is_not_as_documented_is_told_for_each_order() {
    let (url, _) = serve(Mood { code: "MKT.0100", ..FINE });
    let found = asks(&with_keys(), &url);
    let all = found.all("orders");
    assert_eq!(all.len(), 9);
    assert!(all.iter().all(|one| one["health"] == "warning"), "{all:?}");
    assert!(
        all[0]["what"]
            .as_str()
            .unwrap()
            .contains("MOCKPERIODYEARNEW is not answered as documented (MKT.0100")
    );
}

#[test]
fn a_host_that_hangs_or_is_gone_keeps_nobody_from_the_rest() {
    let (url, asked) = serve(Mood { answers: false, ..FINE });
    let found = asks(&with_keys(), &url);
    assert!(found.is("orders", "error").contains("did not answer within"));
    assert_eq!(asked.lock().unwrap().len(), 1, "whoever hangs is not asked nine times");
    let _ = found.is("definitions", "ok");
    let _ = found.is("sandbox", "ok");
    let found = asks(&with_keys(), "http://127.0.0.1:9");
    assert!(found.is("orders", "error").contains("cannot be reached"));
}

#[test]
fn keys_go_to_no_host_without_encryption() {
    for host in ["http://mkt.example", "https://user:pass@mkt.example", "ftp://mkt.example", "mkt.example"] {
        let said = with_keys().run(&["doctor", "--huawei", "--host", host]).failed(1);
        assert!(said.contains("--host"), "{said}");
    }
}
