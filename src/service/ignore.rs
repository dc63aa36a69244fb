//! Leaving somebody else's change as it is for a while, and taking that back.

use super::accept::{Chosen, DriftChoice, is_called, names};
use super::adopt::record;
use super::evidence::by;
use super::planning::{Planner, live};
use super::workspace::{no_product, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::ledger::EventKind;
use crate::model::Item;
use crate::plan::History;
use crate::site::SiteProfile;
use crate::submission::IgnoredDrift;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// The longest time for which a change is left alone: whoever decided it should look again.
const DAYS_MAX: i64 = 366;

/// What is to be left as somebody else made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRequest {
    /// Of which products, and which fields.
    pub choice: DriftChoice,
    /// Why.
    pub reason: String,
    /// The day from which it is drift again, where the marketplace is.
    pub until: Date,
    /// Who decides it; `None` takes the git user.
    pub by: Option<String>,
}

/// Leaves what drifted as it is until a day, or until it is changed once more.
///
/// # Errors
/// When a product or item is unknown, nothing drifted, the day is past or too far, or the ledger cannot be written.
pub fn ignore(request: &Request, asked: &IgnoreRequest) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let until = end(&planner.target.profile, asked.until, now)?;
        let who = by(planner.workspace, asked.by.as_deref());
        let chosen = asked.choice.of(&plan)?;
        if chosen.iter().all(|found| found.decided.is_empty()) {
            return Err(refuse("nobody else changed anything of it that is not ignored already".to_owned()));
        }
        let mut sentences = Vec::new();
        for Chosen { product, decided, .. } in chosen {
            let key = &product.key;
            if decided.is_empty() {
                sentences.push(format!("Nobody else changed anything of `{key}`."));
                continue;
            }
            let drift = decided.iter().map(|drift| IgnoredDrift {
                item: drift.item.clone(),
                released: drift.released.clone(),
                by: who.clone(),
                reason: asked.reason.clone(),
                until,
            });
            let events = [EventKind::Ignored { drift: drift.collect() }];
            let before = situation.records.history(key).last_applied;
            record(planner, key, now, &events, |record| record.history.last_applied == before)?;
            sentences.push(format!(
                "Ignored for `{key}` until {}, or until it is changed once more: {}.",
                until.strftime("%Y-%m-%d %H:%M UTC"),
                names(decided)
            ));
        }
        let next = Some(planner.invocation().command("plan"));
        Ok(Recorded { sentence: sentences.join("\n"), path: None, next })
    })
}

/// Lets what is ignored count as drift again, before its time.
///
/// # Errors
/// When a product is unknown, nothing of it is ignored, or the ledger cannot be written.
pub fn heed(
    request: &Request,
    choice: &DriftChoice,
    by_name: Option<&str>,
) -> Result<Recorded, ServiceError> {
    live(request, |planner, situation, plan, now| {
        let who = by(planner.workspace, by_name);
        let mut sentences = Vec::new();
        for key in &choice.products {
            let history = situation.records.history(key);
            if !plan.products.iter().any(|found| found.key == *key) {
                return Err(no_product(&plan, key));
            }
            let is_chosen = |item: &Item| {
                choice.items.is_empty() || choice.items.iter().any(|text| is_called(item, text))
            };
            let Some(event) = taken_back(planner, &history, is_chosen, now) else { continue };
            let EventKind::Ignored { drift } = event else { continue };
            let items: Vec<String> = drift.iter().map(|found| found.item.describe()).collect();
            let drift = drift.into_iter().map(|found| IgnoredDrift { by: who.clone(), ..found }).collect();
            let before = history.ignored.clone();
            let events = [EventKind::Ignored { drift }];
            record(planner, key, now, &events, |record| record.history.ignored == before)?;
            sentences.push(format!("Not ignored any more of `{key}`: {}.", items.join(", ")));
        }
        if sentences.is_empty() {
            return Err(refuse("nothing of it is ignored".to_owned()));
        }
        let next = Some(planner.invocation().command("drift"));
        Ok(Recorded { sentence: sentences.join("\n"), path: None, next })
    })
}

/// The event that takes back what is ignored now of chosen items; `None` where nothing is.
pub(super) fn taken_back(
    planner: &Planner<'_>,
    history: &History,
    is_chosen: impl Fn(&Item) -> bool,
    now: Timestamp,
) -> Option<EventKind> {
    let counts = history.ignored.values().filter(|found| found.is_valid_at(now) && is_chosen(&found.item));
    let drift: Vec<IgnoredDrift> = counts
        .map(|found| IgnoredDrift {
            by: by(planner.workspace, None),
            reason: "it counts again".to_owned(),
            until: now,
            ..found.clone()
        })
        .collect();
    (!drift.is_empty()).then_some(EventKind::Ignored { drift })
}

/// The first moment of a day where the marketplace is.
fn end(site: &SiteProfile, day: Date, now: Timestamp) -> Result<Timestamp, ServiceError> {
    let until = day.to_zoned(site.time_zone.clone()).map_err(|error| refuse(error.to_string()))?.timestamp();
    if until <= now {
        return Err(refuse(format!("{day} has begun already: name the day from which it is drift again")));
    }
    if until.duration_since(now) > SignedDuration::from_hours(24 * DAYS_MAX) {
        return Err(refuse(format!("{day} is more than a year away: somebody should look again before")));
    }
    Ok(until)
}
