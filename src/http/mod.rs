//! A small blocking client for web interfaces: bounded in time and size, careful with secrets, polite when asked to wait.
//!
//! For servers there is what they listen with ([`Bounded`]), and how they are asked to end ([`Signals`]).
//!
//! [`Client::call`] is all that others need. What is tried again, and when, is decided in [`retry`], which is pure.

pub(crate) mod base64;
mod client;
mod listener;
pub mod retry;
pub mod sdk_hmac;
mod secret;
mod signals;
mod signing;

pub use client::{Client, Clock, Limits, Proxies, SystemClock};
pub use listener::{Bounded, Bounds, Connection, Limited};
pub use secret::{Secret, SecretError};
pub use signals::Signals;
pub use signing::SigningKey;

use sdk_hmac::KeyPair;
use std::time::Duration;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or starts something.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Takes away.
    Delete,
}

impl Method {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// JSON; its text on the wire is that of `to_string`.
    Json(serde_json::Value),
    /// Bytes of a media type.
    Bytes(&'static str, Vec<u8>),
}

impl Body {
    /// The media type, and what is sent.
    fn on_the_wire(&self) -> (&'static str, Vec<u8>) {
        match self {
            Self::Json(value) => ("application/json", value.to_string().into_bytes()),
            Self::Bytes(media, bytes) => (media, bytes.clone()),
        }
    }
}

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// The whole address. It holds no secret.
    pub url: String,
    /// Headers without secrets.
    pub headers: Vec<(String, String)>,
    /// The header that carries the secret, and what stands before it: `("authorization", "Bearer ")`.
    pub secret: Option<(&'static str, &'static str, Secret)>,
    /// What it is signed with, anew each time it is sent.
    pub keys: Option<KeyPair>,
    /// The body.
    pub body: Option<Body>,
    /// Whether doing it twice has the same effect as doing it once. What is not repeatable is sent again only after an
    /// answer that says that nothing was done.
    pub is_repeatable: bool,
}

impl Request {
    /// A request with nothing but an address; only a POST is not repeatable.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let is_repeatable = method != Method::Post;
        let (url, headers) = (url.into(), Vec::new());
        Self { method, url, headers, secret: None, keys: None, body: None, is_repeatable }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds the header with the secret.
    #[must_use]
    pub fn secret(mut self, header: &'static str, scheme: &'static str, secret: &Secret) -> Self {
        self.secret = Some((header, scheme, secret.clone()));
        self
    }

    /// Signs it with a pair of keys.
    #[must_use]
    pub fn signed(mut self, keys: &KeyPair) -> Self {
        self.keys = Some(keys.clone());
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn json(mut self, body: serde_json::Value) -> Self {
        self.body = Some(Body::Json(body));
        self
    }

    /// Sets a body of bytes.
    #[must_use]
    pub fn bytes(mut self, media: &'static str, bytes: Vec<u8>) -> Self {
        self.body = Some(Body::Bytes(media, bytes));
        self
    }

    /// Says that doing it twice does no harm.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }
}

/// One answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header with this name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the status says that it was done.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why there is no answer. Texts hold no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address cannot be used.
    #[error("{url} cannot be asked: {reason}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The client cannot be set up on this machine.
    #[error("connections cannot be made: {0}")]
    Setup(String),
    /// Nothing was sent.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Which host.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// Something was sent, and nobody knows what became of it.
    #[error("{host} gave no answer: {reason}")]
    NoAnswer {
        /// Which host.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// The answer took too long.
    #[error("{host} did not answer within {} s", limit.as_secs_f32())]
    Slow {
        /// Which host.
        host: String,
        /// How long we waited.
        limit: Duration,
    },
    /// The answer is larger than anything that is expected.
    #[error("the answer of {host} is larger than {bytes_max} bytes")]
    Large {
        /// Which host.
        host: String,
        /// The limit.
        bytes_max: usize,
    },
    /// The answer leads to another host, which must not see what was sent.
    #[error("{host} redirects to {to}, where nothing is sent")]
    Redirected {
        /// Which host.
        host: String,
        /// Where it leads.
        to: String,
    },
}

impl HttpError {
    /// Whether what was asked for may have been done all the same.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::Slow { .. } | Self::Large { .. } => true,
            Self::Address { .. } | Self::Setup(_) | Self::Unreachable { .. } | Self::Redirected { .. } => {
                false
            }
        }
    }
}
