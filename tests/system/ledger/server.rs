//! A PostgreSQL server of one test: begun in a temporary folder, ended with the test.

use gallerist::http::Secret;
use gallerist::stores::Database;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to come or go before the test fails.
const PATIENCE: Duration = Duration::from_mins(1);
/// Who runs the server where the tests run as root, which PostgreSQL refuses.
const USER: &str = "postgres";

/// A server, reached through a socket in its folder; some also through the network of this machine.
pub(crate) struct Server {
    folder: TempDir,
    settings: Vec<String>,
    /// The port on 127.0.0.1, where there is one.
    pub(crate) port: Option<u16>,
    process: Option<Child>,
}

impl Server {
    /// A server that only its socket leads to.
    pub(crate) fn start() -> Self {
        let mut server = Self::prepare();
        server.settings.push("listen_addresses=".to_owned());
        server.begin();
        server
    }

    /// A server on this machine's network that asks for passwords, with settings beside those of every test.
    pub(crate) fn on_network(prepare: impl Fn(&Path) -> Vec<String>) -> Self {
        let mut server = Self::prepare();
        server.settings.extend(prepare(server.folder.path()));
        server.own("cert");
        // Somebody else may take the port between its choice and the start.
        for attempt in 0.. {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let network = ["listen_addresses=127.0.0.1".to_owned(), format!("port={port}")];
            let settings = server.settings.clone();
            server.settings.extend(network);
            server.port = Some(port);
            if server.try_begin() {
                break;
            }
            assert!(attempt < 5, "{}", server.log());
            server.settings = settings;
        }
        server
    }

    fn prepare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Self { folder, settings: Vec::new(), port: None, process: None };
        server.own("");
        let data = server.path("data");
        let arguments = [
            "--pgdata",
            data.to_str().unwrap(),
            "--username=postgres",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--wal-segsize=1",
        ];
        let output = as_user(&program("initdb")).args(arguments).output().unwrap();
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        server
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives a file of the folder to whoever runs the server.
    fn own(&self, name: &str) {
        if is_root() {
            let path = self.path(name);
            let given = Command::new("chown").arg("-R").arg(USER).arg(&path).output().unwrap();
            let is_there = path.exists();
            assert!(given.status.success() || !is_there, "{}", String::from_utf8_lossy(&given.stderr));
        }
    }

    /// Starts the server on its data. Only to be called by the test's own thread: the server ends with it.
    pub(crate) fn begin(&mut self) {
        assert!(self.try_begin(), "PostgreSQL does not start:\n{}", self.log());
    }

    fn try_begin(&mut self) -> bool {
        let log = std::fs::File::create(self.path("log")).unwrap();
        let mut command = as_user(&program("postgres"));
        command.arg("-D").arg(self.path("data")).arg("-k").arg(self.folder.path());
        // The folder goes with the test, so nothing needs to survive this machine.
        for setting in ["fsync=off", "max_connections=40", "shared_buffers=16MB"] {
            command.args(["-c", setting]);
        }
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut process = command.spawn().unwrap();
        let begun = Instant::now();
        loop {
            if process.try_wait().unwrap().is_some() {
                return false;
            }
            let asked = Command::new(program("pg_isready")).args(self.reach()).output().unwrap();
            if asked.status.success() {
                self.process = Some(process);
                return true;
            }
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not answer:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends the server: `INT` disconnects everybody and ends in order, `QUIT` is a crash.
    pub(crate) fn end(&mut self, signal: &str) {
        let Some(mut process) = self.process.take() else { return };
        let id = process.id().to_string();
        let told = Command::new("kill").args([&format!("-{signal}"), &id]).status();
        let begun = Instant::now();
        while process.try_wait().is_ok_and(|ended| ended.is_none()) {
            if told.is_err() || begun.elapsed() > PATIENCE {
                let _ = process.kill();
                let _ = process.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn reach(&self) -> [String; 2] {
        let port = self.port.map_or_else(|| "--port=5432".to_owned(), |port| format!("--port={port}"));
        [format!("--host={}", self.folder.path().display()), port]
    }

    /// A URL of a user through the socket, where nobody asks for passwords.
    pub(crate) fn url(&self, user: &str, database: &str) -> String {
        let port = self.port.unwrap_or(5432);
        format!("postgresql://{user}@/{database}?host={}&port={port}", self.folder.path().display())
    }

    /// A schema of the database `postgres`, opened as by a new process.
    pub(crate) fn database(&self, schema: &str) -> Database {
        open(&self.url("postgres", "postgres"), schema)
    }

    /// What a statement gives, as its owner may say it: values with `|` between them.
    #[track_caller]
    pub(crate) fn sql(&self, statement: &str) -> String {
        let output = self.psql(statement);
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs a program of PostgreSQL at this server, as its owner.
    #[track_caller]
    pub(crate) fn run(&self, name: &str, arguments: &[&str]) {
        let mut command = Command::new(program(name));
        let output = command.args(self.reach()).arg("--username=postgres").args(arguments).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn psql(&self, statement: &str) -> Output {
        self.psql_command().args(["--command", statement]).output().unwrap()
    }

    /// `psql`, not started yet; it reads statements from its input.
    pub(crate) fn psql_command(&self) -> Command {
        let mut command = Command::new(program("psql"));
        command.args(self.reach()).args(["--username=postgres", "--dbname=postgres"]);
        command.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end("QUIT");
    }
}

/// A database by its URL.
pub(crate) fn open(url: &str, schema: &str) -> Database {
    Database::new(&Secret::new(url, "TEST_URL").unwrap(), "TEST_URL", schema, None).unwrap()
}

/// A program of the newest PostgreSQL that is installed. Debian keeps those of the server out of the way.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| number(path));
    let path = newest.map_or_else(|| PathBuf::from(name), |version| version.join("bin").join(name));
    let answers = Command::new(&path).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(answers, "PostgreSQL's `{name}` is missing; scripts/prepare installs it");
    path
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8_lossy(&id.stdout).trim() == "0"
}

/// A program of the server, run by somebody whom it takes, and ended when the test's thread ends in whatever way.
fn as_user(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if is_root() {
        command.args(["--reuid", USER, "--regid", USER, "--init-groups"]);
    }
    command.arg("--").arg(program).current_dir("/");
    command
}
