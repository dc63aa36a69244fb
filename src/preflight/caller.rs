//! Making calls: to exactly the addresses that were looked at, over TLS, within bounds, and nowhere else.

use super::address::{Address, is_public};
use super::answer::Answer;
use super::call::Call;
use super::replay::{Heard, TIME_MAX, Trouble, World};
use crate::http::HttpError;
use jiff::Timestamp;
use reqwest::blocking::Client;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use std::io::Read as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::{Duration, Instant};

/// What is read of an answer at most.
const BYTES_MAX: usize = 1 << 20;

/// Which machines may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// Those that everybody can reach.
    Public,
    /// Any: also this machine and its network.
    Any,
}

/// The network, for one address.
#[derive(Debug)]
pub struct Caller {
    client: Client,
}

impl Caller {
    /// Looks an address up once, and calls only what was found.
    ///
    /// # Errors
    /// When the name is not known, or leads to a place that may not be called.
    pub fn new(address: &Address, places: Places) -> Result<Self, Trouble> {
        let Address { host, port, .. } = address;
        let unreachable = |reason: String| Trouble::Unreachable(reason);
        let found = (host.as_str(), *port).to_socket_addrs();
        let found: Vec<SocketAddr> =
            found.map_err(|error| unreachable(format!("{host} is not known: {error}")))?.collect();
        if found.is_empty() {
            return Err(unreachable(format!("{host} has no address")));
        }
        let inside = found.iter().find(|found| !is_public(found.ip()));
        if let Some(inside) = inside.filter(|_| places == Places::Public) {
            return Err(unreachable(format!(
                "{host} leads to {}, which only this network knows (`--allow-private-addresses`)",
                inside.ip()
            )));
        }
        let client = client(host, &found).map_err(|error| unreachable(error.to_string()))?;
        Ok(Self { client })
    }

    fn send(&self, call: &Call) -> Result<Answer, Trouble> {
        let deadline = Instant::now() + TIME_MAX;
        let mut request = match &call.body {
            Some(body) => {
                self.client.post(&call.url).header(CONTENT_TYPE, "application/json").body(body.clone())
            }
            None => self.client.get(&call.url),
        };
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let mut answer = request.send().map_err(|error| trouble(&error))?;
        let status = answer.status().as_u16();
        let text = |headers: &HeaderMap, name: &str| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers = answer.headers().clone();
        let mut body = Vec::new();
        let mut part = [0; 16 << 10];
        loop {
            if Instant::now() >= deadline {
                return Err(Trouble::Slow);
            }
            let read = answer.read(&mut part).map_err(|error| {
                if Instant::now() >= deadline || error.kind() == std::io::ErrorKind::TimedOut {
                    Trouble::Slow
                } else {
                    Trouble::Unreachable("the connection broke before the answer was complete".to_owned())
                }
            })?;
            if read == 0 {
                break;
            }
            body.extend_from_slice(part.get(..read).unwrap_or_default());
            if body.len() > BYTES_MAX {
                return Err(Trouble::Large);
            }
        }
        Ok(Answer {
            status,
            content_type: text(&headers, CONTENT_TYPE.as_str()),
            body_sign: text(&headers, "body-sign"),
            location: text(&headers, LOCATION.as_str()),
            body,
        })
    }
}

/// A client that knows where one host is, follows nothing, and asks no proxy, which would look the name up again.
fn client(host: &str, found: &[SocketAddr]) -> Result<Client, HttpError> {
    // Whoever was first decided for the whole process; it does not matter who.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent(concat!("gallerist/", env!("CARGO_PKG_VERSION")))
        .https_only(true)
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .resolve_to_addrs(host, found)
        .pool_max_idle_per_host(1)
        .connect_timeout(TIME_MAX)
        .timeout(TIME_MAX)
        .build()
        .map_err(|error| HttpError::Setup(error.to_string()))
}

/// Why there is no answer, in words that hold no address.
fn trouble(error: &reqwest::Error) -> Trouble {
    if error.is_timeout() {
        return Trouble::Slow;
    }
    let mut texts: Vec<String> = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !text.contains("://") && texts.last() != Some(&text) {
            texts.push(text);
        }
        cause = error.source();
    }
    let reason = if texts.is_empty() { "the connection failed".to_owned() } else { texts.join(": ") };
    let lower = reason.to_lowercase();
    let is_tls = ["certificate", "tls", "handshake", "corrupt message", "protocol version", "alert"];
    if error.is_connect() && is_tls.iter().any(|word| lower.contains(word)) {
        return Trouble::Tls(reason);
    }
    Trouble::Unreachable(reason)
}

impl World for Caller {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn nonce(&mut self) -> String {
        let mut bytes = [0_u8; 16];
        // Without chance there is the clock: a nonce must be new, and nobody must be unable to guess it.
        if rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).is_err() {
            bytes = Timestamp::now().as_nanosecond().to_be_bytes();
        }
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    fn call(&mut self, call: &Call) -> Heard {
        let begun = Instant::now();
        let answer = self.send(call);
        Heard { took: begun.elapsed().max(Duration::from_millis(1)), answer }
    }
}
