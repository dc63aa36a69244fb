//! Being asked to end: politely once, at once the second time.

/// The signals that end processes.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// From now on they end nothing by themselves; within a runtime.
    ///
    /// # Errors
    /// When the system does not let them be listened to.
    pub fn take() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for one, and says the exit code that stands for it.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => 143,
            _ = self.interrupt.recv() => 130,
        }
    }
}

/// The signal that ends processes.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// From the first question on it ends nothing by itself.
    ///
    /// # Errors
    /// Never here.
    pub fn take() -> std::io::Result<Self> {
        Ok(Self)
    }

    /// Waits for it, and says the exit code that stands for it.
    async fn next(&mut self) -> i32 {
        // Where nobody can be listened to, nobody asks.
        match tokio::signal::ctrl_c().await {
            Ok(()) => 130,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Signals {
    /// Passes the first one on, and ends the process with the second; for ever.
    #[allow(
        clippy::exit,
        reason = "a second signal ends the process at once; the next run goes on from what is written"
    )]
    pub async fn pass_on(mut self, stop: impl FnOnce()) {
        self.next().await;
        tracing::info!("asked to stop: nothing new is begun, and what is at work is finished");
        stop();
        let code = self.next().await;
        tracing::warn!("asked to stop again: ended at once");
        std::process::exit(code);
    }
}
