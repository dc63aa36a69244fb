//! Pausing: nothing is handed over for a product, or at all, until somebody resumes. It is written down at once, also while
//! a run is at work: a run looks once more before it sends anything.

use super::evidence::by;
use super::marketplace::Marketplace;
use super::planning::Planner;
use super::{Recorded, Request, ServiceError};
use crate::ledger::{EventKind, Records, fold};
use crate::marketplace::Observe;
use crate::model::Key;
use crate::submission::Pause;
use jiff::{SignedDuration, Timestamp};

/// A pause that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseRequest {
    /// The products; all that there are and will be when none is named.
    pub products: Vec<Key>,
    /// Why.
    pub reason: String,
    /// How long; `None` until somebody resumes.
    pub time: Option<SignedDuration>,
    /// Who; `None` is the git user.
    pub by: Option<String>,
}

/// Nothing is handed over any more: about these products, or at all.
///
/// # Errors
/// When a product is unknown, or the ledger cannot be written.
pub fn pause(request: &Request, wanted: &PauseRequest) -> Result<Recorded, ServiceError> {
    let PauseRequest { products, reason, time, by: given } = wanted;
    record(request, products, |planner, records, now| {
        let until = super::evidence::end(now, *time)?;
        let known = |key: &Key| records.history(key).paused;
        let before = if products.is_empty() {
            records.paused.clone()
        } else {
            products.iter().find_map(|key| known(key).filter(|pause| lasts_longer(pause, until, now)))
        };
        if let Some(before) = before.filter(|pause| lasts_longer(pause, until, now)) {
            return Err(ServiceError::Request {
                message: format!("it is paused longer already, up to {}", before.end()),
                hints: vec!["`gallerist resume` ends that one first, if that is meant".to_owned()],
            });
        }
        let who = by(planner.workspace, given.as_deref());
        let pause = Pause { by: who, reason: reason.clone(), until };
        let until = until.map(|until| format!(" until {}", until.strftime("%Y-%m-%d %H:%M UTC")));
        let how_long = until.unwrap_or_else(|| ", until somebody resumes".to_owned());
        let in_review = records.products.iter().filter(|(key, record)| {
            record.history.open.is_some() && (products.is_empty() || products.contains(key))
        });
        let in_review = match in_review.count() {
            0 => String::new(),
            1 => " What is in review stays there, and its verdict is recorded.".to_owned(),
            several => format!(
                " The {several} submissions on their way stay there, and their verdicts are recorded."
            ),
        };
        let sentence = format!("Nothing is handed over{}{how_long}.{in_review}", about(products));
        Ok((EventKind::Paused { all: products.is_empty(), pause }, sentence))
    })
}

/// A pause of these products ends, or the one of all.
///
/// # Errors
/// When a product is unknown or nothing is paused, or the ledger cannot be written.
pub fn resume(request: &Request, products: &[Key], given: Option<&str>) -> Result<Recorded, ServiceError> {
    record(request, products, |planner, records, now| {
        let counts = |pause: &Option<Pause>| pause.as_ref().is_some_and(|pause| pause.is_valid_at(now));
        let running = |key: &&Key| !counts(&records.history(key).paused);
        if let Some(running) = products.iter().find(running) {
            return Err(super::workspace::request(format!("nobody paused `{running}`")));
        }
        let own: Vec<&str> = records
            .products
            .iter()
            .filter(|(_, record)| counts(&record.history.paused))
            .map(|(key, _)| key.as_str())
            .collect();
        let sentence = if !products.is_empty() {
            let all = if counts(&records.paused) { " All products are paused still." } else { "" };
            format!("The pause{} ended.{all}", about(products))
        } else if counts(&records.paused) {
            let still =
                if own.is_empty() { String::new() } else { format!(" Paused still: {}.", own.join(", ")) };
            format!("The pause ended.{still}")
        } else {
            return Err(ServiceError::Request {
                message: "nobody paused everything".to_owned(),
                hints: match own.is_empty() {
                    true => Vec::new(),
                    false => vec![format!("paused is {}: name what is to go on", own.join(", "))],
                },
            });
        };
        let who = by(planner.workspace, given);
        Ok((EventKind::Resumed { all: products.is_empty(), by: who }, sentence))
    })
}

/// Whether a pause that counts would end later than another one: a shorter one must not end it.
fn lasts_longer(pause: &Pause, until: Option<Timestamp>, now: Timestamp) -> bool {
    let is_later = match (pause.until, until) {
        (None, Some(_)) => true,
        (Some(known), Some(until)) => known > until,
        (_, None) => false,
    };
    is_later && pause.is_valid_at(now)
}

fn about(products: &[Key]) -> String {
    let names: Vec<String> = products.iter().map(|key| format!("`{key}`")).collect();
    if names.is_empty() { String::new() } else { format!(" about {}", names.join(", ")) }
}

/// Appends one event about each of the products, or one about all.
fn record(
    request: &Request,
    products: &[Key],
    event: impl FnOnce(&Planner<'_>, &Records, Timestamp) -> Result<(EventKind, String), ServiceError>,
) -> Result<Recorded, ServiceError> {
    let workspace = super::workspace::open(request)?;
    let planner = Planner::new(&workspace, request)?;
    let mut ledger = workspace.ledger(planner.target)?;
    // A marketplace that cannot be reached is no reason not to pause; then the machine's clock has to do.
    let now = Marketplace::reading(&planner, request.now)
        .and_then(|driver| Ok(driver.now()?))
        .unwrap_or(request.now);
    let events = planner.of_today(ledger.events(&planner.scope)?)?;
    let records = fold(&planner.scope, &events, now);
    let known = |key: &&Key| {
        planner.definitions.catalog.definition(key.as_str()).is_some() || records.products.contains_key(*key)
    };
    if let Some(unknown) = products.iter().find(|key| !known(key)) {
        return Err(ServiceError::Request {
            message: format!("there is no product `{unknown}`"),
            hints: vec!["`gallerist status` shows those that there are".to_owned()],
        });
    }
    let (event, sentence) = event(&planner, &records, now)?;
    let all = std::slice::from_ref(&planner.scope.catalog);
    for product in if products.is_empty() { all } else { products } {
        ledger.append(&planner.scope, now, product, &event)?;
    }
    Ok(Recorded { sentence, path: None, next: Some(planner.invocation().command("status")) })
}
