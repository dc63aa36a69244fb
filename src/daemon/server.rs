//! The few pages of a service: whether it is alive, whether it can work, what it counted. Only reading, and only so many
//! at a time for so long.

use super::board::Board;
use super::metrics::MEDIA_TYPE;
use crate::http::{Bounded, Bounds};
use crate::render::escape;
use axum::Router;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

const BOUNDS: Bounds =
    Bounds { connections_max: 64, idle_max: Duration::from_secs(30), life_max: Duration::from_secs(30) };

/// The clock of the service.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Answers until the process ends or the task is dropped.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    board: Arc<Board>,
    clock: Clock,
) -> std::io::Result<()> {
    axum::serve(Bounded::new(listener, BOUNDS)?, pages(board, clock)).await
}

fn pages(board: Arc<Board>, clock: Clock) -> Router {
    let (alive, ready, counted) = (Arc::clone(&board), Arc::clone(&board), board);
    Router::new()
        .route("/healthz", get(move || async move { state(alive.health(), "alive") }))
        .route("/readyz", get(move || async move { state(ready.readiness(), "ready") }))
        .route(
            "/metrics",
            get(move || async move { page(StatusCode::OK, MEDIA_TYPE, counted.metrics.text(clock())) }),
        )
}

/// Yes in a word, or no with the reason.
fn state(found: Result<(), String>, word: &str) -> Response {
    match found {
        Ok(()) => page(StatusCode::OK, PLAIN, format!("{word}\n")),
        Err(reason) => {
            page(StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{}\n", escape::terminal(&reason)))
        }
    }
}

const PLAIN: &str = "text/plain; charset=utf-8";

fn page(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let headers: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    (status, headers, body).into_response()
}
