//! Signatures of requests as Huawei Cloud has them: SDK-HMAC-SHA256, with the pair of an access key, which is sent, and a
//! secret key, which is not. Pure: the moment is an argument.

use super::{Secret, SecretError};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const ALGORITHM: &str = "SDK-HMAC-SHA256";
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";
const DATE: &str = "x-sdk-date";
const CONTENT: &str = "x-sdk-content-sha256";
const CONTENT_TYPE: &str = "content-type";
const AUTHORIZATION: &str = "authorization";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// How far the clocks of the two sides may be apart.
pub const SKEW_MAX: SignedDuration = SignedDuration::from_mins(15);

/// What of a request is signed.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// GET, POST and so on.
    pub method: &'a str,
    /// The path, percent-encoded or not.
    pub path: &'a str,
    /// Names and values of the query, not encoded, in any order.
    pub query: &'a [(String, String)],
    /// Headers in any order, `Host` among them. Those that the signature itself brings are left out of account.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// An access key and its secret key. It has no form for people.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    access_key: Secret,
    secret_key: Secret,
}

/// A request that was signed by whom it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The access key.
    pub access_key: String,
    /// When it was signed, by the signer's clock.
    pub at: Timestamp,
    /// The signature, in lower case: the same for nothing else.
    pub signature: String,
}

/// Why a signature is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// There is no signature of this kind.
    #[error("the request is not signed with {ALGORITHM}")]
    Unsigned,
    /// The signature cannot be read.
    #[error("the signature cannot be read: {0}")]
    Unreadable(&'static str),
    /// Nobody has this access key, or the signature is not the one of this request. It is not told which.
    #[error("the access key is unknown, or the signature is not the one of this request")]
    Wrong,
    /// The signature is right, and too old or from the future.
    #[error("the request was signed {by:#} from now")]
    Skewed {
        /// How far the signer's clock is ahead; negative where it is behind.
        by: SignedDuration,
    },
}

impl KeyPair {
    /// The pair of two texts; white space around them is dropped. The places name where they come from, for errors.
    ///
    /// # Errors
    /// As [`Secret::new`], and when the access key cannot stand in the header.
    pub fn new(access_key: (&str, &str), secret_key: (&str, &str)) -> Result<Self, SecretError> {
        let (text, place) = access_key;
        if text.contains([',', ';', '=']) {
            let reason = "an access key has no comma, semicolon or equals sign in it";
            return Err(SecretError::Form { place: place.to_owned(), reason });
        }
        let access_key = Secret::new(text, place)?;
        let secret_key = Secret::new(secret_key.0, secret_key.1)?;
        Ok(Self { access_key, secret_key })
    }

    /// The text with every occurrence of either key replaced.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.access_key.redact(&self.secret_key.redact(text))
    }

    /// Signs a request: the headers that are to be sent with it, by their names in lower case.
    #[must_use]
    pub fn sign(&self, message: &Message<'_>, at: Timestamp) -> Vec<(&'static str, String)> {
        let signed = signed_headers(message, at);
        let request = canonical(message, &signed, &payload(message, &signed));
        let signature = hex(&mac(self.secret_key.expose(), &to_sign(&request, at)).finalize().into_bytes());
        let authorization = format!(
            "{ALGORITHM} Access={}, SignedHeaders={}, Signature={signature}",
            self.access_key.expose(),
            names(&signed)
        );
        let own = [DATE, CONTENT].into_iter().filter_map(|name| Some((name, signed.get(name)?.clone())));
        own.chain([(AUTHORIZATION, authorization)]).collect()
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair")
    }
}

/// The text that stands for a request when it is signed at a moment.
#[must_use]
pub fn canonical_request(message: &Message<'_>, at: Timestamp) -> String {
    let signed = signed_headers(message, at);
    canonical(message, &signed, &payload(message, &signed))
}

/// The text that is signed.
#[must_use]
pub fn string_to_sign(message: &Message<'_>, at: Timestamp) -> String {
    to_sign(&canonical_request(message, at), at)
}

