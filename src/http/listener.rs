//! What a server of ours listens with: so many connections at a time, none for ever, and each can be cut off.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

/// How much a server bears.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most connections at a time; others wait.
    pub connections_max: usize,
    /// How long a connection may say nothing.
    pub idle_max: Duration,
    /// How long a connection lives, whatever the other side does.
    pub life_max: Duration,
}

/// A listener that keeps within bounds.
#[derive(Debug)]
pub struct Bounded {
    inner: TcpListener,
    free: Arc<Semaphore>,
    bounds: Bounds,
}

impl Bounded {
    /// Takes a bound socket over; within a runtime.
    ///
    /// # Errors
    /// When the system does not let it be used.
    pub fn new(listener: std::net::TcpListener, bounds: Bounds) -> std::io::Result<Self> {
        listener.set_nonblocking(true)?;
        let inner = TcpListener::from_std(listener)?;
        Ok(Self { inner, free: Arc::new(Semaphore::new(bounds.connections_max)), bounds })
    }
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
            let limited = Limited {
                stream,
                connection: Connection {
                    left: Arc::new(AtomicUsize::new(usize::MAX)),
                    old_from: Instant::now() + self.bounds.life_max / 2,
                },
                idle_max: self.bounds.idle_max,
                idle: Box::pin(sleep(self.bounds.idle_max)),
                life: Box::pin(sleep(self.bounds.life_max)),
                _held: held,
            };
            return (limited, from);
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// A connection as those see it who answer on it.
#[derive(Debug, Clone)]
pub struct Connection {
    left: Arc<AtomicUsize>,
    old_from: Instant,
}

impl Connection {
    /// Cuts the connection off once so many more bytes were written on it.
    pub fn cut_after(&self, bytes: usize) {
        self.left.store(bytes, Ordering::Relaxed);
    }

    /// Whether it is time to ask the other side for a new one, before this one ends in the middle of something.
    #[must_use]
    pub fn is_old(&self) -> bool {
        Instant::now() >= self.old_from
    }
}

impl Connected<IncomingStream<'_, Bounded>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        stream.io().connection.clone()
    }
}

/// A connection that ends by itself.
#[derive(Debug)]
pub struct Limited {
    stream: TcpStream,
    connection: Connection,
    idle_max: Duration,
    idle: Pin<Box<Sleep>>,
    life: Pin<Box<Sleep>>,
    _held: OwnedSemaphorePermit,
}

impl Limited {
    fn over(&mut self, context: &mut Context<'_>) -> std::io::Result<()> {
        let is_over =
            self.idle.as_mut().poll(context).is_ready() || self.life.as_mut().poll(context).is_ready();
        if is_over { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    fn moved<T>(&mut self, polled: Poll<T>) -> Poll<T> {
        if polled.is_ready() {
            let until = Instant::now() + self.idle_max;
            self.idle.as_mut().reset(until);
        }
        polled
    }
}

impl AsyncRead for Limited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.over(context)?;
        let read = Pin::new(&mut self.stream).poll_read(context, to);
        self.moved(read)
    }
}

impl AsyncWrite for Limited {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.over(context)?;
        let left = self.connection.left.load(Ordering::Relaxed);
        if left == 0 {
            return Poll::Ready(Err(std::io::ErrorKind::ConnectionAborted.into()));
        }
        let bytes = bytes.get(..left).unwrap_or(bytes);
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let (Poll::Ready(Ok(count)), true) = (&written, left < usize::MAX) {
            self.connection.left.store(left - count, Ordering::Relaxed);
        }
        self.moved(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
