//! The operations manager's desk: what waits at all sellers, oldest first.

use super::Call;
use super::console::asks;
use super::failure::Failure;
use super::frame::{Frame, Paging, answer, in_address};
use super::words::{self, Chip, Moment, lasted, moment};
use crate::sandbox::{Application, Standing};
use askama::Template;
use axum::response::Response;
use jiff::Timestamp;

/// Rows on one page.
const ROWS: usize = 50;
/// Verdicts that are told.
const DECIDED: usize = 8;
/// Sellers whose clocks are told.
const CLOCKS: usize = 12;

#[derive(Template)]
#[template(path = "desk.html")]
struct Desk {
    frame: Frame,
    rows: Vec<Row>,
    paging: Paging,
    decided: Vec<Row>,
    clocks: Vec<(String, Moment)>,
    sellers: Vec<String>,
}

struct Row {
    address: String,
    id: String,
    seller: String,
    name: String,
    kind: &'static str,
    asks: String,
    standing: Chip,
    at: Moment,
    waited: String,
}

fn row(seller: &str, application: &Application, at: Timestamp, now: Timestamp) -> Row {
    Row {
        address: format!("/desk/{seller}/{}", in_address(&application.id.0)),
        id: application.id.0.clone(),
        seller: seller.to_owned(),
        name: application.name.clone(),
        kind: words::kind(application.kind),
        asks: asks(application),
        standing: words::standing(&application.standing),
        at: moment(at),
        waited: lasted(now.duration_since(at)),
    }
}

/// The desk.
pub(super) fn desk(call: &Call) -> Result<Response, Failure> {
    let now = call.site.now();
    let (mut waiting, mut decided, mut clocks) = (Vec::new(), Vec::new(), Vec::new());
    for seller in call.site.served.sellers.values() {
        let name = seller.name.as_str();
        seller.look(|state| {
            let time = state.time(now);
            clocks.push((name.to_owned(), moment(time)));
            // Only their times until it is known which of them are shown.
            waiting.extend(state.pending().map(|found| (found.submitted_at, name, found.id.clone(), time)));
            let over = state
                .applications
                .values()
                .filter(|found| matches!(found.standing, Standing::Approved | Standing::Rejected(_)));
            decided.extend(over.map(|found| (found.changed_at, name, found.id.clone(), time)));
        })?;
    }
    waiting.sort();
    decided.sort();
    let paging = Paging::new(call.asked("page"), waiting.len(), ROWS, "/desk".to_owned());
    let rows = |wanted: Vec<(Timestamp, &str, crate::submission::ApplicationId, Timestamp)>| {
        let mut rows = Vec::new();
        for (at, name, id, time) in wanted {
            let seller = call.site.seller(name)?;
            let found =
                seller.look(|state| state.applications.get(&id).map(|found| row(name, found, at, time)))?;
            rows.extend(found);
        }
        Ok::<_, Failure>(rows)
    };
    answer(&Desk {
        frame: call.frame("desk", "Review desk"),
        rows: rows(paging.part(waiting.into_iter(), ROWS))?,
        paging,
        decided: rows(decided.into_iter().rev().take(DECIDED).collect())?,
        sellers: clocks.iter().map(|(name, _)| name.clone()).collect(),
        clocks: clocks.into_iter().take(CLOCKS).collect(),
    })
}
