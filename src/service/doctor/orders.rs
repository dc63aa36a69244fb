//! The orders that Huawei Cloud keeps for trying out: asked for with the seller's keys they prove, before any release, that
//! the keys and the clock are right. They are only read.

use super::Patient;
use super::marketplace::skew;
use crate::http::retry::Patience;
use crate::http::sdk_hmac::KeyPair;
use crate::http::{Client, HttpError, Limits, Method, Request, Response, SystemClock};
use crate::report::{Area, Examined, Health};
use crate::service::credentials::credentials;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

const AREA: Area = Area::Credentials;
/// Where an order is asked for.
const PATH: &str = "/api/mkp-openapi-public/global/v1/order/query";
/// Where each site is asked. No setting of a catalog: whoever may change its files must not say where keys are used.
const HOSTS: &[(&str, &str)] = &[
    ("intl", "https://mkt-intl.myhuaweicloud.com"),
    ("cn", "https://mkt.myhuaweicloud.com"),
    ("eu", "https://mkt.myhuaweicloud.eu"),
];
/// What an answer says when all is well.
const DONE: &str = "MKT.0000";
/// The orders there are for trying out. Their lines are called after them.
const ORDERS: &[&str] = &[
    "MOCKPERIODYEARNEW",
    "MOCKONETIMENEW",
    "MOCKONDEMAND",
    "MOCKONDEMANDPKG",
    "MOCKPERIODDAYTRIAL",
    "MOCKMONTYTRIALTOFORMAL",
    "MOCKMONTYUNSUBSCRIBE",
    "MOCKMONTYRENEW",
    "MOCKMONTYCHANGE",
];
const WHY: &str = "without them a seller's system learns of no order, and a product cannot be sold";

/// Asks for each order, unless nobody wants that.
pub(super) fn look(patient: &Patient) {
    if !patient.asked.orders {
        return;
    }
    patient.with_planner(AREA, |planner| {
        let target = planner.target;
        let root = planner.workspace.tree.root();
        let variable = |name: &str| std::env::var(name).ok();
        let found = match credentials(&target.name, root, &variable) {
            Ok(found) => found,
            Err(error) => {
                let (what, fixes) = super::told(&error);
                let found = Examined::wrong(Health::Error, AREA, "orders-keys", what, WHY);
                return patient.tell(fixes.into_iter().fold(found, Examined::fix));
            }
        };
        patient.tell(Examined::fine(AREA, "orders-keys", format!("the keys come from {}", found.from)));
        let host = patient.asked.host.as_deref().or_else(|| own_host(&target.profile.name));
        match host {
            Some(host) => ask_all(patient, host.trim_end_matches('/'), &found.keys),
            None => {
                let what = format!("site `{}` has no host of its own that is known", target.profile.name);
                let found = Examined::wrong(Health::Note, AREA, "orders", what, WHY);
                patient.tell(found.fix(patient.command("doctor --huawei --host https://HOST")));
            }
        }
    });
}

/// The host of an embedded site.
fn own_host(site: &str) -> Option<&'static str> {
    HOSTS.iter().find(|(name, _)| *name == site).map(|(_, host)| *host)
}

fn ask_all(patient: &Patient, host: &str, keys: &KeyPair) {
    let limits = Limits { time_max: Duration::from_secs(10), bytes_max: 1 << 20 };
    let patience = Patience { attempts_max: 1, total_max: SignedDuration::ZERO, ..Patience::default() };
    let client = match Client::new(limits, patience, Box::new(SystemClock)) {
        Ok(client) => client,
        Err(error) => return unanswered(patient, host, &error, keys),
    };
    let (mut good, mut told_the_time) = (0, false);
    for order in ORDERS {
        // Each is signed at its own moment.
        let (asked, answer) = (Timestamp::now(), client.call(&request(host, order, keys)));
        let answer = match answer {
            Ok(answer) => answer,
            // Whoever does not answer once keeps nobody waiting again and again.
            Err(error) => return unanswered(patient, host, &error, keys),
        };
        if let Some(theirs) = date(&answer).filter(|_| !told_the_time) {
            told_the_time = true;
            skew(patient, "orders-clock", host, theirs.duration_since(asked));
        }
        match wrong(order, &answer, keys) {
            None => good += 1,
            Some(found) => {
                let is_denied = matches!(answer.status, 401 | 403);
                patient.tell(found);
                if is_denied {
                    return;
                }
            }
        }
    }
    if good > 0 {
        let what = format!(
            "{host} knows these keys; orders for trying out that it answered: {good} of {}",
            ORDERS.len()
        );
        patient.tell(Examined::fine(AREA, "orders", what));
    }
}

fn request(host: &str, order: &str, keys: &KeyPair) -> Request {
    let url = format!("{host}{PATH}?orderId={order}&orderLineId={order}-000001");
    Request::new(Method::Get, url).signed(keys)
}

fn unanswered(patient: &Patient, host: &str, error: &HttpError, keys: &KeyPair) {
    let what = keys.redact(&error.to_string());
    let found = Examined::wrong(Health::Error, AREA, "orders", what, WHY);
    patient.tell(found.fix(format!("curl --verbose {host}")));
}

/// What is wrong with an answer; `None` when it is as it should be. What it says is a stranger's text.
fn wrong(order: &str, answer: &Response, keys: &KeyPair) -> Option<Examined> {
    let said: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
    let text = |name: &str| said.as_ref().and_then(|said| said.get(name)?.as_str().map(str::to_owned));
    let code = ["resultCode", "error_code", "errorCode", "code"].into_iter().find_map(text);
    let words = ["resultMsg", "error_msg", "errorMsg", "message"].into_iter().find_map(text);
    let explained = [code.clone(), words].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let explained: String = keys.redact(&explained).chars().take(200).collect();
    let explained = if explained.is_empty() { String::new() } else { format!(" ({explained})") };
    let wrong = |health, what: String| Examined::wrong(health, AREA, "orders", what, WHY);
    match answer.status {
        200 if code.as_deref() == Some(DONE) => None,
        401 | 403 => Some(
            wrong(Health::Error, format!("the keys are refused{explained}"))
                .fix("make a new pair in the account's My Credentials, and set GALLERIST_ACCESS_KEY and GALLERIST_SECRET_KEY")
                .fix("timedatectl set-ntp true"),
        ),
        200 => Some(
            wrong(Health::Warning, format!("order {order} is not answered as documented{explained}"))
                .fix("ask the operations manager whether the account may query orders"),
        ),
        status => Some(
            wrong(Health::Error, format!("order {order} is answered with {status}{explained}"))
                .fix("try again later; where it lasts, ask the operations manager"),
        ),
    }
}

/// The moment of an answer, by the clock of whoever answered.
fn date(answer: &Response) -> Option<Timestamp> {
    let text = answer.header("date")?;
    jiff::fmt::rfc2822::parse(text).ok().map(|moment| moment.timestamp())
}
