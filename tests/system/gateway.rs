//! A gateway behind a certificate of a company's own: it is trusted where the catalog says so, and nowhere else.

use crate::ledger::tls::certificates;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a process, and gives what follows the words on the first line that has them.
fn start(command: &mut Command, words: &[&str]) -> (Running, Vec<String>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    let mut find = |words: &&str| {
        let mut found = lines.by_ref().filter_map(|line| Some(line.split_once(words)?.1.trim().to_owned()));
        found.next().unwrap()
    };
    let found = words.iter().map(&mut find).collect();
    (Running(child), found)
}

fn gallerist(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
    command.env_clear().env("HOME", folder).env("NO_COLOR", "1").current_dir(folder);
    command
}

#[test]
fn a_companys_own_certificate_is_trusted_where_the_catalog_names_it() {
    let home = tempfile::tempdir().unwrap();
    certificates(home.path());
    let cert = home.path().join("cert");
    let served = [
        "sandbox",
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        "market",
        "--seller",
        "acme",
        "--show-secrets",
    ];
    let words = ["is served at http://127.0.0.1:", "GALLERIST_ACCESS_KEY=", "GALLERIST_SECRET_KEY="];
    let (_market, said) = start(gallerist(home.path()).args(served), &words);
    let [port, access_key, secret_key] = &said[..] else { panic!("{said:?}") };
    let front = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/system/gateway/front.py");
    let mut command = Command::new("python3");
    command.arg(front).args([cert.join("server.pem"), cert.join("server.key")]).arg(port);
    let (_front, said) = start(&mut command, &[""]);
    let url = format!("https://localhost:{}", said[0]);

    let catalog = home.path().join("catalog");
    std::fs::create_dir(&catalog).unwrap();
    assert!(gallerist(&catalog).args(["init", "--name", "acme"]).output().unwrap().status.success());
    for name in ["ours", "theirs"] {
        std::fs::copy(cert.join(format!("{name}.pem")), catalog.join(format!("{name}.pem"))).unwrap();
    }
    std::fs::write(
        catalog.join("none.pem"),
        "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let plan = |certificates: &str, host: &str| {
        let config = format!(
            "apiVersion: gallerist/v1\nkind: Catalog\nname: acme\ntargets:\n  intl:\n    site: intl\n    account: acme\n    preflight: {{required: false}}\n    \
             marketplace: {{driver: gateway, url: \"{}\"{certificates}}}\n",
            url.replace("localhost", host)
        );
        std::fs::write(catalog.join("gallerist.yaml"), config).unwrap();
        let keys = [("GALLERIST_ACCESS_KEY", access_key), ("GALLERIST_SECRET_KEY", secret_key)];
        let output = gallerist(&catalog).arg("plan").envs(keys).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code().unwrap(), said.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let (code, said) = plan(", certificates: ours.pem", "localhost");
    assert!(code == 0 && said.contains("release for the first time"), "{said}");
    for (certificates, host) in [
        ("", "localhost"),
        (", certificates: theirs.pem", "localhost"),
        (", certificates: ours.pem", "127.0.0.1"),
    ] {
        let (code, said) = plan(certificates, host);
        assert!(code == 1 && said.contains("cannot be reached"), "{certificates} {host}: {said}");
        assert!(said.contains("certificate"), "{certificates} {host}: {said}");
    }
    for (certificates, words) in [("none.pem", "certificate"), ("gone.pem", "gone.pem")] {
        let (code, said) = plan(&format!(", certificates: {certificates}"), "localhost");
        assert!(code == 1 && said.contains(words), "{said}");
    }
}
