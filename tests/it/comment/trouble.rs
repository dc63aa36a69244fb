//! Forges that fail, lie and lead elsewhere.

use super::server::{Fault, Server};
use super::{TOKEN, on_github};
use serde_json::json;

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Fault {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Fault::Answer(status, headers, body.to_owned())
}

#[test]
fn an_answer_that_was_lost_leaves_one_comment() {
    for fault in [Fault::CutAfter, Fault::Huge] {
        let desk = on_github();
        desk.server.fault("POST", "/issues/12/comments", 1, fault);
        let said = desk.github(&[]).fine();
        assert!(said.contains("The comment is posted"), "{said}");
        assert_eq!(desk.server.bodies().len(), 1);
        assert_eq!(desk.server.seen("POST", "/issues/12/comments").len(), 1, "it looked first");
    }
}

#[test]
fn a_slow_answer_is_given_up_and_looked_after() {
    let desk = on_github();
    desk.server.fault("POST", "/issues/12/comments", 1, Fault::Slow);
    desk.github(&["--timeout", "1s"]).fine();
    assert_eq!(desk.server.bodies().len(), 1);
}

#[test]
fn failures_of_the_server_are_tried_again() {
    let desk = on_github();
    desk.server.fault("GET", "/pulls/12", 2, answer(500, &[], "oops"));
    desk.server.fault("POST", "/issues/12/comments", 1, answer(502, &[], ""));
    desk.github(&[]).fine();
    assert_eq!(desk.server.bodies().len(), 1);
    assert_eq!(desk.server.seen("GET", "/pulls/12").len(), 3);
    let lists = desk.server.seen("GET", "/issues/12/comments").len();
    assert!(lists >= 3, "between two posts it looks: {lists}");
}

#[test]
fn a_limit_is_waited_for() {
    let desk = on_github();
    desk.server.fault("POST", "/issues/12/comments", 1, answer(429, &[("retry-after", "1")], "{}"));
    let begin = std::time::Instant::now();
    desk.github(&[]).fine();
    assert!(begin.elapsed() >= std::time::Duration::from_secs(1));
    assert_eq!(desk.server.bodies().len(), 1);
}

#[test]
fn a_token_does_not_follow_to_another_host() {
    let desk = on_github();
    let other = Server::start();
    for (method, status) in [("GET", 301), ("GET", 302), ("GET", 307), ("POST", 307), ("POST", 308)] {
        let location = format!("{}/repos/acme/catalog/issues/12/comments", other.url);
        desk.server.fault(method, "/comments", 1, answer(status, &[("location", &location)], ""));
        let said = desk.github(&[]).failed(1);
        assert!(said.contains("redirects to 127.0.0.1"), "{said}");
    }
    assert!(other.state().seen.is_empty(), "nothing arrives there");
}

#[test]
fn a_repository_that_moved_on_the_same_host_is_found() {
    let desk = on_github();
    let location = format!("{}/repos/acme/catalog/pulls/12", desk.server.url);
    desk.server.fault("GET", "/pulls/12", 1, answer(301, &[("location", &location)], ""));
    desk.github(&[]).fine();
    assert_eq!(desk.server.bodies().len(), 1);
}

#[test]
fn nonsense_is_refused() {
    for (fault, words) in [
        (answer(200, &[], "<html>"), "makes no sense"),
        (answer(200, &[], "{\"head\": 5}"), "makes no sense"),
        (
            answer(401, &[], &json!({"message": format!("bad {TOKEN}\u{1b}[31m")}).to_string()),
            "bad [redacted]",
        ),
        (answer(403, &[], "{\"message\": \"Resource not accessible\"}"), "docs/comments.md"),
        (answer(404, &[], "{}"), "is not there"),
        (Fault::Huge, "larger than"),
    ] {
        let desk = on_github();
        desk.server.fault("GET", "/pulls/12", 9, fault);
        let said = desk.github(&[]).failed(1);
        assert!(said.contains(words), "{words} is missing:\n{said}");
        assert!(!said.contains('\u{1b}'), "{said:?}");
        assert!(desk.server.bodies().is_empty());
    }
}

#[test]
fn a_proxy_from_the_environment_is_used() {
    let desk = on_github();
    let proxy = desk.server.url.clone();
    let desk = desk.with("http_proxy", &proxy);
    desk.server.fault("GET", "http://localhost:1/", 9, answer(404, &[], "{}"));
    let said = desk.github(&["--api", "http://localhost:1"]).failed(1);
    assert!(said.contains("is not there"), "{said}");
    assert!(!desk.server.seen("GET", "http://localhost:1/repos/acme/catalog/pulls/12").is_empty());
}

#[test]
fn a_host_that_cannot_be_reached_is_named() {
    let said = on_github().github(&["--api", "http://127.0.0.1:1"]).failed(1);
    assert!(said.contains("127.0.0.1:1 cannot be reached"), "{said}");
}
