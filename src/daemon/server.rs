//! The few pages of a service: whether it is alive, whether it can work, what it counted. Only reading, and only so many
//! at a time for so long.

use super::board::Board;
use super::metrics::MEDIA_TYPE;
use crate::render::escape;
use axum::Router;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::Listener;
use jiff::Timestamp;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};

/// Most connections at a time.
const CONNECTIONS_MAX: usize = 64;
/// How long a connection lives, whatever the other side does.
const CONNECTION_MAX: Duration = Duration::from_secs(30);

/// The clock of the service.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Answers until the process ends or the task is dropped.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    board: Arc<Board>,
    clock: Clock,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let inner = TcpListener::from_std(listener)?;
    let listener = Bounded { inner, free: Arc::new(Semaphore::new(CONNECTIONS_MAX)) };
    axum::serve(listener, pages(board, clock)).await
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

/// A listener that has so many connections at a time.
struct Bounded {
    inner: TcpListener,
    free: Arc<Semaphore>,
}

impl Listener for Bounded {
    type Io = Limited;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Limited, SocketAddr) {
        loop {
            let Ok(held) = Arc::clone(&self.free).acquire_owned().await else {
                std::future::pending::<()>().await;
                continue;
            };
            let (stream, from) = Listener::accept(&mut self.inner).await;
            return (Limited { stream, until: Box::pin(sleep(CONNECTION_MAX)), _held: held }, from);
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// A connection that ends by itself.
struct Limited {
    stream: TcpStream,
    until: Pin<Box<Sleep>>,
    _held: OwnedSemaphorePermit,
}

impl Limited {
    fn over(&mut self, context: &mut Context<'_>) -> std::io::Result<()> {
        match self.until.as_mut().poll(context) {
            Poll::Ready(()) => Err(std::io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Limited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.over(context)?;
        Pin::new(&mut self.stream).poll_read(context, to)
    }
}

impl AsyncWrite for Limited {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.over(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
