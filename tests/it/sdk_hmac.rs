//! Signatures of requests: equal to the vendor's vectors, and taken only for what was signed.

use gallerist::http::Secret;
use gallerist::http::sdk_hmac::{
    KeyPair, Message, SKEW_MAX, Unverified, Verified, canonical_request, parse_query, string_to_sign, verify,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/huawei_aksk_vectors.json");
const ACCESS_KEY: &str = "EXAMPLEACCESSKEY";
const SECRET_KEY: &str = "example-secret-key-for-test-vectors";

/// A request that owns what it is made of.
#[derive(Clone)]
struct Sent {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Sent {
    fn message(&self) -> Message<'_> {
        let Self { method, path, query, headers, body } = self;
        Message { method, path, query, headers, body }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    fn signed(mut self, keys: &KeyPair, at: Timestamp) -> Self {
        for (name, value) in keys.sign(&self.message(), at) {
            self.set(name, &value);
        }
        self
    }

    fn verify(&self, now: Timestamp) -> Result<Verified, Unverified> {
        verify(&self.message(), secret_of, now, SKEW_MAX)
    }
}

fn keys() -> KeyPair {
    KeyPair::new((ACCESS_KEY, "A"), (SECRET_KEY, "S")).unwrap()
}

fn secret_of(access_key: &str) -> Option<Secret> {
    (access_key == ACCESS_KEY).then(|| Secret::new(SECRET_KEY, "S").unwrap())
}

fn moment(date: &str) -> Timestamp {
    DateTime::strptime("%Y%m%dT%H%M%SZ", date).unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
    hex.as_bytes().chunks(2).map(byte).collect()
}

fn of_vector(vector: &Value) -> (Sent, Timestamp) {
    let body = match (&vector["body"], vector["body_encoding"].as_str().unwrap()) {
        (Value::String(hex), "hex") => bytes(hex),
        (Value::String(text), _) => text.clone().into_bytes(),
        _ => Vec::new(),
    };
    let mut query = Vec::new();
    for pair in vector["query"].as_array().unwrap() {
        match &pair[1] {
            Value::Array(values) => query.extend(values.iter().map(|value| (text(&pair[0]), text(value)))),
            value => query.push((text(&pair[0]), text(value))),
        }
    }
    let headers = vector["headers"].as_object().unwrap();
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    headers.push(("Host".to_owned(), text(&vector["host"])));
    let at = moment(vector["headers"]["X-Sdk-Date"].as_str().unwrap());
    let (method, path) = (text(&vector["method"]), text(&vector["path"]));
    (Sent { method, path, query, headers, body }, at)
}

#[test]
fn signatures_are_those_of_the_vendors_own_signer() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in &vectors {
        let (sent, at) = of_vector(vector);
        let name = vector["name"].as_str().unwrap();
        assert_eq!(canonical_request(&sent.message(), at), vector["canonical_request"], "{name}");
        assert_eq!(string_to_sign(&sent.message(), at), vector["string_to_sign"], "{name}");
        let keys = KeyPair::new((&text(&vector["access_key"]), "A"), (&text(&vector["secret_key"]), "S"));
        let headers = keys.unwrap().sign(&sent.message(), at);
        let header =
            |wanted| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        assert_eq!(header("authorization"), vector["authorization"].as_str(), "{name}");
        assert_eq!(header("x-sdk-date"), vector["headers"]["X-Sdk-Date"].as_str(), "{name}");
        let is_whole = !text(&vector["canonical_request"]).ends_with("UNSIGNED-PAYLOAD");
        assert_eq!(header("x-sdk-content-sha256").is_none(), is_whole, "{name}");
    }
}

#[test]
fn what_the_vendor_signed_is_verified_as_it_arrives() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    for vector in &vectors {
        let (mut sent, at) = of_vector(vector);
        let (path, query) = match text(&vector["sent_uri"]).split_once('?') {
            Some((path, query)) => (path.to_owned(), parse_query(query)),
            None => (text(&vector["sent_uri"]), Vec::new()),
        };
        (sent.path, sent.query) = (path, query);
        if text(&vector["canonical_request"]).ends_with("UNSIGNED-PAYLOAD") {
            sent.set("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
        }
        sent.set("Authorization", vector["authorization"].as_str().unwrap());
        let (access_key, signature) = (ACCESS_KEY.to_owned(), text(&vector["signature"]));
        assert_eq!(sent.verify(at), Ok(Verified { access_key, at, signature }), "{}", vector["name"]);
    }
}

fn offer() -> Sent {
    let pairs = |of: &[(&str, &str)]| of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Sent {
        method: "PUT".to_owned(),
        path: "/v1/submissions/s1".to_owned(),
        query: pairs(&[("a", "1"), ("a", "2"), ("b", "")]),
        headers: pairs(&[
            ("Host", "gateway.example.com"),
            ("Content-Type", "application/json"),
            ("X-Stage", "1"),
        ]),
        body: br#"{"price":"9.90"}"#.to_vec(),
    }
}

const AT: &str = "20261101T120000Z";

#[test]
fn whatever_is_changed_on_the_way_is_noticed() {
    let at = moment(AT);
    let signed = offer().signed(&keys(), at);
    assert!(signed.verify(at).is_ok());
    type Change = fn(&mut Sent);
    let changes: [(&str, Change); 9] = [
        ("method", |sent| sent.method = "POST".to_owned()),
        ("path", |sent| sent.path.push('x')),
        ("query value", |sent| sent.query[0].1 = "3".to_owned()),
        ("query name", |sent| sent.query[2].0 = "c".to_owned()),
        ("query more", |sent| sent.query.push(("z".to_owned(), String::new()))),
        ("header", |sent| sent.set("x-stage", "2")),
        ("host", |sent| sent.set("host", "other.example.com")),
        ("date", |sent| sent.set("x-sdk-date", "20261101T120001Z")),
        ("body", |sent| sent.body.push(b' ')),
    ];
    for (name, change) in changes {
        let mut changed = signed.clone();
        change(&mut changed);
        assert_eq!(changed.verify(at), Err(Unverified::Wrong), "{name}");
    }
    let mut shuffled = signed.clone();
    shuffled.query.reverse();
    shuffled.headers.reverse();
    assert!(shuffled.verify(at).is_ok(), "order is no part of it");
}

#[test]
fn a_header_beside_the_signature_does_not_stand_in_for_the_body() {
    let at = moment(AT);
    let mut swapped = offer().signed(&keys(), at);
    let canonical = canonical_request(&swapped.message(), at);
    let digest = canonical.rsplit('\n').next().unwrap().to_owned();
    swapped.body = br#"{"price":"0.10"}"#.to_vec();
    for said in [digest.as_str(), "UNSIGNED-PAYLOAD"] {
        swapped.set("X-Sdk-Content-Sha256", said);
        assert_eq!(swapped.verify(at), Err(Unverified::Wrong), "{said}");
    }
    // Not even signed: what a signature says of a body is compared with the body.
    let mut lying = offer();
    lying.set("X-Sdk-Content-Sha256", &digest);
    lying.body = br#"{"price":"0.10"}"#.to_vec();
    assert_eq!(lying.clone().signed(&keys(), at).verify(at), Err(Unverified::Wrong));
    lying.set("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
    let outcome = lying.signed(&keys(), at).verify(at);
    assert_eq!(outcome, Err(Unverified::Unreadable("a JSON body is to be signed")));
}

#[test]
fn clocks_may_differ_by_a_quarter_of_an_hour() {
    let at = moment(AT);
    let signed = offer().signed(&keys(), at);
    let quarter = SignedDuration::from_mins(15);
    let second = SignedDuration::from_secs(1);
    assert!(signed.verify(at + quarter).is_ok() && signed.verify(at - quarter).is_ok());
    let (behind, ahead) = (-(quarter + second), quarter + second);
    assert_eq!(signed.verify(at + quarter + second), Err(Unverified::Skewed { by: behind }));
    assert_eq!(signed.verify(at - quarter - second), Err(Unverified::Skewed { by: ahead }));
    let mut wrong = signed.clone();
    wrong.body.clear();
    assert_eq!(
        wrong.verify(at + quarter * 2),
        Err(Unverified::Wrong),
        "clocks are told only to whom has the key"
    );
}

#[test]
fn nobody_learns_whether_an_access_key_exists() {
    let at = moment(AT);
    let other = KeyPair::new(("ANOTHERACCESSKEY", "A"), (SECRET_KEY, "S")).unwrap();
    assert_eq!(offer().signed(&other, at).verify(at), Err(Unverified::Wrong));
    let other = KeyPair::new((ACCESS_KEY, "A"), ("another-secret-key", "S")).unwrap();
    assert_eq!(offer().signed(&other, at).verify(at), Err(Unverified::Wrong));
}

#[test]
fn what_is_no_signature_is_told_apart() {
    let at = moment(AT);
    let signed = offer().signed(&keys(), at);
    let value = signed.headers.iter().find(|(name, _)| name == "authorization").unwrap().1.clone();
    assert_eq!(offer().verify(at), Err(Unverified::Unsigned));
    for other in ["", "Bearer abc", "SDK-HMAC-SHA256", "V11-HMAC-SHA256 Credential=a"] {
        let mut sent = signed.clone();
        sent.set("authorization", other);
        assert_eq!(sent.verify(at), Err(Unverified::Unsigned), "{other}");
    }
    let signature = value.rsplit('=').next().unwrap().to_owned();
    let unreadable = [
        "SDK-HMAC-SHA256 ".to_owned(),
        "SDK-HMAC-SHA256 Access=a".to_owned(),
        value.replace("Access=EXAMPLEACCESSKEY", "Access="),
        value.replace("Signature=", "Signature=00"),
        value.replace(&signature, &signature.to_uppercase()),
        value.replace(&signature, &"ä".repeat(32)),
        value.replace("content-type;host;", "host;content-type;"),
        value.replace("host;", "host;host;"),
        value.replace("host;", ""),
        value.replace(";x-sdk-date", ""),
        value.replace(";x-sdk-date", ";x-nowhere;x-sdk-date"),
        format!("{value}, More=1"),
    ];
    for other in unreadable {
        let mut sent = signed.clone();
        sent.set("authorization", &other);
        assert!(matches!(sent.verify(at), Err(Unverified::Unreadable(_))), "{other}: {:?}", sent.verify(at));
    }
    for date in
        ["", "2026-11-01T12:00:00Z", "20261301T120000Z", "20261101T120000Z0", "20261101T12000Z", "now"]
    {
        let mut sent = signed.clone();
        sent.set("x-sdk-date", date);
        assert!(matches!(sent.verify(at), Err(Unverified::Unreadable(_))), "{date}");
    }
    for twice in ["host", "authorization", "x-sdk-date", "X-Stage"] {
        let mut sent = signed.clone();
        sent.headers.push((twice.to_owned(), "1".to_owned()));
        assert!(matches!(sent.verify(at), Err(Unverified::Unreadable(_))), "{twice}");
    }
}

#[test]
fn keys_show_themselves_to_nobody() {
    let keys = keys();
    assert_eq!(format!("{keys:?}"), "KeyPair");
    assert_eq!(keys.redact(&format!("{ACCESS_KEY} and {SECRET_KEY}")), "[redacted] and [redacted]");
    for (access, secret) in [("two,keys,here", SECRET_KEY), ("", SECRET_KEY), (ACCESS_KEY, "qwerty")] {
        let error = KeyPair::new((access, "GALLERIST_ACCESS_KEY"), (secret, "GALLERIST_SECRET_KEY"));
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("GALLERIST_") && !error.contains("two,keys") && !error.contains("qwerty"),
            "{error}"
        );
    }
}
