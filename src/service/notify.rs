//! Telling those who asked for it what happened: signed messages, each at least once, recorded after it arrived.

use super::calls::Calls;
use super::planning::Planner;
use crate::config::{Address, Receiver, address_problem};
use crate::http::retry::Patience;
use crate::http::{Client, HttpError, Limits, Method, Request, SigningKey, SystemClock};
use crate::ledger::{EventKind, Ledger, LedgerError, Records};
use crate::model::{Digest, Key};
use crate::report::{Notice, Notified};
use crate::wire;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
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
struct Open {
    /// For people; no secret.
    name: String,
    /// For the ledger: which receiver was told.
    mark: String,
    /// The address, the key, and its host when that is a secret.
    way: Result<(String, SigningKey), ()>,
    is_secret: bool,
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
        let mut open: Vec<(&Receiver, Open)> = Vec::new();
        for receiver in receivers {
            open.push((receiver, Open::of(receiver, &mut notified.trouble)));
        }
        let client = match client() {
            Ok(client) => Some(client),
            Err(error) => {
                notified.trouble.push(error.to_string());
                None
            }
        };
        let begun = (self.moment)();
        let mut may_record = true;
        for (product, notices) in by_product(notices) {
            let told = self.records.products.get(product).map(|record| &record.notified);
            let mut arrived = Vec::new();
            for notice in notices {
                for (receiver, open) in &mut open {
                    let mark = format!("{}.{}", notice.id, open.mark);
                    let is_told = told.is_some_and(|told| told.contains(&mark));
                    if is_told || !receiver.on.contains(&notice.occasion) {
                        continue;
                    }
                    let may_send = may_record
                        && notified.delivered < MESSAGES_MAX
                        && (self.moment)().duration_since(begun) < TIME_MAX
                        && !(self.is_over)();
                    let sent = match (&open.way, &client) {
                        (Ok((url, key)), Some(client)) if may_send => {
                            Some(self.send(client, url, key, notice))
                        }
                        _ => None,
                    };
                    match sent {
                        Some(Ok(())) => {
                            self.calls.told(notice.occasion, "ok");
                            notified.delivered += 1;
                            arrived.push(mark);
                        }
                        Some(Err(why)) => {
                            self.calls.told(notice.occasion, "failed");
                            notified.waiting += 1;
                            notified.trouble.push(open.trouble(&why));
                            // Whoever does not answer once would hold up everybody else.
                            open.way = Err(());
                        }
                        None => notified.waiting += 1,
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
        notified.trouble.dedup();
        Some(notified)
    }

    fn record(
        &self,
        product: &Key,
        notices: Vec<String>,
        ledger: &mut dyn Ledger,
    ) -> Result<(), LedgerError> {
        ledger.append(&self.planner.scope, self.now, product, &EventKind::Notified { notices })
    }

    fn send(&self, client: &Client, url: &str, key: &SigningKey, notice: &Notice) -> Result<(), Unsent> {
        let document = wire::Notice::of(&self.planner.scope, notice);
        let body = serde_json::to_value(&document).map_err(|error| Unsent::Form(error.to_string()))?;
        let at = (self.moment)();
        let signature = key.sign(&notice.id, at, &body.to_string());
        // Told twice, it has the same name, and the receiver knows.
        let request = Request::new(Method::Post, url)
            .header("webhook-id", notice.id.clone())
            .header("webhook-timestamp", at.as_second().to_string())
            .header("webhook-signature", signature)
            .json(body)
            .repeatable();
        let answer = client.call(&request).map_err(Unsent::Http)?;
        match answer.is_success() {
            true => Ok(()),
            false => Err(Unsent::Status(answer.status)),
        }
    }
}

/// Why a message did not arrive.
enum Unsent {
    Form(String),
    Http(HttpError),
    Status(u16),
}

impl Open {
    fn of(receiver: &Receiver, trouble: &mut Vec<String>) -> Self {
        let (name, told_by, is_secret) = match &receiver.address {
            Address::Url(url) => (host(url).to_owned(), format!("url {url}"), false),
            Address::Variable(variable) => (format!("${variable}"), format!("variable {variable}"), true),
        };
        let digest = Digest::of_bytes(told_by.as_bytes()).to_string();
        let way = way(receiver).map_err(|why| trouble.push(format!("{name} is not told: {why}")));
        Self { name, mark: digest.get(..12).unwrap_or(&digest).to_owned(), way, is_secret }
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

/// The address and key of a receiver, from the environment.
fn way(receiver: &Receiver) -> Result<(String, SigningKey), String> {
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
    Ok((url, key))
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

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
