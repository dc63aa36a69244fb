//! An application with what it changes, as its seller sees it and as it lies on the desk.

use super::changes::{self, Change, Group};
use super::difference::{Piece, Pieces};
use super::failure::Failure;
use super::frame::{Frame, answer, in_address};
use super::picture::{self, Picture};
use super::words::{self, Chip, Moment, lasted, moment};
use super::{Call, console, decide};
use crate::sandbox::{Application, Origin, ProductRow, Standing};
use crate::served::Seller;
use crate::submission::{ApplicationId, SubmissionKind};
use askama::Template;
use axum::response::Response;

/// What both views show.
struct Sheet {
    seller: String,
    id: String,
    name: String,
    kind: &'static str,
    delivery: &'static str,
    standing: Chip,
    since: Moment,
    submitted: Moment,
    waited: String,
    /// Who made it, under a name of its own.
    by: (&'static str, String),
    reason: Option<String>,
    removal: Option<String>,
    product: Option<String>,
    groups: Vec<Part>,
    /// Names of the two columns.
    columns: [&'static str; 2],
    /// Why it cannot be approved as it is.
    misfit: Option<String>,
}

struct Part {
    title: String,
    chip: Option<Chip>,
    /// Nothing was there before, so that only one column is shown.
    is_new: bool,
    changes: Vec<Shown>,
}

struct Shown {
    what: String,
    by: Option<String>,
    before: Pieces,
    after: Pieces,
    pictures: [Vec<Picture>; 2],
}

#[derive(Template)]
#[template(path = "application.html")]
struct Seen {
    frame: Frame,
    sheet: Sheet,
    is_pending: bool,
}

#[derive(Template)]
#[template(path = "decision.html")]
struct Desk {
    frame: Frame,
    sheet: Sheet,
    is_pending: bool,
    objections: Vec<String>,
    /// Whether there is something that can be left out.
    has_parts: bool,
    reason_max: usize,
}

/// What is needed of the account to show an application.
struct Found {
    application: Application,
    rows: Option<Result<(Option<ProductRow>, ProductRow), String>>,
    has_parts: bool,
    now: jiff::Timestamp,
}

fn find(call: &Call, seller: &Seller) -> Result<Found, Failure> {
    let id = ApplicationId(call.part("id").to_owned());
    let found = seller.look(|state| {
        let application =
            state.applications.get(&id).filter(|found| found.standing != Standing::Forgotten)?;
        let is_open = application.standing.is_open();
        let rows = is_open.then(|| state.would_become(application, None).map_err(|refusal| refusal.text));
        Some(Found {
            application: application.clone(),
            rows,
            has_parts: state.all_but_the_last(&id).is_some(),
            now: state.time(call.site.now()),
        })
    })?;
    found.ok_or_else(|| Failure::missing("This seller has no application with this id."))
}

fn sheet(seller: &Seller, found: &Found) -> Sheet {
    let Found { application, rows, now, .. } = found;
    let currency = seller.judge().site().currency.as_str();
    let asked = || changes::asked(application, &application.operations(None), currency);
    let (groups, misfit) = match rows {
        Some(Ok((before, after))) => (changes::between(before.as_ref(), after, currency), None),
        Some(Err(text)) => (asked(), Some(text.clone())),
        None => (asked(), None),
    };
    let columns = match rows {
        Some(Ok(_)) => ["On sale now", "After approval"],
        _ => ["Before", "Asked for"],
    };
    let removals = application.operations(None).into_iter().filter_map(|operation| operation.reason);
    let by = match &application.origin {
        Origin::Submitted { submission, .. } => ("Submission", submission.id.to_string()),
        Origin::Console { by, .. } => ("Made in the console by", by.clone()),
    };
    let product = application.product_id.as_ref();
    Sheet {
        seller: seller.name.to_string(),
        id: application.id.0.clone(),
        name: application.name.clone(),
        kind: words::kind(application.kind),
        delivery: application.delivery.console_name(),
        standing: words::standing(&application.standing),
        since: moment(application.changed_at),
        submitted: moment(application.submitted_at),
        waited: lasted(now.duration_since(application.submitted_at)),
        by,
        reason: words::rejection(application).map(str::to_owned),
        removal: removals.into_iter().next(),
        product: product.map(|id| format!("/console/{}/products/{}", seller.name, in_address(id))),
        groups: groups.into_iter().map(|group| part(seller, group)).collect(),
        columns,
        misfit,
    }
}

fn part(seller: &Seller, group: Group) -> Part {
    let Group { title, chip, changes } = group;
    let is_new = chip == Some(changes::NEW);
    let changes = changes.into_iter().map(|change| {
        let Change { what, by, before, after, files } = change;
        let pictures = files.map(|files| files.iter().filter_map(|file| picture::of(seller, file)).collect());
        Shown { what, by, before, after, pictures }
    });
    Part { title, chip, is_new, changes: changes.collect() }
}

/// My Applications > one of them.
pub(super) fn seen_by_the_seller(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let found = find(call, seller)?;
    if !console::is_known(&&found.application) {
        return Err(Failure::missing("The seller deleted this application."));
    }
    let frame = call.frame("console", format!("Application {}", found.application.id));
    let is_pending = found.application.standing == Standing::Pending;
    answer(&Seen { frame, sheet: sheet(seller, &found), is_pending })
}

/// The desk > one application, with what can be decided.
pub(super) fn on_the_desk(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let found = find(call, seller)?;
    let objections = match &found.rows {
        // A removal has no content to read.
        Some(Ok((before, after))) if found.application.kind != SubmissionKind::Remove => {
            seller.judge().objections(before.as_ref(), after)
        }
        _ => Vec::new(),
    };
    answer(&Desk {
        frame: call
            .frame("desk", format!("{} of {}", words::kind(found.application.kind), found.application.name)),
        sheet: sheet(seller, &found),
        is_pending: found.application.standing == Standing::Pending,
        objections: objections.iter().map(ToString::to_string).collect(),
        has_parts: found.has_parts,
        reason_max: decide::REASON_MAX,
    })
}
