//! Telling those who asked for it what happened: signed messages, each at least once, recorded after it arrived.

use super::calls::Calls;
use super::planning::Planner;
use crate::config::{Address, Receiver, address_problem};
use crate::http::retry::Patience;
use crate::http::{Client, HttpError, Limits, Method, Request, Response, SigningKey, SystemClock};
use crate::ledger::{EventKind, Ledger, LedgerError, Records};
use crate::model::{Digest, Key};
use crate::report::{Notice, Notified};
use crate::wire;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;
use std::thread::Scope;
use std::time::Duration;

/// Most messages of one run. What is left is told by the next one.
const MESSAGES_MAX: usize = 500;
/// When nothing more is begun, counted from the first message.
const TIME_MAX: SignedDuration = SignedDuration::from_secs(120);

/// What telling needs of the run.
pub(super) struct Telling<'a> {
    pub(super) planner: &'a Planner<'a>,
    pub(super) records: &'a Records,
    /// The run's clock, for the ledger.
    pub(super) now: Timestamp,
    /// The moment, for signatures: receivers compare it with their own clocks.
    pub(super) moment: &'a dyn Fn() -> Timestamp,
    pub(super) is_over: &'a dyn Fn() -> bool,
    pub(super) calls: &'a Calls,
}

/// Somebody who can be told, until that fails.
struct Open<'a> {
    receiver: &'a Receiver,
    /// For people; no secret.
    name: String,
    /// For the ledger: which receiver was told.
    mark: String,
    /// How it is told; `None` once that failed.
    way: Option<Way>,
    /// Whether its host is a secret.
    is_secret: bool,
}

/// The address and key of a receiver, and the thread that asks it: nobody waits for what another one does.
struct Way {
    url: String,
    key: SigningKey,
    asks: mpsc::Sender<Request>,
    answers: mpsc::Receiver<Result<Response, HttpError>>,
}

impl Telling<'_> {
    /// Tells what was not told yet; `None` where nobody is to be told anything. Nothing that goes wrong here is a failure
    /// of the run.
    pub(super) fn tell(&self, notices: &[Notice], ledger: &mut dyn Ledger) -> Option<Notified> {
        let receivers = &self.planner.workspace.config.notify;
        if receivers.is_empty() {
            return None;
        }
        let mut notified = Notified::default();
        std::thread::scope(|threads| {
            let open = |receiver| Open::of(receiver, receivers, threads, &mut notified.trouble);
            let mut open: Vec<Open<'_>> = receivers.iter().map(open).collect();
            self.tell_all(notices, &mut open, &mut notified, ledger);
        });
        notified.trouble.dedup();
        Some(notified)
    }

    fn tell_all(
        &self,
        notices: &[Notice],
        open: &mut [Open<'_>],
        notified: &mut Notified,
        ledger: &mut dyn Ledger,
    ) {
        let begun = (self.moment)();
        let mut may_record = true;
        for (product, notices) in by_product(notices) {
            let told = self.records.products.get(product).map(|record| &record.notified);
            let mut arrived = Vec::new();
            for notice in notices {
                let may_send = may_record
                    && notified.delivered < MESSAGES_MAX
                    && (self.moment)().duration_since(begun) < TIME_MAX
                    && !(self.is_over)();
                // All of them are told at the same time, and the slowest one is waited for.
                let mut asked: Vec<(&mut Open<'_>, String)> = Vec::new();
                for open in open.iter_mut().filter(|open| open.receiver.on.contains(&notice.occasion)) {
                    let mark = format!("{}.{}", notice.id, open.mark);
                    if told.is_some_and(|told| told.contains(&mark)) {
                        continue;
                    }
                    match &open.way {
                        Some(way) if may_send => match self.ask(way, notice) {
                            Ok(()) => asked.push((open, mark)),
                            Err(why) => self.failed(open, notice, &why, notified),
                        },
                        Some(_) | None => notified.waiting += 1,
                    }
                }
                for (open, mark) in asked {
                    match open.answer() {
                        Ok(()) => {
                            self.calls.told(notice.occasion, "ok");
                            notified.delivered += 1;
                            arrived.push(mark);
                        }
                        Err(why) => self.failed(open, notice, &why, notified),
                    }
                }
            }
            if !arrived.is_empty()
                && let Err(error) = self.record(product, arrived, ledger)
            {
                let advice = error.advice();
                notified
                    .trouble
                    .push(format!("what was told cannot be recorded and is told again: {advice}"));
                may_record = false;
            }
        }
    }

    /// Whoever does not take a message is left alone for the rest of the run.
    fn failed(&self, open: &mut Open<'_>, notice: &Notice, why: &Unsent, notified: &mut Notified) {
        self.calls.told(notice.occasion, "failed");
        notified.waiting += 1;
        notified.trouble.push(open.trouble(why));
        open.way = None;
    }

    fn record(
        &self,
        product: &Key,
        notices: Vec<String>,
        ledger: &mut dyn Ledger,
    ) -> Result<(), LedgerError> {
        ledger.append(&self.planner.scope, self.now, product, &EventKind::Notified { notices })
    }

    /// Has a receiver told, and does not wait for its answer.
    fn ask(&self, way: &Way, notice: &Notice) -> Result<(), Unsent> {
        let document = wire::Notice::of(&self.planner.scope, notice);
        let body = serde_json::to_value(&document).map_err(|error| Unsent::Form(error.to_string()))?;
        let at = (self.moment)();
        let signature = way.key.sign(&notice.id, at, &body.to_string());
        // Told twice, it has the same name, and the receiver knows.
        let request = Request::new(Method::Post, way.url.clone())
            .header("webhook-id", notice.id.clone())
            .header("webhook-timestamp", at.as_second().to_string())
            .header("webhook-signature", signature)
            .json(body)
            .repeatable();
        way.asks.send(request).map_err(|_| Unsent::Http(broken_off()))
    }
}

fn broken_off() -> HttpError {
    HttpError::Setup("the thread that tells broke off".to_owned())
}

/// Why a message did not arrive.
enum Unsent {
    Form(String),
    Http(HttpError),
    Status(u16),
}

impl<'a> Open<'a> {
    fn of<'scope>(
        receiver: &'a Receiver,
        all: &[Receiver],
        threads: &'scope Scope<'scope, '_>,
        trouble: &mut Vec<String>,
    ) -> Self {
        let (name, told_by, is_secret) = match &receiver.address {
            Address::Url(url) => (name(url, all), format!("url {url}"), false),
            Address::Variable(variable) => (format!("${variable}"), format!("variable {variable}"), true),
        };
        let digest = Digest::of_bytes(told_by.as_bytes()).to_string();
        let way = way(receiver, threads).map_err(|why| trouble.push(format!("{name} is not told: {why}")));
        let mark = digest.get(..12).unwrap_or(&digest).to_owned();
        Self { receiver, name, mark, way: way.ok(), is_secret }
    }

    /// What became of the message it was asked to take.
    fn answer(&self) -> Result<(), Unsent> {
        let answer = self.way.as_ref().and_then(|way| way.answers.recv().ok());
        let answer = answer.unwrap_or_else(|| Err(broken_off())).map_err(Unsent::Http)?;
        match answer.is_success() {
            true => Ok(()),
            false => Err(Unsent::Status(answer.status)),
        }
    }

    /// Why the receiver was not told, without its address where that is a secret.
    fn trouble(&self, why: &Unsent) -> String {
        let name = &self.name;
        match why {
            Unsent::Form(reason) => format!("{name} is not told: {reason}"),
            Unsent::Status(410) => format!("{name} answered 410: it is gone; take it out of gallerist.yaml"),
            Unsent::Status(status) => format!("{name} answered {status}"),
            Unsent::Http(_) if self.is_secret => match why.is_silence() {
                true => format!("{name} cannot be reached or gives no answer"),
                false => format!("{name} cannot be asked, or redirects elsewhere"),
            },
            Unsent::Http(error) if name.contains('/') => format!("{name} is not told: {error}"),
            Unsent::Http(error) => error.to_string(),
        }
    }
}

