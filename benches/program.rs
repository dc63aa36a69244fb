//! The whole program as a user starts it: how long it takes, and how much memory it needs at most.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A program to start: this build's, or the one `GALLERIST` names.
pub(crate) fn path() -> PathBuf {
    std::env::var_os("GALLERIST").map_or_else(|| env!("CARGO_BIN_EXE_gallerist").into(), PathBuf::from)
}

/// A program with its arguments, in a folder.
pub(crate) struct Start<'a> {
    pub(crate) program: &'a Path,
    pub(crate) folder: &'a Path,
    pub(crate) arguments: Vec<&'a str>,
    /// Where it may remember things.
    pub(crate) cache: &'a Path,
}

impl Start<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.args(&self.arguments).current_dir(self.folder).env("GALLERIST_CACHE", self.cache);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs it once and gives the time from start to end.
    pub(crate) fn run(&self) -> io::Result<Duration> {
        let mut command = self.command();
        let start = Instant::now();
        let status = command.status()?;
        let time = start.elapsed();
        self.ended(status)?;
        Ok(time)
    }

    /// Runs it once and gives what it tells.
    pub(crate) fn told(&self) -> io::Result<String> {
        let output = self.command().stdout(Stdio::piped()).output()?;
        self.ended(output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it once more for its largest memory in bytes: the last time `/proc` was asked before the end, every
    /// millisecond. Nothing where there is no such file.
    pub(crate) fn memory(&self) -> io::Result<Option<u64>> {
        let mut child = self.command().spawn()?;
        let mut largest = None;
        let status = loop {
            largest = peak(&child).or(largest);
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        self.ended(status)?;
        Ok(largest)
    }

    /// Every code but 0 means that something else was measured than what was meant.
    fn ended(&self, status: ExitStatus) -> io::Result<()> {
        if status.success() {
            return Ok(());
        }
        Err(io::Error::other(format!("`gallerist {}` ended with {status}", self.arguments.join(" "))))
    }
}

fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}
