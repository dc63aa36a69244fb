//! Faults on purpose: what goes wrong between a client and a gateway, so that clients can be tested. The same seed and the
//! same requests in the same order give the same faults.

use super::gateway::told;
use crate::http::Connection;
use crate::wire::gateway::ProblemKind;
use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Longer than this nothing is held up: connections would end before.
const LATENCY_MAX_MS: u64 = 30_000;

/// Which faults there are, in the order in which they are looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Faults {
    /// What chance is drawn from.
    #[serde(default)]
    seed: u64,
    /// The faults.
    #[serde(default)]
    faults: Vec<Fault>,
}

/// A fault.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fault {
    /// Where: a method or `*`, and a path in which `*` stands for any one part, as in `PUT /v1/submissions/*`.
    at: String,
    /// What happens.
    fault: Kind,
    /// How likely it is, of a hundred.
    #[serde(default = "always")]
    percent: u64,
    /// How many requests there are left alone first.
    #[serde(default)]
    after: u64,
    /// How often it happens at most.
    #[serde(default = "ever")]
    times: u64,
    #[serde(skip)]
    seen: AtomicU64,
    #[serde(skip)]
    happened: AtomicU64,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
enum Kind {
    /// It takes so much longer; other faults may happen as well.
    Latency { milliseconds: u64 },
    /// Nothing is done, and this status is the answer.
    Status {
        status: u16,
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// The connection is closed before anything is done.
    CloseBefore,
    /// The connection is closed when it was done, and nobody hears about it.
    CloseAfter,
    /// The connection is closed in the middle of the answer.
    Truncate,
}

fn always() -> u64 {
    100
}

fn ever() -> u64 {
    u64::MAX
}

impl Faults {
    /// Reads faults from JSON.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut from = serde_json::Deserializer::from_str(text);
        let read: Self = serde_path_to_error::deserialize(&mut from)
            .map_err(|error| format!("`{}`: {}", error.path(), error.inner()))?;
        for (place, fault) in read.faults.iter().enumerate() {
            let problem = match fault.fault {
                Kind::Latency { milliseconds } if milliseconds > LATENCY_MAX_MS => Some("it is too long"),
                Kind::Status { status, .. } if ProblemKind::of_status(status).is_none() => {
                    Some("only 429, 500 and 503 can be answered")
                }
                _ if fault.percent > 100 => Some("more than 100 of a hundred"),
                _ if !fault.at.contains(" /") => Some("`at` is a method or `*`, a space and a path"),
                _ => None,
            };
            if let Some(problem) = problem {
                return Err(format!("`faults[{place}]`: {problem}"));
            }
        }
        Ok(read)
    }

    /// How long a request is held up, and what else happens to it.
    fn draw(&self, method: &str, path: &str) -> (Duration, Option<Kind>) {
        let mut latency = Duration::ZERO;
        for (place, fault) in self.faults.iter().enumerate() {
            if !fault.happens(self.seed, place, method, path) {
                continue;
            }
            match fault.fault {
                Kind::Latency { milliseconds } => latency += Duration::from_millis(milliseconds),
                other => return (latency, Some(other)),
            }
        }
        (latency, None)
    }
}

impl Fault {
    /// Whether it happens to this request; asking counts.
    fn happens(&self, seed: u64, place: usize, method: &str, path: &str) -> bool {
        if !is_at(&self.at, method, path) {
            return false;
        }
        let number = self.seen.fetch_add(1, Ordering::Relaxed);
        if number < self.after || drawn(seed, place, number) >= self.percent {
            return false;
        }
        self.happened.fetch_add(1, Ordering::Relaxed) < self.times
    }
}

/// Whether a pattern is about a request.
fn is_at(pattern: &str, method: &str, path: &str) -> bool {
    let Some((wanted, pattern)) = pattern.split_once(' ') else { return false };
    let (mut wants, mut parts) = (pattern.split('/'), path.split('/'));
    let is_method = wanted == "*" || wanted == method;
    let is_part = |(want, part): (&str, &str)| want == "*" || want == part;
    is_method
        && wants.by_ref().zip(parts.by_ref()).all(is_part)
        && pattern.split('/').count() == path.split('/').count()
}

