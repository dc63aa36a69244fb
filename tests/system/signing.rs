//! The vendor's own signer and ours agree, both ways, on thousands of requests that nobody would think of.

use crate::chance::Chance;
use gallerist::http::Secret;
use gallerist::http::sdk_hmac::{KeyPair, Message, SKEW_MAX, parse_query, verify};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How many requests are signed by both.
const REQUESTS: usize = 2_000;

/// A request, before anybody signed it.
#[derive(Debug, Clone)]
struct Unsigned {
    keys: (String, String),
    method: &'static str,
    host: String,
    path: String,
    /// Each with one value, several, or a truth value.
    query: Vec<(String, Value)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    at: Timestamp,
}

const LETTERS: &[&str] = &[
    "a",
    "Z",
    "7",
    "-",
    "_",
    ".",
    "~",
    " ",
    "+",
    "&",
    "=",
    ":",
    ";",
    ",",
    "@",
    "!",
    "'",
    "(",
    ")",
    "*",
    "$",
    "[",
    "]",
    "\"",
    "<",
    "\\",
    "^",
    "`",
    "{",
    "|",
    "}",
    "é",
    "ß",
    "ſ",
    "İ",
    "商",
    "店",
    "标",
    "题",
    "Ω",
    "я",
    "ا",
    "🚀",
    "👩‍💻",
    "\u{301}",
    "\u{2028}",
    "\u{fffd}",
    "\u{10ffff}",
];

fn pick<'a, T: ?Sized>(chance: &mut Chance, of: &[&'a T]) -> &'a T {
    of[usize::try_from(chance.below(of.len() as u64)).unwrap()]
}

fn text(chance: &mut Chance, of: &[&str], length_max: u64) -> String {
    (0..=chance.below(length_max)).map(|_| pick(chance, of)).collect()
}

fn key(chance: &mut Chance, length: u64) -> String {
    const SIGNS: &[&str] = &["A", "Q", "Z", "0", "5", "9", "x", "y", "z", "/", "+", "."];
    (0..length).map(|_| pick(chance, SIGNS)).collect()
}

fn path(chance: &mut Chance) -> String {
    // Either things that are encoded already, or signs that only look like it: a client's library takes both at once for
    // an address it has to repair.
    let odd: &[&str] =
        if chance.one_in(3) { &["%", "%z", "100%"] } else { &["%20", "%2F", "%E5%95%86", "%3f", "%41"] };
    let letters: Vec<&str> = LETTERS.iter().chain(odd).copied().collect();
    let mut path = String::new();
    for _ in 0..chance.below(5) {
        path.push('/');
        // Segments of dots alone are another path, which no client sends.
        path.push_str(&format!("x{}", text(chance, &letters, 8)));
    }
    if path.is_empty() || chance.one_in(4) {
        path.push('/');
    }
    path
}

fn query(chance: &mut Chance) -> Vec<(String, Value)> {
    let mut query: Vec<(String, Value)> = Vec::new();
    for place in 0..chance.below(6) {
        let value = |chance: &mut Chance| match chance.one_in(4) {
            true => String::new(),
            false => text(chance, LETTERS, 6),
        };
        match chance.below(6) {
            // Names of their own: what cannot be compared cannot be sorted.
            0 => {
                let values: Vec<String> = (0..chance.below(4)).map(|_| value(chance)).collect();
                query.push((format!("list{place}"), json!(values)));
            }
            1 => query.push((format!("Flag{place}"), json!(chance.one_in(2)))),
            2 => {
                let name = text(chance, LETTERS, 3);
                let more = (0..=chance.below(3)).map(|_| (name.clone(), json!(value(chance))));
                query.extend(more.collect::<Vec<_>>());
            }
            _ => query.push((text(chance, LETTERS, 3), json!(value(chance)))),
        }
    }
    query
}

fn headers(chance: &mut Chance) -> Vec<(String, String)> {
    const MEDIA: &[&str] = &[
        "application/json",
        "application/json;charset=utf8",
        "application/json-patch+json",
        "application/bson",
        "application/octet-stream",
        "text/plain; charset=utf-8",
        "Application/JSON",
        "multipart/form-data; boundary=x",
    ];
    const PADDING: &[&str] = &["", " ", "\t ", "   "];
    let mut headers = Vec::new();
    if !chance.one_in(4) {
        headers.push(("Content-Type".to_owned(), pick(chance, MEDIA).to_owned()));
    }
    for place in 0..chance.below(6) {
        let name = match chance.below(4) {
            0 => format!("X_Ignored_{place}"),
            1 => format!("x-lower-{place}"),
            2 => format!("X-Project-{place}.~!"),
            _ => format!("Zz{place}"),
        };
        let (before, after) = (pick(chance, PADDING), pick(chance, PADDING));
        // Line separators end no line of HTTP, and are space to both sides.
        let value = if chance.one_in(6) { String::new() } else { text(chance, LETTERS, 8) };
        headers.push((name, format!("{before}{value}{after}")));
    }
    headers
}

fn body(chance: &mut Chance) -> Vec<u8> {
    match chance.below(4) {
        0 => Vec::new(),
        1 => json!({ "title": text(chance, LETTERS, 20), "price": "12.78" }).to_string().into_bytes(),
        2 => text(chance, LETTERS, 40).into_bytes(),
        _ => (0..=chance.below(64)).map(|_| u8::try_from(chance.below(256)).unwrap()).collect(),
    }
}

