//! A served sandbox in the test's own process, and those who ask it. Whatever it answers is held against the OpenAPI document.

use crate::market::{Market, ready};
use crate::model;
use gallerist::http::Secret;
use gallerist::http::sdk_hmac::{KeyPair, Message};
use gallerist::model::{DeliveryMethod, Product};
use gallerist::sandbox::{Judge, Store};
use gallerist::served::{
    Assets, Clock, Faults, Seller, SellerName, Sellers, Served, new_access_key, new_secret, serve,
};
use gallerist::submission::{Fence, Submission, SubmissionId};
use gallerist::wire;
use gallerist::wire::gateway::{Problem, ProblemKind, SubmissionOffer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// A clock that tests move.
#[derive(Clone)]
pub(crate) struct Hands(Arc<Mutex<Timestamp>>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(model::now())))
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

/// A served sandbox. It ends with the value.
pub(crate) struct Bench {
    pub(crate) address: SocketAddr,
    pub(crate) served: Arc<Served>,
    pub(crate) hands: Hands,
    pub(crate) folder: TempDir,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bench {
    /// With an account in memory for each of these sellers.
    pub(crate) fn start(names: &[&str]) -> Self {
        Self::with_faults(names, "{}")
    }

    pub(crate) fn with_faults(names: &[&str], faults: &str) -> Self {
        let hands = Hands::new();
        let ticks = hands.clone();
        Self::of(names, faults, hands, Arc::new(move || ticks.now()))
    }

    pub(crate) fn of(names: &[&str], faults: &str, hands: Hands, clock: Clock) -> Self {
        let folder = TempDir::new().unwrap();
        let account = |name: &&str| {
            let name = SellerName::new(name).unwrap();
            let path = camino::Utf8Path::from_path(folder.path()).unwrap().join(name.as_str());
            let (access, secret) = (new_access_key().unwrap(), new_secret().unwrap());
            let judge = Judge::new(model::site().clone());
            let seller = Seller::new(name.clone(), access, secret, judge, Store::in_memory().unwrap());
            (name, seller.with_assets(Assets::new(path)))
        };
        let sellers: Sellers = names.iter().map(account).collect();
        let served = Arc::new(Served::new(sellers, clock, Secret::new("login-token", "T").unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (shared, faults) = (Arc::clone(&served), Faults::read(faults).unwrap());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let stopped = async {
                let _ = stopped.await;
            };
            runtime.block_on(serve(listener, shared, faults, stopped)).unwrap();
        });
        Self { address, served, hands, folder, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn seller(&self, name: &str) -> &Seller {
        &self.served.sellers[&SellerName::new(name).unwrap()]
    }

    /// A program with a seller's keys.
    pub(crate) fn client(&self, name: &str) -> Client {
        let seller = self.seller(name);
        let hands = self.hands.clone();
        Client::new(self.address, &seller.access_key, seller.shown_secret(), Arc::new(move || hands.now()))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().unwrap().join();
        assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
    }
}

/// A program that signs what it asks.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) keys: KeyPair,
    clock: Clock,
}

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ask {
    pub(crate) method: String,
    /// As it is sent.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Ask {
    pub(crate) fn new(method: &str, path: impl Into<String>) -> Self {
        Self { method: method.to_owned(), path: path.into(), ..Self::default() }
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string().as_bytes())
    }

    pub(crate) fn text(mut self, media: &str, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("Content-Type", media)
    }

    /// With a header that makes the signature another one than that of the same asked within the same second.
    pub(crate) fn anew(self) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed).to_string();
        self.header("X-Request-Id", &number)
    }

    /// The bytes that are sent.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{}={}", quoted(name), quoted(value))).collect();
        let sign = if query.is_empty() { "" } else { "?" };
        let mut text = format!("{} {}{sign}{} HTTP/1.1\r\n", self.method, self.path, query.join("&"));
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() || ["PUT", "POST"].contains(&self.method.as_str()) {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("Connection: close\r\n\r\n");
        [text.into_bytes(), self.body.clone()].concat()
    }

    /// Sends it as it is.
    pub(crate) fn send(&self, address: SocketAddr) -> Answer {
        let answer = exchange(address, &self.bytes()).unwrap();
        is_documented(self, &answer);
        answer
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

impl Client {
    pub(crate) fn new(address: SocketAddr, access: &str, secret: &str, clock: Clock) -> Self {
        let keys = KeyPair::new((access, "access"), (secret, "secret")).unwrap();
        Self { address, keys, clock }
    }

    /// What is asked with the headers of its signature.
    pub(crate) fn signed(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone().header("Host", &self.address.to_string());
        let message = Message {
            method: &ask.method,
            path: &ask.path,
            query: &ask.query,
            headers: &ask.headers,
            body: &ask.body,
        };
        for (name, value) in self.keys.sign(&message, (self.clock)()) {
            ask = ask.header(name, &value);
        }
        ask
    }

    pub(crate) fn ask(&self, ask: &Ask) -> Answer {
        self.signed(ask).send(self.address)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&Ask::new("GET", path))
    }

    /// Hands a submission over.
    pub(crate) fn submit(&self, submission: &Submission, fence: Option<Fence>) -> Answer {
        self.ask(&handing_over(submission, fence))
    }

    pub(crate) fn review(&self, id: &SubmissionId) -> Value {
        let question = json!({ "submissions": [id.0] });
        let answer = self.ask(&Ask::new("POST", "/v1/reviews").json(&question)).ok(200).json();
        answer["reviews"].as_array().unwrap().first().cloned().unwrap_or_default()
    }

    /// The whole of what is observed: products and applications.
    pub(crate) fn observe(&self) -> (Vec<Value>, Vec<Value>) {
        let (mut products, mut applications) = (Vec::new(), Vec::new());
        let mut next: Option<String> = None;
        loop {
            let mut ask = Ask::new("GET", "/v1/observation");
            if let Some(token) = &next {
                ask = ask.query("page", token);
            }
            let mut page = self.ask(&ask).ok(200).json();
            products.append(page["products"].as_array_mut().unwrap());
            applications.append(page["applications"].as_array_mut().unwrap());
            match page["next"].as_str() {
                Some(token) => next = Some(token.to_owned()),
                None => return (products, applications),
            }
        }
    }
}

