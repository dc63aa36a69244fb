//! What the gateway answers: JSON, nothing, or a problem.

use crate::sandbox::StoreError;
use crate::wire::gateway::{Problem, ProblemKind};
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An answer, or why there is none.
pub(super) type Answered = Result<Response, Box<Problem>>;

/// A status with nothing more to say.
pub(super) fn nothing(status: StatusCode) -> Response {
    headed((status, Body::empty()).into_response())
}

/// A form as JSON.
pub(super) fn json(status: StatusCode, form: &impl Serialize) -> Answered {
    let bytes = serde_json::to_vec(form);
    let bytes = bytes.map_err(|error| problem(ProblemKind::Failed, error.to_string()))?;
    Ok(headed((status, [(header::CONTENT_TYPE, JSON)], bytes).into_response()))
}

/// JSON that is written already.
pub(super) fn written(text: Bytes) -> Response {
    headed(([(header::CONTENT_TYPE, JSON)], text).into_response())
}

/// A problem of a kind.
pub(super) fn problem(kind: ProblemKind, detail: impl Into<String>) -> Box<Problem> {
    Box::new(kind.problem(detail))
}

/// What the trouble with a seller's file means for who asked.
pub(super) fn storage(error: &StoreError) -> Box<Problem> {
    match error {
        StoreError::Commit(_) => problem(ProblemKind::Failed, error.to_string()),
        StoreError::NewerFormat { .. }
        | StoreError::Foreign
        | StoreError::Event { .. }
        | StoreError::Sqlite(_) => problem(ProblemKind::Unavailable, error.to_string()),
    }
}

/// The problem as an answer.
pub(in crate::served) fn told(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Numbers, texts and lists can always be written.
    let bytes = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, PROBLEM)], bytes).into_response();
    let more: Option<(HeaderName, &'static str)> = match status {
        StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "SDK-HMAC-SHA256")),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Some((header::RETRY_AFTER, "1")),
        // The rest of the body is not read.
        StatusCode::PAYLOAD_TOO_LARGE => Some((header::CONNECTION, "close")),
        _ => None,
    };
    if let Some((name, value)) = more {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    headed(response)
}

/// With what every answer carries: it is for who asked, and nobody guesses what it is.
fn headed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
