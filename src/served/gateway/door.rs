//! Who is at the door: the seller whose key a request was signed with.

use super::answer::problem;
use crate::http::sdk_hmac::{Message, SKEW_MAX, Unverified, verify};
use crate::served::replay::Use;
use crate::served::{Seller, Served};
use crate::wire::Name;
use crate::wire::gateway::{Problem, ProblemKind};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::Timestamp;

/// Whether a request says that it was signed with the key of a seller. Whether it was is seen when all of it is there.
pub(super) fn knows(served: &Served, headers: &HeaderMap) -> Result<(), Box<Problem>> {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(said) = said else {
        return Err(problem(ProblemKind::Unsigned, Unverified::Unsigned.to_string()));
    };
    let is_key = |key: &str| said.split([' ', ',']).any(|part| part.strip_prefix("Access=") == Some(key));
    match served.sellers.values().any(|seller| is_key(&seller.access_key)) {
        true => Ok(()),
        false => Err(problem(ProblemKind::SignatureWrong, Unverified::Wrong.to_string())),
    }
}

/// The seller who signed a request. What changes something is let in once.
pub(super) fn seller<'a>(
    served: &'a Served,
    changes: bool,
    head: &Parts,
    query: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<&'a Seller, Box<Problem>> {
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let path = head.uri.path();
    let message = Message { method: head.method.as_str(), path, query, headers: &headers, body };
    let of_key = |key: &str| served.sellers.values().find(|seller| seller.access_key == key);
    let secret_of = |key: &str| of_key(key).map(|seller| seller.secret_key.clone());
    let verified = verify(&message, secret_of, now, SKEW_MAX).map_err(|reason| {
        let kind = match reason {
            Unverified::Unsigned | Unverified::Unreadable(_) => ProblemKind::Unsigned,
            Unverified::Wrong => ProblemKind::SignatureWrong,
            Unverified::Skewed { .. } => ProblemKind::ClockSkewed,
        };
        let mut problem = problem(kind, reason.to_string());
        problem.now = (kind == ProblemKind::ClockSkewed).then_some(Name(now));
        problem
    })?;
    let Some(seller) = of_key(&verified.access_key) else {
        return Err(problem(ProblemKind::SignatureWrong, Unverified::Wrong.to_string()));
    };
    if !changes {
        return Ok(seller);
    }
    let lapses = verified.at.checked_add(SKEW_MAX).unwrap_or(Timestamp::MAX);
    match served.replays.take(&seller.name, &verified.signature, lapses, now) {
        Use::First => Ok(seller),
        Use::Again => Err(problem(
            ProblemKind::Replayed,
            "a request with this signature was taken already; sign every attempt anew",
        )),
        Use::Full => Err(problem(ProblemKind::Throttled, "too many requests were signed with this key")),
    }
}
