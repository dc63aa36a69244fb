//! Drives the real command in a folder of its own: nothing from the surrounding environment gets in.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The moment of every run, unless a test says otherwise.
pub(crate) const NOW: &str = "2026-11-22T09:00:00Z";

/// A temporary home with a folder for a catalog in it.
pub(crate) struct Cli {
    home: TempDir,
    environment: Vec<(String, String)>,
}

/// How a run ended.
#[must_use = "look at what the command said, or at least at its exit code"]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Cli {
    pub(crate) fn new() -> Self {
        let home = TempDir::new().unwrap();
        std::fs::create_dir(home.path().join("catalog")).unwrap();
        Self { home, environment: vec![("NO_COLOR".to_owned(), "1".to_owned())] }
    }

    /// Without `NO_COLOR`, so that only the pipe says what to do about colour.
    pub(crate) fn without_no_color(mut self) -> Self {
        self.environment.retain(|(name, _)| name != "NO_COLOR");
        self
    }

    /// With a variable in the environment of every run.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The catalog's folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("catalog")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.folder().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A command that does not read its input may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        self.ended(&child.wait_with_output().unwrap())
    }

    /// The command, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
        command.env_clear().env("HOME", self.home.path()).env("PATH", "/usr/bin:/bin");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(arguments);
        if !arguments.is_empty() && !arguments.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        command.current_dir(self.folder()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What was printed, with the temporary folder replaced by `$HOME`.
    fn ended(&self, output: &Output) -> Ended {
        let home = self.home.path().to_str().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(home, "$HOME");
        Ended {
            code: output.status.code().unwrap(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Ended {
    /// Stdout of a run that went well and had nothing to complain about.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, 0, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// Stderr of a run that failed with this exit code and left stdout alone.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "", "a failure belongs on stderr");
        self.stderr
    }
}