impl Unsent {
    fn is_silence(&self) -> bool {
        match self {
            Self::Http(error) => matches!(
                error,
                HttpError::Unreachable { .. } | HttpError::NoAnswer { .. } | HttpError::Slow { .. }
            ),
            Self::Form(_) | Self::Status(_) => false,
        }
    }
}

/// The address and key of a receiver, from the environment, and a thread for it.
fn way<'scope>(receiver: &Receiver, threads: &'scope Scope<'scope, '_>) -> Result<Way, String> {
    let set = |variable: &str| match std::env::var(variable) {
        Ok(text) if !text.trim().is_empty() => Ok(text),
        Ok(_) | Err(_) => Err(format!("the environment variable {variable} is not set")),
    };
    let url = match &receiver.address {
        Address::Url(url) => url.clone(),
        Address::Variable(variable) => {
            let url = set(variable)?.trim().to_owned();
            if let Some(problem) = address_problem(&url) {
                return Err(format!("{variable} holds no usable address: {problem}"));
            }
            url
        }
    };
    let key =
        SigningKey::new(&set(&receiver.secret)?, &receiver.secret).map_err(|error| error.to_string())?;
    let (asks, asked) = mpsc::channel::<Request>();
    let (answer, answers) = mpsc::channel();
    let work = move || {
        let client = client();
        for request in asked {
            let said = client.as_ref().map_err(Clone::clone).and_then(|client| client.call(&request));
            if answer.send(said).is_err() {
                break;
            }
        }
    };
    let started = std::thread::Builder::new().name("tell".to_owned()).spawn_scoped(threads, work);
    started.map(|_| Way { url, key, asks, answers }).map_err(|error| error.to_string())
}

fn client() -> Result<Client, HttpError> {
    let limits = Limits { time_max: Duration::from_secs(10), bytes_max: 1 << 20 };
    let patience = Patience {
        attempts_max: 3,
        first: SignedDuration::from_millis(500),
        after_secondary_limit: SignedDuration::from_secs(5),
        total_max: SignedDuration::from_secs(10),
    };
    Client::new(limits, patience, Box::new(SystemClock))
}

fn by_product(notices: &[Notice]) -> BTreeMap<&Key, Vec<&Notice>> {
    let mut products: BTreeMap<&Key, Vec<&Notice>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for notice in notices.iter().filter(|notice| seen.insert(&notice.id)) {
        products.entry(&notice.product).or_default().push(notice);
    }
    products
}

/// The host, and where others on it are told too, the path: what follows may be no one else's business.
fn name(url: &str, all: &[Receiver]) -> String {
    let is_there =
        |other: &&Receiver| matches!(&other.address, Address::Url(other) if host(other) == host(url));
    let is_alone = all.iter().filter(is_there).count() < 2;
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if is_alone { host(url).to_owned() } else { path.to_owned() }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
