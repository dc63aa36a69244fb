//! Pages on a socket of their own, and somebody who visits them.

use crate::sandbox_account::{key, site, start};
use gallerist::http::Secret;
use gallerist::model::{Digest, Product};
use gallerist::sandbox::{Answer, Judge, Request, Seeded, Store};
use gallerist::served::{Assets, Seller, Sellers, Served, pages};
use gallerist::submission::{ApplicationId, Operation, SubmissionKind};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

pub(crate) const TOKEN: &str = "open-sesame-0123456789";

/// Pages that answer until this is dropped.
pub(crate) struct Bench {
    pub(crate) served: Arc<Served>,
    pub(crate) address: SocketAddr,
    /// What the sellers' files are taken from.
    files: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Bench {
    /// With an empty account for each of these sellers.
    pub(crate) fn new(names: &[&str]) -> Self {
        let files = tempfile::tempdir().unwrap();
        let folder = camino::Utf8Path::from_path(files.path()).unwrap();
        let seller = |name: &&str| {
            let secret = Secret::new("not-used-by-pages", "a test").unwrap();
            let store = Store::in_memory().unwrap();
            let seller = Seller::new(key(name), format!("AK-{name}"), secret, Judge::new(site()), store);
            (key(name), seller.with_assets(Assets::new(folder.join(name))))
        };
        let sellers: Sellers = names.iter().map(seller).collect();
        let token = Secret::new(TOKEN, "a test").unwrap();
        let served = Arc::new(Served::new(sellers, Arc::new(start), token));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let router = pages(Arc::clone(&served));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    ended = axum::serve(listener, router) => ended.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { served, address, files, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn ask(&self, seller: &str, request: &Request) -> Answer {
        self.served.sellers[&key(seller)].ask(request, start()).unwrap()
    }

    /// Puts products into a seller's catalog; the id of the last.
    pub(crate) fn sell(&self, seller: &str, products: Vec<Product>) -> String {
        let last = products.last().unwrap().key.clone();
        match self.ask(seller, &Request::Seed(products.into_iter().map(Seeded::on_sale).collect())) {
            Answer::Seeded(bindings) => bindings.products[&last].product_id.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// An application that waits for a verdict.
    pub(crate) fn waiting(&self, seller: &str, product: &str, operations: Vec<Operation>) -> String {
        let kind = SubmissionKind::Modify;
        let draft = Request::SaveForeignDraft { by: "Mei".into(), product: key(product), kind, operations };
        let Answer::Accepted(ApplicationId(id)) = self.ask(seller, &draft) else { panic!("no draft") };
        let submitted = self.ask(seller, &Request::SubmitForeign(ApplicationId(id.clone())));
        assert_eq!(submitted, Answer::Accepted(ApplicationId(id.clone())));
        id
    }

    /// Keeps a file as if it had been uploaded; its digest.
    pub(crate) fn keep(&self, seller: &str, bytes: &[u8]) -> String {
        let digest = Digest::of_bytes(bytes).to_string();
        let folder = self.files.path().join(seller);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(&digest), bytes).unwrap();
        digest
    }

    /// Somebody who is not logged in.
    pub(crate) fn stranger(&self) -> Visitor {
        Visitor { address: self.address, cookie: None }
    }

    /// Somebody who is.
    pub(crate) fn visitor(&self) -> Visitor {
        let mut visitor = self.stranger();
        let answer = visitor.get(&format!("/login?token={TOKEN}"));
        assert_eq!((answer.status, answer.header("location")), (303, "/"));
        visitor.cookie = Some(answer.header("set-cookie").split(';').next().unwrap().to_owned());
        visitor
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

pub(crate) struct Page {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) bytes: Vec<u8>,
}

impl Page {
    /// A header's text; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// What people read: without tags, and with single spaces.
    pub(crate) fn words(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.text().chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    out.push(' ');
                }
                _ if !inside => out.push(c),
                _ => {}
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) {
        assert!(self.words().contains(words), "\"{words}\" is not in\n{}", self.words());
    }

    #[track_caller]
    pub(crate) fn is_silent_about(&self, words: &str) {
        assert!(!self.text().contains(words), "\"{words}\" is in\n{}", self.text());
    }

    /// What its forms carry.
    pub(crate) fn csrf(&self) -> String {
        let text = self.text();
        let (_, rest) = text.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split_once('"').unwrap().0.to_owned()
    }
}

/// Somebody who asks as a browser does.
pub(crate) struct Visitor {
    address: SocketAddr,
    pub(crate) cookie: Option<String>,
}

impl Visitor {
    pub(crate) fn get(&self, path: &str) -> Page {
        self.ask("GET", path, &[], "")
    }

    /// Sends a form as the page at `from` would.
    pub(crate) fn send(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get(from).csrf();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        let origin = format!("http://{}", self.address);
        let headers = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
        self.ask("POST", to, &headers, &form(&fields))
    }

    /// Asks anything. A header with the name of one that is sent anyway stands in its place.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let (host, length) = (self.address.to_string(), body.len().to_string());
        let mut all = BTreeMap::from([("host", host.as_str()), ("connection", "close")]);
        all.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        if method == "POST" {
            all.insert("content-type", "application/x-www-form-urlencoded");
            all.insert("content-length", &length);
        }
        all.extend(headers.iter().copied());
        let head: String = all.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        // The server may answer, and close, before all was sent.
        let _ = write!(stream, "{method} {path} HTTP/1.1\r\n{head}\r\n{body}");
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Page { status, headers, bytes: bytes[end + 4..].to_vec() }
    }
}

/// Fields as a form is sent.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}