/// Names and values of a query as it stands in an address.
#[must_use]
pub fn parse_query(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        // Whoever reads the query reads a plus as a space, too; what is signed must be what is understood.
        let decoded = |text: &str| unquote(&text.replace('+', " "));
        (decoded(name), decoded(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// Who signed a request that arrived. `secret_of` knows the secret key of each access key.
///
/// # Errors
/// When nobody did, or not so that it can be believed.
pub fn verify(
    message: &Message<'_>,
    secret_of: impl FnOnce(&str) -> Option<Secret>,
    now: Timestamp,
    skew_max: SignedDuration,
) -> Result<Verified, Unverified> {
    let value = single(message, AUTHORIZATION)?.ok_or(Unverified::Unsigned)?;
    let (scheme, fields) = value.split_once(' ').ok_or(Unverified::Unsigned)?;
    if scheme != ALGORITHM {
        return Err(Unverified::Unsigned);
    }
    let Authorization { access_key, signed_headers, signature } = Authorization::read(fields)?;
    let mut signed = BTreeMap::new();
    for name in signed_headers.split(';') {
        let value = single(message, name)?;
        let value = value.ok_or(Unverified::Unreadable("a header that was signed is not there"))?;
        if signed.last_key_value().is_some_and(|(last, _): (&String, _)| last.as_str() >= name) {
            return Err(Unverified::Unreadable("the signed headers are not in order"));
        }
        signed.insert(name.to_owned(), value.trim().to_owned());
    }
    if !signed.contains_key("host") {
        return Err(Unverified::Unreadable("the host is not signed"));
    }
    let date = signed.get(DATE).ok_or(Unverified::Unreadable("the moment is not signed"))?;
    let at = read_date(date).ok_or(Unverified::Unreadable("X-Sdk-Date is no moment"))?;
    let payload = arrived_payload(message, &signed)?;

    let secret = secret_of(access_key);
    // An access key that nobody has takes as long as one that somebody has.
    let key = secret.as_ref().map_or("", Secret::expose);
    let expected = mac(key, &to_sign(&canonical(message, &signed, &payload), at));
    let bytes =
        unhex(signature).ok_or(Unverified::Unreadable("the signature is no SHA-256 in lower case"))?;
    if expected.verify_slice(&bytes).is_err() || secret.is_none() {
        return Err(Unverified::Wrong);
    }
    let by = at.duration_since(now);
    if by.abs() > skew_max {
        return Err(Unverified::Skewed { by });
    }
    Ok(Verified { access_key: access_key.to_owned(), at, signature: signature.to_owned() })
}

/// What stands after the name of the algorithm.
struct Authorization<'a> {
    access_key: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn read(text: &'a str) -> Result<Self, Unverified> {
        let mut parts = text.split(',').map(str::trim);
        let mut field = |name: &str| {
            let part = parts.next().and_then(|part| part.strip_prefix(name)?.strip_prefix('='));
            part.filter(|value| !value.is_empty())
                .ok_or(Unverified::Unreadable("it is to be `Access=..., SignedHeaders=..., Signature=...`"))
        };
        let read = Self {
            access_key: field("Access")?,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        };
        match parts.next() {
            None => Ok(read),
            Some(_) => Err(Unverified::Unreadable("something follows the signature")),
        }
    }
}

/// The value of a header that stands there at most once.
fn single<'a>(message: &Message<'a>, name: &str) -> Result<Option<&'a str>, Unverified> {
    let mut all = message.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let first = all.next().map(|(_, value)| value.as_str());
    match all.next() {
        None => Ok(first),
        Some(_) => Err(Unverified::Unreadable("a header that is signed stands there twice")),
    }
}

/// The headers that are signed when a request is sent: all but those with an underscore, which servers drop.
fn signed_headers(message: &Message<'_>, at: Timestamp) -> BTreeMap<String, String> {
    let mut signed = BTreeMap::new();
    for (name, value) in message.headers {
        let name = name.to_ascii_lowercase();
        if !name.contains('_') && name != AUTHORIZATION {
            signed.insert(name, value.trim().to_owned());
        }
    }
    signed.insert(DATE.to_owned(), date(at));
    if signed.get(CONTENT_TYPE).is_some_and(|media| !media.is_empty() && !is_signed_media(media)) {
        signed.insert(CONTENT.to_owned(), UNSIGNED_PAYLOAD.to_owned());
    }
    signed
}

/// Whether bodies of this media type are signed.
fn is_signed_media(media: &str) -> bool {
    media.starts_with("application/json") || media.starts_with("application/bson")
}

/// What stands for the body of a request that is sent.
fn payload(message: &Message<'_>, signed: &BTreeMap<String, String>) -> String {
    match signed.get(CONTENT) {
        Some(said) if !message.body.is_empty() && !said.is_empty() => said.clone(),
        _ => digest(message.body),
    }
}

/// What stands for the body of a request that arrived: never a text that was sent in place of the body's own digest.
fn arrived_payload(message: &Message<'_>, signed: &BTreeMap<String, String>) -> Result<String, Unverified> {
    let own = digest(message.body);
    match signed.get(CONTENT) {
        Some(said) if said == UNSIGNED_PAYLOAD && !message.body.is_empty() => {
            match single(message, CONTENT_TYPE)? {
                Some(media) if !is_signed_media(media.trim()) => Ok(said.clone()),
                _ => Err(Unverified::Unreadable("a JSON body is to be signed")),
            }
        }
        Some(said) if said != UNSIGNED_PAYLOAD && *said != own => Err(Unverified::Wrong),
        _ => Ok(own),
    }
}