/// A number below a hundred for each request that a fault is asked about.
fn drawn(seed: u64, place: usize, number: u64) -> u64 {
    let digest = blake3::hash(format!("{seed} {place} {number}").as_bytes());
    let bytes: [u8; 8] = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    u64::from_le_bytes(bytes) % 100
}

/// The router with faults in front of it.
pub(super) fn between(faults: Faults, router: Router) -> Router {
    if faults.faults.is_empty() {
        return router;
    }
    let faults = Arc::new(faults);
    router.layer(from_fn(move |request: Request, next: Next| meddle(Arc::clone(&faults), request, next)))
}

async fn meddle(faults: Arc<Faults>, request: Request, next: Next) -> Response {
    let (latency, kind) = faults.draw(request.method().as_str(), request.uri().path());
    let connection = request.extensions().get::<ConnectInfo<Connection>>().cloned();
    let cut = |bytes| {
        if let Some(ConnectInfo(connection)) = &connection {
            connection.cut_after(bytes);
        }
    };
    tokio::time::sleep(latency).await;
    match kind {
        None | Some(Kind::Latency { .. }) => next.run(request).await,
        Some(Kind::Status { status, retry_after }) => {
            let kind = ProblemKind::of_status(status).unwrap_or(ProblemKind::Failed);
            let mut response = told(&kind.problem("a fault on purpose"));
            response.headers_mut().remove(header::RETRY_AFTER);
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        Some(Kind::CloseBefore) => {
            cut(0);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Some(Kind::CloseAfter) => {
            let response = next.run(request).await;
            cut(0);
            response
        }
        Some(Kind::Truncate) => {
            let response = next.run(request).await;
            let body = usize::try_from(response.body().size_hint().exact().unwrap_or_default());
            let (head, body) = (head_bytes(&response), body.unwrap_or_default());
            cut(if body == 0 { head / 2 } else { head + body / 2 });
            response
        }
    }
}

/// About how many bytes the head of an answer has, with what is added to it when it is sent.
fn head_bytes(response: &Response) -> usize {
    const ADDED: &str =
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n";
    let lines = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    ADDED.len() + lines.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(more: &str) -> Faults {
        let text = format!(r#"{{"seed": 7, "faults": [{{"at": "PUT /v1/submissions/*", {more}}}]}}"#);
        Faults::read(&text).unwrap()
    }

    #[test]
    fn a_pattern_names_a_method_and_a_path() {
        for (pattern, is) in [
            ("PUT /v1/submissions/*", true),
            ("* /v1/submissions/*", true),
            ("* /v1/*/*", true),
            ("PUT /v1/submissions/x", true),
            ("POST /v1/submissions/*", false),
            ("PUT /v1/submissions", false),
            ("PUT /v1/submissions/*/withdrawal", false),
        ] {
            assert_eq!(is_at(pattern, "PUT", "/v1/submissions/x"), is, "{pattern}");
        }
    }

    #[test]
    fn faults_are_counted() {
        let faults = one(r#""fault": "close-after", "after": 1, "times": 2"#);
        let kinds: Vec<bool> = (0..5).map(|_| faults.draw("PUT", "/v1/submissions/x").1.is_some()).collect();
        assert_eq!(kinds, [false, true, true, false, false]);
        assert_eq!(faults.draw("GET", "/v1/observation").1, None);
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let drawn = || {
            let faults = one(r#""fault": {"status": {"status": 503, "retryAfter": 1}}, "percent": 30"#);
            (0..1000).map(|_| faults.draw("PUT", "/v1/submissions/x").1.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(drawn(), drawn());
        let count = drawn().into_iter().filter(|happens| *happens).count();
        assert!((230..370).contains(&count), "{count}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_place() {
        for (bad, words) in [
            (r#"{"faults": [{"at": "GET /", "fault": "nonsense"}]}"#, "faults[0].fault"),
            (r#"{"faults": [{"at": "GET", "fault": "truncate"}]}"#, "a space and a path"),
            (r#"{"faults": [{"at": "GET /", "fault": {"status": {"status": 200}}}]}"#, "429, 500 and 503"),
            (r#"{"faults": [{"at": "GET /", "fault": "truncate", "percent": 101}]}"#, "hundred"),
            (r#"{"faults": [{"at": "GET /", "fault": {"latency": {"milliseconds": 60000}}}]}"#, "too long"),
            (r#"{"falts": []}"#, "falts"),
        ] {
            let error = Faults::read(bad).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
