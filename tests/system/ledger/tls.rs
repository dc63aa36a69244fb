//! The way to the server is encrypted, and whoever answers there is who it says.

use super::events::{hour, key, not_sent, scope};
use super::server::Server;
use camino::Utf8Path;
use gallerist::http::Secret;
use gallerist::ledger::{Ledger, LedgerError};
use gallerist::stores::{Database, PostgresLedger};
use std::path::Path;
use std::process::Command;

const PASSWORD: &str = "geheim-Wort-77";

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Two authorities, and a certificate of the first for `localhost`; the settings of a server that has it.
pub(crate) fn certificates(folder: &Path) -> Vec<String> {
    let cert = folder.join("cert");
    std::fs::create_dir(&cert).unwrap();
    for name in ["ours", "theirs"] {
        openssl(
            &cert,
            &format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={name} -keyout {name}.key \
                 -out {name}.pem -addext basicConstraints=critical,CA:TRUE"
            ),
        );
    }
    openssl(
        &cert,
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    );
    std::fs::write(cert.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(
        &cert,
        "x509 -req -in server.csr -CA ours.pem -CAkey ours.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
    ["ssl=on".to_owned()]
        .into_iter()
        .chain(
            [("ssl_cert_file", "server.pem"), ("ssl_key_file", "server.key")]
                .map(|(setting, file)| format!("{setting}={}", cert.join(file).display())),
        )
        .collect()
}

fn database(url: &str, certificates: Option<&Path>) -> Result<Database, LedgerError> {
    let certificates = certificates.map(|path| Utf8Path::from_path(path).unwrap());
    Database::new(&Secret::new(url, "TEST_URL").unwrap(), "TEST_URL", "gallerist", certificates)
}

#[track_caller]
fn refused(url: &str, certificates: Option<&Path>, words: &[&str]) {
    let error = database(url, certificates).and_then(|database| PostgresLedger::open(&database)).unwrap_err();
    let said = error.advice();
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(!format!("{said} {error:?}").contains(PASSWORD), "{said}");
}

#[test]
fn only_who_can_show_a_certificate_that_counts_gets_the_password() {
    let server = Server::on_network(certificates);
    server.sql(&format!("ALTER ROLE postgres PASSWORD '{PASSWORD}'"));
    let port = server.port.unwrap();
    let url = format!("postgresql://postgres:{PASSWORD}@localhost:{port}/postgres?sslmode=require");
    let (ours, theirs) = (server.path("cert/ours.pem"), server.path("cert/theirs.pem"));

    let encrypted =
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'gallerist'";
    let ledger =
        |url: &str, file: Option<&Path>| PostgresLedger::open(&database(url, file).unwrap()).unwrap();
    let mut trusted = ledger(&url, Some(&ours));
    trusted.append(&scope(), hour(0), &key("crm"), &not_sent("first")).unwrap();
    assert_eq!(server.sql(encrypted), "t");
    drop(trusted);
    let in_url = ledger(&format!("{url}&sslrootcert={}", ours.display()), None);
    assert_eq!(server.sql(encrypted), "t");
    drop(in_url);
    // Nothing leaves this machine.
    let open = ledger(&url.replace("require", "prefer"), None);
    assert_eq!(server.sql(encrypted), "f");
    drop(open);

    refused(&url, Some(&theirs), &["cannot be encrypted and trusted", "UnknownIssuer", "`certificates`"]);
    refused(&url, Some(&server.path("cert/server.key")), &["cannot be used", "none in it"]);
    refused(&url, Some(&server.path("cert/gone.pem")), &["cannot be used", "No such file"]);
    let elsewhere = url.replace("@localhost:", "@db.acme.example:") + "&hostaddr=127.0.0.1";
    refused(&elsewhere, Some(&ours), &["cannot be encrypted and trusted", "name the server in $TEST_URL"]);
    let wrong = url.replace("geheim", "falsch");
    refused(&wrong, Some(&ours), &["refused the login", "password authentication failed", "$TEST_URL"]);
}

#[test]
fn a_server_without_encryption_is_not_told_the_password() {
    let server = Server::on_network(|_| Vec::new());
    server.sql(&format!("ALTER ROLE postgres PASSWORD '{PASSWORD}'"));
    let port = server.port.unwrap();
    let url = format!("postgresql://postgres:{PASSWORD}@localhost:{port}/postgres?sslmode=require");
    refused(&url, None, &["does not support TLS", "sslmode=disable"]);
    let url = url.replace("require", "disable");
    PostgresLedger::open(&database(&url, None).unwrap()).unwrap();
    refused(&url.replace("geheim", "falsch"), None, &["refused the login"]);
    refused(&url.replace("/postgres?", "/elsewhere?"), None, &["does not exist", "createdb"]);
}