/// The request that hands a submission over.
pub(crate) fn handing_over(submission: &Submission, fence: Option<Fence>) -> Ask {
    let offer = SubmissionOffer {
        submission: submission.into(),
        references: wire::Map::default(),
        fence: fence.map(|fence| wire::Name(fence.0)),
    };
    Ask::new("PUT", format!("/v1/submissions/{}", submission.id))
        .json(&serde_json::to_value(offer).unwrap())
        .anew()
}

/// The first release of a product that brings no files.
pub(crate) fn release(name: &str) -> Submission {
    let starter = model::specification("starter", &[("yearly", "100")]);
    release_of(model::product(name, DeliveryMethod::ProfessionalService, vec![starter]))
}

pub(crate) fn release_of(product: Product) -> Submission {
    let plan = Market::selling(&[]).plan(&model::desired(product));
    ready(&plan).expect("a release").clone()
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The problem of this kind that it is.
    #[track_caller]
    pub(crate) fn problem(&self, kind: ProblemKind) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(ProblemKind::from_type(&problem.r#type), Some(kind), "{problem:?}");
        assert_eq!((problem.status, self.status), (kind.parts().2, kind.parts().2));
        problem
    }
}

/// Sends bytes and reads to the end of the answer.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    // Who is refused early may be hung up on; the answer is there all the same.
    let _ = stream.write_all(bytes);
    let mut read = Vec::new();
    let ended = stream.read_to_end(&mut read);
    let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Err(ended.err().unwrap_or_else(broken));
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(broken)?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let body = read[end + 4..].to_vec();
    let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value);
    let is_head = bytes.starts_with(b"HEAD ");
    if !is_head && length.is_some_and(|length| length.parse() != Ok(body.len())) {
        return Err(broken());
    }
    Ok(Answer { status, headers, body })
}

/// Fails when the document does not say that this may be answered.
#[track_caller]
fn is_documented(ask: &Ask, answer: &Answer) {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(&wire::gateway_openapi()).unwrap());
    let fits = |pattern: &str| {
        let (pattern, path): (Vec<&str>, Vec<&str>) =
            (pattern.split('/').collect(), ask.path.split('/').collect());
        let part = |(want, part): (&&str, &&str)| want == part || (want.starts_with('{') && !part.is_empty());
        pattern.len() == path.len() && pattern.iter().zip(&path).all(part)
    };
    let place = format!("{} {} {}: {}", ask.method, ask.path, answer.status, answer.text());
    let found = DOCUMENT["paths"].as_object().unwrap().iter().find(|(pattern, _)| fits(pattern));
    let Some((_, methods)) = found else { return assert_eq!(answer.status, 404, "{place}") };
    let Some(operation) = methods.get(ask.method.to_lowercase()) else {
        return assert!([405, 401, 200].contains(&answer.status), "{place}");
    };
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "{place}: no such status in the document");
    for name in response["headers"].as_object().into_iter().flatten().map(|(name, _)| name.to_lowercase()) {
        assert!(answer.header(&name).is_some() || name == "retry-after", "{place}: no {name}");
    }
    if ask.method == "HEAD" {
        return assert_eq!(answer.body, b"", "{place}");
    }
    let Some(contents) = response["content"].as_object() else {
        return assert_eq!(answer.body, b"", "{place}");
    };
    let media = answer.header("content-type").unwrap_or_else(|| panic!("{place}: no media type"));
    let content = contents.get(media).unwrap_or_else(|| panic!("{place}: {media} is not in the document"));
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": DOCUMENT["components"],
        "allOf": [content["schema"]],
    });
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let problems: Vec<String> =
        validator.iter_errors(&answer.json()).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{place}: {problems:?}");
}
