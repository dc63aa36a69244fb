//! Where the database is, and whether the way there is encrypted.
//!
//! `prefer` never falls back to an open connection that leaves this machine, so nobody on the way can talk it out of
//! encryption; and what is encrypted is also verified. Only the word `disable` opens the way.

use crate::http::Secret;
use crate::ledger::LedgerError;
use crate::render::escape::terminal;
use camino::{Utf8Path, Utf8PathBuf};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long one address of the server may take to answer, unless the URL says otherwise.
const CONNECT: Duration = Duration::from_secs(10);

/// What a URL says.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// For connecting. It shows its password to nobody.
    pub(super) config: Config,
    /// The file that the URL names as `sslrootcert`.
    pub(super) certificates: Option<Utf8PathBuf>,
}

impl Address {
    /// Reads a URL as PostgreSQL's own programs take it. Reasons never repeat anything of it.
    pub(super) fn read(url: &Secret) -> Result<Self, String> {
        let url = url.expose();
        let Some(rest) = url.strip_prefix("postgresql://").or_else(|| url.strip_prefix("postgres://")) else {
            return Err("it begins with neither postgresql:// nor postgres://".to_owned());
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.split_once('/').unwrap_or((place, ""));
        if authority.matches('@').count() > 1 || path.contains('@') || query.contains('@') {
            let reason = "there is an `@` too many: in the user and the password write `@` as %40, `/` as %2F, `?` as %3F";
            return Err(reason.to_owned());
        }
        let (mut mode, mut certificates, mut others) = (SslMode::Prefer, None, Vec::new());
        for option in query.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("sslmode", word)) => mode = ssl_mode(word)?,
                Some(("sslrootcert", "system")) => certificates = None,
                Some(("sslrootcert", path)) => certificates = Some(decoded(path)?),
                _ => others.push(option),
            }
        }
        let url = format!("postgresql://{place}?{}", others.join("&"));
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let cause =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            terminal(&cause).into_owned()
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err("it names no host".to_owned());
        }
        let is_open = match mode {
            SslMode::Disable => true,
            SslMode::Require => is_on_sockets(&config),
            _ => is_on_this_machine(&config),
        };
        config.ssl_mode(if is_open { SslMode::Disable } else { SslMode::Require });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("gallerist");
        }
        Ok(Self { config, certificates })
    }

    /// The server, for people: its names and ports.
    pub(super) fn server(&self) -> String {
        let port = |index: usize| {
            let ports = self.config.get_ports();
            ports.get(index).or_else(|| ports.first()).copied().unwrap_or(5432)
        };
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.to_string_lossy().into_owned(),
        });
        let mut names: Vec<String> = hosts.collect();
        if names.is_empty() {
            names = self.config.get_hostaddrs().iter().map(ToString::to_string).collect();
        }
        let named = names.iter().enumerate().map(|(index, name)| format!("{name}:{}", port(index)));
        terminal(&named.collect::<Vec<_>>().join(", ")).into_owned()
    }

    /// How connections are encrypted where they are; `certificates` are of those who may vouch for the server.
    pub(super) fn tls(&self, certificates: Option<&Utf8Path>) -> Result<MakeRustlsConnect, LedgerError> {
        // Another part of the program may have chosen the same provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = if let Some(path) = certificates {
            roots(path)?
        } else if self.config.get_ssl_mode() == SslMode::Disable {
            RootCertStore::empty()
        } else {
            let machine = MakeRustlsConnect::with_native_certs().map_err(|_| LedgerError::Remote {
                what: "the ledger's database cannot be trusted".to_owned(),
                said: "this machine has no certificates of those who may vouch for a server".to_owned(),
                remedy: "install them (Debian's package is `ca-certificates`), or name a file as `certificates` under \
                         `ledger` in gallerist.yaml"
                    .to_owned(),
            })?;
            return Ok(machine.0);
        };
        let config = ClientConfig::builder().with_root_certificates(Arc::new(roots)).with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

fn ssl_mode(word: &str) -> Result<SslMode, String> {
    match word {
        "disable" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        // Whoever is spoken to is verified in any case, with the name.
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err("`sslmode` is `disable`, `prefer` or `require`".to_owned()),
    }
}