fn unsigned(chance: &mut Chance) -> Unsigned {
    let seconds = i64::try_from(946_684_800 + chance.below(3_000_000_000)).unwrap();
    let port = if chance.one_in(3) { ":8443" } else { "" };
    Unsigned {
        keys: (key(chance, 20), key(chance, 40)),
        method: pick(chance, &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]),
        host: format!("service-{}.example.com{port}", chance.below(100)),
        path: path(chance),
        query: query(chance),
        headers: headers(chance),
        body: body(chance),
        at: Timestamp::from_second(seconds).unwrap(),
    }
}

impl Unsigned {
    fn date(&self) -> String {
        self.at.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// For the vendor's signer.
    fn asked(&self) -> Value {
        let mut headers: Vec<(String, String)> = self.headers.clone();
        headers.push(("X-Sdk-Date".to_owned(), self.date()));
        let body: String = self.body.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({
            "accessKey": self.keys.0, "secretKey": self.keys.1, "method": self.method, "host": self.host,
            "path": self.path, "query": self.query, "headers": headers, "body": body,
        })
    }

    /// The query as names and single values.
    fn pairs(&self) -> Vec<(String, String)> {
        let mut query = Vec::new();
        for (name, value) in &self.query {
            let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            match value {
                Value::Array(values) => query.extend(values.iter().map(|value| (name.clone(), text(value)))),
                value => query.push((name.clone(), text(value))),
            }
        }
        query
    }

    /// Whether an HTTP library leaves the address alone: one with a percent sign that encodes nothing it encodes once more
    /// as a whole, so that no gateway could know what was signed.
    fn has_usual_path(&self) -> bool {
        let mut parts = self.path.split('%').skip(1);
        parts.all(|part| part.len() >= 2 && part.bytes().take(2).all(|sign| sign.is_ascii_hexdigit()))
    }

    /// What our signer adds.
    fn signed(&self) -> Vec<(&'static str, String)> {
        let query = self.pairs();
        let mut headers = self.headers.clone();
        headers.push(("Host".to_owned(), self.host.clone()));
        let Self { method, path, body, .. } = self;
        let message = Message { method, path, query: &query, headers: &headers, body };
        let keys = KeyPair::new((&self.keys.0, "A"), (&self.keys.1, "S")).unwrap();
        keys.sign(&message, self.at)
    }

    /// What our verifier makes of a request with these headers.
    fn verified(
        &self,
        path: &str,
        query: &[(String, String)],
        headers: &[(String, String)],
    ) -> Result<(), String> {
        let (method, body) = (self.method, &self.body);
        let message = Message { method, path, query, headers, body };
        let secret = |key: &str| (key == self.keys.0).then(|| Secret::new(&self.keys.1, "S").unwrap());
        let now = self.at + SignedDuration::from_mins(14);
        let verified = verify(&message, secret, now, SKEW_MAX).map_err(|error| error.to_string())?;
        let is_whole = verified.access_key == self.keys.0 && verified.at == self.at;
        is_whole.then_some(()).ok_or_else(|| format!("{verified:?}"))
    }
}

/// What the vendor's signer made of each request: the address, and the headers with values as they stand on the wire.
fn by_vendor(requests: &[Unsigned]) -> Vec<(String, Vec<(String, String)>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(root.join("target/tools/bin/python"))
        .arg(root.join("tests/system/signing/vendor.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/prepare installs the vendor's signer");
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> = requests.iter().map(|request| request.asked().to_string()).collect();
    let writer = std::thread::spawn(move || lines.iter().for_each(|line| writeln!(stdin, "{line}").unwrap()));
    let answers = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| {
        let answer: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let header = |pair: &Value| {
            let hex = pair[1].as_str().unwrap().as_bytes();
            let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
            let value = String::from_utf8(hex.chunks(2).map(byte).collect()).unwrap();
            (pair[0].as_str().unwrap().to_owned(), value)
        };
        let headers = answer["headers"].as_array().unwrap().iter().map(header).collect();
        (answer["uri"].as_str().unwrap().to_owned(), headers)
    });
    let answers: Vec<_> = answers.collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    answers
}

#[test]
fn the_vendors_signer_and_ours_agree_both_ways() {
    let seed = std::env::var("GALLERIST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| u64::try_from(Timestamp::now().as_second()).unwrap());
    let mut chance = Chance::new(seed);
    let requests: Vec<Unsigned> = (0..REQUESTS).map(|_| unsigned(&mut chance)).collect();
    let theirs = by_vendor(&requests);
    assert_eq!(theirs.len(), REQUESTS);
    let mut as_sent = 0;
    for (request, (uri, headers)) in requests.iter().zip(&theirs) {
        let again = format!("to sign the same again: GALLERIST_SEED={seed}\n{request:#?}\n{headers:#?}");
        let find = |wanted: &str| {
            let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.as_str())
        };
        let ours = request.signed();
        for name in ["authorization", "x-sdk-date", "x-sdk-content-sha256"] {
            let ours = ours.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
            assert_eq!(ours, find(name), "{name}: {again}");
        }
        assert_eq!(request.verified(&request.path, &request.pairs(), headers), Ok(()), "{again}");
        if request.has_usual_path() {
            as_sent += 1;
            let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
            assert_eq!(request.verified(path, &parse_query(query), headers), Ok(()), "{uri}\n{again}");
        }
    }
    assert!(as_sent > REQUESTS / 2, "most requests are verified as they are sent");
}