fn canonical(message: &Message<'_>, signed: &BTreeMap<String, String>, payload: &str) -> String {
    let mut text = format!("{}\n", message.method.to_ascii_uppercase());
    for segment in unquote(message.path).split('/') {
        quote(&mut text, segment);
        text.push('/');
    }
    // With a slash at its end, as the path may have had or not.
    if text.ends_with("//") {
        text.pop();
    }
    text.push('\n');
    let mut query: Vec<_> = message.query.iter().collect();
    query.sort();
    for (place, (name, value)) in query.into_iter().enumerate() {
        text.push_str(if place == 0 { "" } else { "&" });
        quote(&mut text, name);
        text.push('=');
        quote(&mut text, value);
    }
    text.push('\n');
    for (name, value) in signed {
        text.extend([name, ":", value, "\n"]);
    }
    text.extend(["\n", &names(signed), "\n", payload]);
    text
}

fn names(signed: &BTreeMap<String, String>) -> String {
    signed.keys().map(String::as_str).collect::<Vec<_>>().join(";")
}

fn to_sign(canonical: &str, at: Timestamp) -> String {
    format!("{ALGORITHM}\n{}\n{}", date(at), digest(canonical.as_bytes()))
}

fn mac(key: &str, text: &str) -> Hmac<Sha256> {
    // HMAC takes keys of any length; the block of zeros that an empty key is stands in for one that it would not take.
    let mac = Hmac::new_from_slice(key.as_bytes());
    let mut mac = mac.unwrap_or_else(|_| Hmac::new(&Default::default()));
    mac.update(text.as_bytes());
    mac
}

fn date(at: Timestamp) -> String {
    at.strftime(DATE_FORMAT).to_string()
}

fn read_date(text: &str) -> Option<Timestamp> {
    let moment = DateTime::strptime(DATE_FORMAT, text).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    // Only what is written the same way again: nothing is left out or added.
    (date(moment) == text).then_some(moment)
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digit = |sign: u8| match sign {
        b'0'..=b'9' => Some(sign - b'0'),
        b'a'..=b'f' => Some(sign - b'a' + 10),
        _ => None,
    };
    let bytes = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// Percent-encodes everything but what RFC 3986 calls unreserved, behind a text.
pub fn quote(text: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

/// Undoes percent-encoding; what is none stays as it is.
fn unquote(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |place: usize| bytes.get(place).and_then(|sign| char::from(*sign).to_digit(16));
    let (mut out, mut place) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(place) {
        let pair = (*byte == b'%').then(|| Some((hex(place + 1)?, hex(place + 2)?))).flatten();
        let decoded = pair.and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        out.push(decoded.unwrap_or(*byte));
        place += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// The example of the vendor's documentation. The secret key on that page is not repeated here, so that only the text
    /// that stands for the request is compared.
    #[test]
    fn the_documented_example_gives_the_documented_digest() {
        let query = pairs(&[("marker", "13551d6b-755d-4757-b956-536f674975c0"), ("limit", "2")]);
        let headers = pairs(&[("Host", "service.region.example.com"), ("Content-Type", "application/json")]);
        let path = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs";
        let message = Message { method: "get", path, query: &query, headers: &headers, body: b"" };
        let at = "2019-11-15T03:36:55Z".parse().unwrap();
        let digest = "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a";
        assert_eq!(
            string_to_sign(&message, at),
            format!("SDK-HMAC-SHA256\n20191115T033655Z\n{digest}"),
            "{}",
            canonical_request(&message, at)
        );
    }

    /// An example of another implementation, with a secret key that is too short for anything else.
    #[test]
    fn the_example_of_another_implementation_is_equal() {
        let headers = pairs(&[
            ("Host", "mkt.myhuaweicloud.com"),
            ("Content-Type", "application/json"),
            ("x-stage", "RELEASE"),
        ]);
        let path = "/api/mkp-openapi-public/global/v1/license/activate";
        let message = Message { method: "POST", path, query: &[], headers: &headers, body: b"" };
        let at = "2024-03-17T14:42:37Z".parse().unwrap();
        let signature = hex(&mac("123", &string_to_sign(&message, at)).finalize().into_bytes());
        assert_eq!(signature, "77595ad624b6e4e49990b8c4e84bf1c287457fca61069c4e60b9b6765b52053d");
    }

    #[test]
    fn what_is_no_percent_encoding_stays_as_it_is() {
        for (text, expected) in [
            ("%", "%"),
            ("%4", "%4"),
            ("%zz", "%zz"),
            ("%41%5", "A%5"),
            ("a%2fb", "a/b"),
            ("%E5%95%86", "商"),
        ] {
            assert_eq!(unquote(text), expected);
        }
        assert_eq!(unquote("%E5%95"), "\u{fffd}");
        assert_eq!(
            parse_query("a=1+2&b&&c=%2B=&=x"),
            pairs(&[("a", "1 2"), ("b", ""), ("c", "+="), ("", "x")])
        );
    }
}