/// A path as it stands in a URL.
fn decoded(text: &str) -> Result<Utf8PathBuf, String> {
    let failed = || "`sslrootcert` is no path".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).map_err(|_| failed())?;
                bytes.push(u8::from_str_radix(digits, 16).map_err(|_| failed())?);
                rest = after;
            }
            (b'%', _) => return Err(failed()),
            (byte, after) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map(Utf8PathBuf::from).map_err(|_| failed())
}

/// Whether nothing that is sent leaves this machine.
fn is_on_this_machine(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// Whether there are only sockets in the file system, which know no encryption.
fn is_on_sockets(config: &Config) -> bool {
    let is_socket = |host: &Host| match host {
        Host::Tcp(_) => false,
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    config.get_hostaddrs().is_empty() && config.get_hosts().iter().all(is_socket)
}

/// The certificates in a file, and no others.
fn roots(path: &Utf8Path) -> Result<RootCertStore, LedgerError> {
    let failed = |said: String| LedgerError::Remote {
        what: format!("the certificates in {path} cannot be used"),
        said,
        remedy: "name a PEM file with the certificates of those who may vouch for the database's server"
            .to_owned(),
    };
    let text = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    if roots.is_empty() { Err(failed("there are none in it".to_owned())) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Address, String> {
        Address::read(&Secret::new(url, "URL").unwrap())
    }

    #[test]
    fn only_disable_opens_a_way_that_leaves_the_machine() {
        for (url, mode) in [
            ("postgres://u:p@db.example/l", SslMode::Require),
            ("postgres://u:p@db.example/l?sslmode=prefer", SslMode::Require),
            ("postgres://u:p@db.example/l?sslmode=require", SslMode::Require),
            ("postgres://u:p@db.example/l?sslmode=verify-full&application_name=a", SslMode::Require),
            ("postgres://u:p@db.example/l?sslmode=disable", SslMode::Disable),
            ("postgres://u:p@localhost/l", SslMode::Disable),
            ("postgres://u:p@127.0.0.7/l", SslMode::Disable),
            ("postgres://u:p@[::1]:5433/l", SslMode::Disable),
            ("postgres://u:p@localhost/l?sslmode=require", SslMode::Require),
            ("postgres://u:p@localhost,db.example/l", SslMode::Require),
            ("postgres://u:p@localhost.example/l", SslMode::Require),
            ("postgres://u:p@localhost/l?hostaddr=10.0.0.7", SslMode::Require),
            ("postgres://u:p@/l?host=/run/postgresql", SslMode::Disable),
            ("postgres://u:p@/l?host=/run/postgresql&sslmode=require", SslMode::Disable),
        ] {
            assert_eq!(read(url).unwrap().config.get_ssl_mode(), mode, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_told_without_the_url() {
        for (url, words) in [
            ("mysql://u:geheim77@db.example/l", "neither postgresql"),
            ("postgres://u:geh@eim77@db.example/l", "an `@` too many"),
            ("postgres://u:geh/eim77@db.example/l", "an `@` too many"),
            ("postgres://u:geh?eim77@db.example/l", "an `@` too many"),
            ("postgres://u:geheim77@db.example:port/l", "port"),
            ("postgres://u:geheim77@db.example/l?sslmode=maybe", "`sslmode` is"),
            ("postgres://u:geheim77@db.example/l?sslrootcert=%zz", "no path"),
            ("postgres://u:geheim77@db.example/l?colour=red", "colour"),
            ("postgres://u:geheim77@/l", "no host"),
        ] {
            let reason = read(url).unwrap_err();
            assert!(reason.contains(words), "{url}: {reason}");
            assert!(!reason.contains("eim77") && !reason.contains("geh"), "{url}: {reason}");
        }
    }

    #[test]
    fn the_password_is_shown_to_nobody() {
        let address = read("postgres://ann:geheim77@db.example:6432/l?sslrootcert=%2Fetc%2Fca.pem").unwrap();
        assert_eq!(address.server(), "db.example:6432");
        assert_eq!(address.certificates.as_deref(), Some(Utf8Path::new("/etc/ca.pem")));
        assert!(!format!("{address:?}").contains("geheim77"));
    }
}
