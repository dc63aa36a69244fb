//! The client itself: one request, its redirects on the same host, its repetitions.

use super::retry::{Attempt, Decision, Patience};
use super::sdk_hmac::{Message, parse_query};
use super::{HttpError, Method, Request, Response};
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use reqwest::blocking::Response as Answer;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use reqwest::tls;
use std::io::Read as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const REDIRECTS_MAX: u32 = 3;

/// Where time comes from, and how it passes.
pub trait Clock: Send + Sync {
    /// The moment.
    fn now(&self) -> Timestamp;
    /// Lets time pass.
    fn wait(&self, duration: SignedDuration);
    /// A number from 0 to 1000 that differs between runs.
    fn jitter_per_mille(&self) -> u32;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn wait(&self, duration: SignedDuration) {
        std::thread::sleep(Duration::try_from(duration).unwrap_or_default());
    }

    fn jitter_per_mille(&self) -> u32 {
        // Runs that were started together differ in their process ids, if in nothing else.
        let moment = Timestamp::now().subsec_nanosecond().unsigned_abs();
        moment.wrapping_add(std::process::id().wrapping_mul(7919)) % 1001
    }
}

/// What one answer may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The time until it is there as a whole.
    pub time_max: Duration,
    /// The bytes of its body.
    pub bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time_max: Duration::from_secs(30), bytes_max: 8 << 20 }
    }
}

/// A client. It speaks TLS 1.2 or later, takes proxies from the environment (`HTTPS_PROXY`, `NO_PROXY`), trusts what the system trusts
/// (`SSL_CERT_FILE` names another file of certificates), and keeps what it sends to the host it was sent to.
pub struct Client {
    inner: reqwest::blocking::Client,
    limits: Limits,
    patience: Patience,
    clock: Box<dyn Clock>,
    signed: AtomicU64,
}

/// Who stands between a client and a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxies {
    /// Whom the environment names (`HTTPS_PROXY`, `NO_PROXY`).
    OfTheEnvironment,
    /// Nobody.
    None,
}

impl Client {
    /// A client that introduces itself as this program.
    ///
    /// # Errors
    /// When the system's certificates or proxies cannot be used.
    pub fn new(limits: Limits, patience: Patience, clock: Box<dyn Clock>) -> Result<Self, HttpError> {
        Self::trusting(limits, patience, clock, "", Proxies::OfTheEnvironment)
    }

    /// A client that trusts whom the system trusts, and those whose certificates stand in a text (PEM).
    ///
    /// # Errors
    /// When one of the certificates is none, and as [`Client::new`].
    pub fn trusting(
        limits: Limits,
        patience: Patience,
        clock: Box<dyn Clock>,
        certificates: &str,
        proxies: Proxies,
    ) -> Result<Self, HttpError> {
        let more = tls::Certificate::from_pem_bundle(certificates.as_bytes());
        let more =
            more.map_err(|error| HttpError::Setup(format!("a certificate is none: {}", chain(&error))))?;
        // Whoever was first decided for the whole process; it does not matter who.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::blocking::Client::builder();
        if !more.is_empty() {
            builder = builder.tls_certs_merge(more);
        }
        if proxies == Proxies::None {
            builder = builder.no_proxy();
        }
        let inner = builder
            .tls_version_min(tls::Version::TLS_1_2)
            .user_agent(concat!("gallerist/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(limits.time_max.min(Duration::from_secs(10)))
            .timeout(limits.time_max)
            .build()
            .map_err(|error| HttpError::Setup(chain(&error)))?;
        Ok(Self { inner, limits, patience, clock, signed: AtomicU64::new(0) })
    }

    /// The moment, by the client's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends a request until there is an answer worth taking, whatever its status.
    ///
    /// # Errors
    /// When there is no answer. Whether the request had an effect all the same says [`HttpError::may_have_arrived`].
    pub fn call(&self, request: &Request) -> Result<Response, HttpError> {
        let (mut number, mut waited, began) = (1, SignedDuration::ZERO, Instant::now());
        loop {
            let result = self.send(request).map_err(|error| redacted(error, request));
            // Whoever answers slowly has been waited for, too.
            let passed = SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX);
            let attempt = Attempt {
                number,
                waited: waited.max(passed),
                now: self.clock.now(),
                jitter_per_mille: self.clock.jitter_per_mille(),
                is_repeatable: request.is_repeatable,
                result: result.as_ref(),
            };
            match self.patience.decide(&attempt) {
                Decision::Take => return result,
                Decision::Again(wait) => {
                    self.clock.wait(wait);
                    (number, waited) = (number + 1, waited + wait);
                }
            }
        }
    }

    /// Sends a request once, and once more where the same host says that it belongs elsewhere on it.
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let mut url = Url::parse(&request.url)
            .map_err(|error| HttpError::Address { url: request.url.clone(), reason: error.to_string() })?;
        let deadline = Instant::now() + self.limits.time_max;
        for _ in 0..=REDIRECTS_MAX {
            let answer = self.send_to(&url, request, deadline)?;
            match redirect(&url, request.method, &answer)? {
                Some(next) => url = next,
                None => return self.read(&url, answer, deadline),
            }
        }
        Err(HttpError::NoAnswer { host: host(&url), reason: "it redirects again and again".to_owned() })
    }

