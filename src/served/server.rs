//! The process that serves: until it is asked to end, and then until what is at work is finished.

use super::{Faults, Served, faults, router};
use crate::http::{Bounded, Bounds, Connection, Signals};
use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

const BOUNDS: Bounds =
    Bounds { connections_max: 256, idle_max: Duration::from_secs(60), life_max: Duration::from_secs(600) };
/// How long what is at work may take to its end.
const GRACE: Duration = Duration::from_secs(10);
/// How many requests are at work at a time.
const THREADS_MAX: usize = 32;

/// Serves until the process is asked to end.
///
/// # Errors
/// When the system does not let us.
pub fn run(listener: TcpListener, served: Arc<Served>, faults: Faults) -> std::io::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(THREADS_MAX).build()?;
    runtime.block_on(async {
        let signals = Signals::take()?;
        let (stop, is_stopped) = oneshot::channel();
        let watching = tokio::spawn(signals.pass_on(move || {
            let _ = stop.send(());
        }));
        let ended = serve(listener, served, faults, async {
            let _ = is_stopped.await;
        })
        .await;
        watching.abort();
        ended
    })
}

/// Serves until it is told to stop.
///
/// # Errors
/// When the system does not let us.
pub async fn serve(
    listener: TcpListener,
    served: Arc<Served>,
    faults: Faults,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listener = Bounded::new(listener, BOUNDS)?;
    let pages = faults::between(faults, router(&served));
    let (asked, is_asked) = oneshot::channel();
    let stop = async move {
        stop.await;
        // Nobody waits any more where everything ended already.
        let _ = asked.send(());
    };
    let serving = axum::serve(listener, pages.into_make_service_with_connect_info::<Connection>());
    let over = async {
        match is_asked.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = serving.with_graceful_shutdown(stop) => ended,
        () = over => Ok(()),
    }
}
