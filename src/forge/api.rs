//! What the interfaces of both forges have in common: an address, a token, JSON.

use super::ForgeError;
use crate::http::{Client, Method, Request, Response, Secret};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Pages of a list that are read; whoever has more has another problem.
const PAGES_MAX: u32 = 100;

/// The address of an interface: `https`, or any on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Reads an address, without a `/` at its end.
    ///
    /// # Errors
    /// When it is no address, is not encrypted, or holds what belongs elsewhere.
    pub fn new(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("`{text}` is no address: {error}"))?;
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let is_loopback = |address: std::net::IpAddr| address.is_loopback();
        let is_local = host == "localhost" || host.parse().is_ok_and(is_loopback);
        match url.scheme() {
            "https" => {}
            "http" if is_local => {}
            "http" => return Err(format!("`{text}` is not encrypted: a token is sent with https only")),
            _ => return Err(format!("`{text}` does not begin with https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address holds no user and no password: name a token by a variable".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("`{text}` has a query or fragment"));
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An interface, and whoever speaks to it.
pub struct Api {
    client: Client,
    address: Address,
    headers: Vec<(&'static str, &'static str)>,
    secret: (&'static str, &'static str, Secret),
}

impl Api {
    /// `headers` are sent with every request; `secret` is a header, what stands before the token in it, and the token.
    #[must_use]
    pub fn new(
        client: Client,
        address: Address,
        headers: Vec<(&'static str, &'static str)>,
        secret: (&'static str, &'static str, Secret),
    ) -> Self {
        Self { client, address, headers, secret }
    }

    /// A request to a path that begins with `/`.
    #[must_use]
    pub fn request(&self, method: Method, path: &str) -> Request {
        let (header, scheme, secret) = &self.secret;
        let request = Request::new(method, format!("{}{path}", self.address.as_str()));
        let with =
            |request: Request, (name, value): &(&'static str, &'static str)| request.header(*name, *value);
        self.headers.iter().fold(request, with).secret(header, scheme, secret)
    }

    /// Sends a request; `what` begins the sentence of an error: `the comment cannot be written`.
    ///
    /// # Errors
    /// When there is no answer, or it is a refusal.
    pub fn call(&self, what: &str, request: &Request) -> Result<Response, ForgeError> {
        let what = || what.to_owned();
        let response = self.client.call(request).map_err(|error| ForgeError::Http { what: what(), error })?;
        match response.status {
            200..=299 => Ok(response),
            404 | 410 => Err(ForgeError::Missing { what: what() }),
            status => Err(ForgeError::Refused { what: what(), status, said: self.said(&response) }),
        }
    }

    /// Sends a request that takes something away; what is gone already is no error.
    ///
    /// # Errors
    /// As [`Api::call`].
    pub fn remove(&self, what: &str, request: &Request) -> Result<(), ForgeError> {
        match self.call(what, request) {
            Ok(_) | Err(ForgeError::Missing { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// As [`Api::call`], and when the answer has another form.
    pub fn read<T: DeserializeOwned>(&self, what: &str, request: &Request) -> Result<T, ForgeError> {
        parse(what, &self.call(what, request)?)
    }

    /// Reads a list page by page, 100 things each.
    ///
    /// # Errors
    /// As [`Api::read`].
    pub fn list<T: DeserializeOwned>(&self, what: &str, path: &str) -> Result<Vec<T>, ForgeError> {
        const SIZE: usize = 100;
        let sign = if path.contains('?') { '&' } else { '?' };
        let mut all = Vec::new();
        for page in 1..=PAGES_MAX {
            let path = format!("{path}{sign}per_page={SIZE}&page={page}");
            let response = self.call(what, &self.request(Method::Get, &path))?;
            let mut part: Vec<T> = parse(what, &response)?;
            let is_last = is_last_page(&response).unwrap_or(part.len() < SIZE);
            all.append(&mut part);
            if is_last {
                return Ok(all);
            }
        }
        Err(ForgeError::Nonsense {
            what: what.to_owned(),
            reason: format!("it has more than {PAGES_MAX} pages"),
        })
    }

    /// What a refusal says: the forge's `message` or `error`, in one short line.
    fn said(&self, response: &Response) -> String {
        const CHARACTERS_MAX: usize = 200;
        let value: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let message = ["message", "error_description", "error"].iter().find_map(|name| value.get(name));
        let text = match message {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let plain = self.secret.2.redact(&text);
        let plain = plain.chars().map(|c| if c.is_control() { ' ' } else { c });
        plain.take(CHARACTERS_MAX).collect::<String>().trim().to_owned()
    }
}

/// Whether the answer says that nothing follows; `None` when it does not say.
fn is_last_page(response: &Response) -> Option<bool> {
    if let Some(next) = response.header("x-next-page") {
        return Some(next.trim().is_empty());
    }
    response.header("link").map(|links| !links.contains("rel=\"next\""))
}

/// A text as one segment of a path or one value of a query.
pub(super) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().fold(String::new(), |out, byte| match plain(byte) {
        true => out + char::from(byte).encode_utf8(&mut [0; 4]),
        false => out + &format!("%{byte:02X}"),
    })
}

fn parse<T: DeserializeOwned>(what: &str, response: &Response) -> Result<T, ForgeError> {
    serde_json::from_slice(&response.body)
        .map_err(|error| ForgeError::Nonsense { what: what.to_owned(), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encrypted_or_of_this_machine() {
        for good in
            ["https://api.github.com/", "http://127.0.0.1:80/api/v4", "http://[::1]:1", "http://localhost:1"]
        {
            assert!(Address::new(good).is_ok_and(|address| !address.as_str().ends_with('/')), "{good}");
        }
        for bad in [
            "http://api.github.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "ftp://127.0.0.1",
            "https://user:word@api.github.com",
            "https://token@api.github.com",
            "https://api.github.com?x=1",
            "api.github.com",
            "",
        ] {
            assert!(Address::new(bad).is_err(), "{bad}");
        }
        assert!(!Address::new("https://me:hush@h").unwrap_err().contains("hush"));
    }
}