    fn send_to(&self, url: &Url, request: &Request, deadline: Instant) -> Result<Answer, HttpError> {
        let method = reqwest::Method::from_bytes(request.method.name().as_bytes())
            .map_err(|error| HttpError::Setup(error.to_string()))?;
        let left = deadline.saturating_duration_since(Instant::now());
        let mut builder = self.inner.request(method, url.clone()).timeout(left);
        let mut headers = request.headers.clone();
        let body = request.body.as_ref().map(super::Body::on_the_wire);
        if let Some((media, _)) = &body {
            headers.push((CONTENT_TYPE.as_str().to_owned(), (*media).to_owned()));
        }
        self.sign(url, request, &mut headers, body.as_ref());
        if let Some((_, bytes)) = body {
            builder = builder.body(bytes);
        }
        for (name, value) in &headers {
            // Values may hold a signature, and texts outside of ASCII as their UTF-8 bytes.
            let fits = HeaderValue::from_bytes(value.as_bytes());
            let mut fits = fits.map_err(|_| HttpError::Setup(format!("`{name}` fits no header")))?;
            fits.set_sensitive(name == "authorization");
            builder = builder.header(name, fits);
        }
        if let Some((name, scheme, secret)) = &request.secret {
            let value = HeaderValue::try_from(format!("{scheme}{}", secret.expose()));
            let mut value = value.map_err(|_| HttpError::Setup("the secret fits no header".to_owned()))?;
            value.set_sensitive(true);
            builder = builder.header(HeaderName::from_static(name), value);
        }
        builder.send().map_err(|error| self.failure(url, &error))
    }

    /// Signs what is about to be sent, where it is signed at all.
    fn sign(
        &self,
        url: &Url,
        request: &Request,
        headers: &mut Vec<(String, String)>,
        body: Option<&(&'static str, Vec<u8>)>,
    ) {
        let Some(keys) = &request.keys else { return };
        let at = self.clock.now();
        // Dates have whole seconds: without this the same, sent twice in one, would look like somebody's copy.
        let number = self.signed.fetch_add(1, Ordering::Relaxed);
        let id = format!("{:x}-{:x}-{number:x}", at.as_nanosecond(), std::process::id());
        headers.push(("x-request-id".to_owned(), id));
        let mut all = headers.clone();
        all.push(("host".to_owned(), host(url)));
        let query = parse_query(url.query().unwrap_or_default());
        let body = body.map_or(&[][..], |(_, bytes)| bytes.as_slice());
        let (method, path) = (request.method.name(), url.path());
        let message = Message { method, path, query: &query, headers: &all, body };
        let signature = keys.sign(&message, at).into_iter();
        headers.extend(signature.map(|(name, value)| (name.to_owned(), value)));
    }

    fn read(&self, url: &Url, mut answer: Answer, deadline: Instant) -> Result<Response, HttpError> {
        let Limits { time_max, bytes_max } = self.limits;
        let status = answer.status().as_u16();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers =
            answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let mut body = Vec::new();
        let mut part = [0; 16 << 10];
        loop {
            let read = answer.read(&mut part).map_err(|error| {
                if error.kind() == std::io::ErrorKind::TimedOut || Instant::now() >= deadline {
                    HttpError::Slow { host: host(url), limit: time_max }
                } else {
                    HttpError::NoAnswer { host: host(url), reason: chain(&error) }
                }
            })?;
            body.extend_from_slice(part.get(..read).unwrap_or_default());
            match () {
                () if read == 0 => return Ok(Response { status, headers, body }),
                () if body.len() > bytes_max => return Err(HttpError::Large { host: host(url), bytes_max }),
                () if Instant::now() >= deadline => {
                    return Err(HttpError::Slow { host: host(url), limit: time_max });
                }
                () => {}
            }
        }
    }

    fn failure(&self, url: &Url, error: &reqwest::Error) -> HttpError {
        let (host, reason) = (host(url), chain(error));
        match error {
            _ if error.is_connect() => HttpError::Unreachable { host, reason },
            _ if error.is_timeout() => HttpError::Slow { host, limit: self.limits.time_max },
            _ if error.is_builder() => HttpError::Address { url: url.to_string(), reason },
            _ => HttpError::NoAnswer { host, reason },
        }
    }
}

/// Where an answer leads, if it leads anywhere on the same host.
fn redirect(url: &Url, method: Method, answer: &Answer) -> Result<Option<Url>, HttpError> {
    let follows = match answer.status().as_u16() {
        301 | 302 => method == Method::Get,
        307 | 308 => true,
        _ => false,
    };
    let Some(location) = answer.headers().get(LOCATION).filter(|_| follows) else { return Ok(None) };
    let location = String::from_utf8_lossy(location.as_bytes());
    let next = url.join(&location).map_err(|error| HttpError::NoAnswer {
        host: host(url),
        reason: format!("it redirects to nowhere: {error}"),
    })?;
    if next.origin() == url.origin() {
        Ok(Some(next))
    } else {
        Err(HttpError::Redirected { host: host(url), to: host(&next) })
    }
}

fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or("nowhere");
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// An error with its causes. The address is left out: the host is said already.
fn chain(error: &dyn std::error::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !text.contains("://") && texts.last() != Some(&text) {
            texts.push(text);
        }
        cause = error.source();
    }
    if texts.is_empty() { "the connection failed".to_owned() } else { texts.join(": ") }
}

fn redacted(error: HttpError, request: &Request) -> HttpError {
    let clean = |text: String| {
        let text = request.secret.as_ref().map_or(text.clone(), |(_, _, secret)| secret.redact(&text));
        request.keys.as_ref().map_or(text.clone(), |keys| keys.redact(&text))
    };
    match error {
        HttpError::Address { url, reason } => HttpError::Address { url: clean(url), reason: clean(reason) },
        HttpError::Setup(reason) => HttpError::Setup(clean(reason)),
        HttpError::Unreachable { host, reason } => HttpError::Unreachable { host, reason: clean(reason) },
        HttpError::NoAnswer { host, reason } => HttpError::NoAnswer { host, reason: clean(reason) },
        HttpError::Redirected { host, to } => HttpError::Redirected { host, to: clean(to) },
        HttpError::Slow { .. } | HttpError::Large { .. } => error,
    }
}
