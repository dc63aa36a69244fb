//! The whole program as a user starts it: how long it takes, and how much memory it needs at most.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A program to start: this build's, or the one `GALLERIST` names.
pub(crate) fn path() -> PathBuf {
    std::env::var_os("GALLERIST").map_or_else(|| env!("CARGO_BIN_EXE_gallerist").into(), PathBuf::from)
}

fn command(program: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs it once and gives the time from start to end.
pub(crate) fn run(program: &Path, folder: &Path, arguments: &[&str]) -> io::Result<Duration> {
    let mut command = command(program, folder, arguments);
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    ended(status, arguments)?;
    Ok(time)
}

/// Runs it once more for its largest memory in bytes: the last time `/proc` was asked before the end, every
/// millisecond. Nothing where there is no such file.
pub(crate) fn memory(program: &Path, folder: &Path, arguments: &[&str]) -> io::Result<Option<u64>> {
    let mut child = command(program, folder, arguments).spawn()?;
    let mut largest = None;
    let status = loop {
        largest = peak(&child).or(largest);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    ended(status, arguments)?;
    Ok(largest)
}

fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Every code but 0 means that something else was measured than what was meant.
fn ended(status: ExitStatus, arguments: &[&str]) -> io::Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("`gallerist {}` ended with {status}", arguments.join(" "))))
}
