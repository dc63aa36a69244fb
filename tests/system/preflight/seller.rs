//! The seller's service of `examples/`, as a process, behind a certificate of an authority that only the test knows.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

pub(super) const KEY: &str = "demo-access-key-0001";

/// Certificates for `localhost`, one of an authority that can be trusted, one of another.
pub(super) struct Authority {
    folder: TempDir,
}

static AUTHORITY: LazyLock<Authority> = LazyLock::new(Authority::new);

fn openssl(folder: &Path, arguments: &[&str]) {
    let output =
        Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl is needed");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Authority {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path();
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        let run = |head: &[&str], tail: &[&str]| openssl(path, &[head, &curve, tail].concat());
        let authority =
            ["-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Authority of a test"];
        run(&["req", "-x509"], &authority);
        for (name, host) in [("server", "localhost"), ("other", "other.example")] {
            let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
            run(&["req"], &["-keyout", &key, "-out", &request, "-subj", &format!("/CN={host}")]);
            let extensions = format!(
                "subjectAltName=DNS:{host}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
            );
            std::fs::write(path.join("extensions"), extensions).unwrap();
            let certificate = format!("{name}.pem");
            openssl(
                path,
                &[
                    "x509",
                    "-req",
                    "-in",
                    &request,
                    "-CA",
                    "ca.pem",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-out",
                    &certificate,
                    "-days",
                    "2",
                    "-extfile",
                    "extensions",
                ],
            );
        }
        Self { folder }
    }

    /// The file of the authority that is to be trusted.
    pub(super) fn file() -> PathBuf {
        AUTHORITY.folder.path().join("ca.pem")
    }
}

/// Who a service says that it is.
#[derive(Clone, Copy)]
pub(super) enum Identity {
    /// `localhost`.
    Right,
    /// Another name.
    Other,
    /// It speaks without encryption.
    Plain,
}

/// A running service.
pub(super) struct Seller {
    child: Child,
    pub(super) port: u16,
}

impl Seller {
    /// A service that misbehaves in these ways.
    pub(super) fn new(misbehaves: &[&str]) -> Self {
        Self::with(Identity::Right, misbehaves, &[])
    }

    pub(super) fn with(identity: Identity, misbehaves: &[&str], more: &[&str]) -> Self {
        let service = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/seller-service/seller_service.py");
        let mut command = Command::new("python3");
        command.arg(service).args(["--port", "0"]).args(more);
        let folder = AUTHORITY.folder.path();
        let files = match identity {
            Identity::Right => Some("server"),
            Identity::Other => Some("other"),
            Identity::Plain => None,
        };
        if let Some(name) = files {
            command.arg("--certificate").arg(folder.join(format!("{name}.pem")));
            command.arg("--private-key").arg(folder.join(format!("{name}.key")));
        }
        for way in misbehaves {
            command.args(["--misbehave", way]);
        }
        command.env("SELLER_ACCESS_KEY", KEY).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("python3 is needed");
        let stdout = child.stdout.take().unwrap();
        let (told, tell) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = told.send(line);
        });
        let line = tell.recv_timeout(Duration::from_secs(60)).expect("the service says where it listens");
        let port = line.trim().trim_end_matches('/').rsplit(':').next().unwrap();
        Self { port: port.parse().unwrap_or_else(|_| panic!("{line}")), child }
    }

    /// Ends it, and says what it logged: one line for each call.
    pub(super) fn log(mut self) -> String {
        self.child.kill().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Seller {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
