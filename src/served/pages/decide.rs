//! What people ask for on the pages: each is one request to an account, followed by a page that says what became of it.

use super::Call;
use super::failure::Failure;
use super::frame::in_address;
use super::sessions::Notice;
use super::words::counted;
use crate::sandbox::{Answer, Policy, Request};
use crate::served::Seller;
use crate::submission::{ApplicationId, Verdict};
use axum::response::{IntoResponse as _, Redirect, Response};

/// Most characters of a reason.
pub(super) const REASON_MAX: usize = 2_000;
/// Longest way the clock goes forward at once, in hours.
const HOURS_MAX: u32 = 366 * 24;

/// Tells on the next page what became of it.
fn told(call: &Call, done: bool, text: impl Into<String>, to: &str) -> Result<Response, Failure> {
    if let Some(visitor) = &call.visitor {
        call.site.sessions.tell(visitor, Notice { done, text: text.into() });
    }
    Ok(Redirect::to(to).into_response())
}

fn application(call: &Call) -> ApplicationId {
    ApplicationId(call.part("id").to_owned())
}

fn sheet(call: &Call, seller: &Seller) -> String {
    format!("/desk/{}/{}", seller.name, in_address(call.part("id")))
}

/// Asks for a decision; the desk is next when it was made, else the application again.
fn decide(call: &Call, request: &Request, done: &str) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let id = application(call);
    let name = seller.look(|state| state.applications.get(&id).map(|found| found.name.clone()))?;
    let Some(name) = name else {
        return Err(Failure::missing("This seller has no application with this id."));
    };
    match seller.ask(request, call.site.now())? {
        Answer::Refused(refusal) => told(call, false, refusal.text, &sheet(call, seller)),
        _ => told(call, true, format!("{done} {id}, {name}."), "/desk"),
    }
}

pub(super) fn approve(call: &Call) -> Result<Response, Failure> {
    decide(call, &Request::Approve(application(call)), "Approved")
}

/// Without the last thing it asks for, as the marketplace may do.
pub(super) fn approve_in_part(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let id = application(call);
    match seller.look(|state| state.all_but_the_last(&id))? {
        Some(operations) => {
            let request = Request::ApproveAs { application: id, operations };
            decide(call, &request, "Approved without the last thing it asks for:")
        }
        None => told(call, false, format!("{id} asks for one thing only."), &sheet(call, seller)),
    }
}

pub(super) fn reject(call: &Call) -> Result<Response, Failure> {
    let reason = call.fields.text("reason").replace("\r\n", "\n");
    let wrong = if reason.is_empty() {
        Some("Say why, in a few words: the seller has nothing else to go by.".to_owned())
    } else if reason.chars().count() > REASON_MAX {
        Some(format!("The reason has more than {REASON_MAX} characters; say it shorter."))
    } else if reason.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        Some("Leave out control characters, which nobody can see.".to_owned())
    } else {
        None
    };
    match wrong {
        Some(wrong) => {
            let to = sheet(call, call.seller()?);
            told(call, false, wrong, &to)
        }
        None => decide(call, &Request::Reject { application: application(call), reason }, "Rejected"),
    }
}

/// As somebody of the seller's would in the console.
pub(super) fn withdraw(call: &Call) -> Result<Response, Failure> {
    let request = Request::WithdrawByHand { by: "somebody".to_owned(), application: application(call) };
    decide(call, &request, "Withdrew")
}

/// Freezes a product's trading, or lifts that.
pub(super) fn freeze(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let key = seller.look(|state| state.products.get(call.part("id")).map(|row| row.key.clone()))?;
    let product = key.ok_or_else(|| Failure::missing("This seller has no product with this id."))?;
    let frozen = call.fields.text("frozen") == "yes";
    let to = format!("/console/{}/products/{}", seller.name, in_address(call.part("id")));
    match seller.ask(&Request::Freeze { product, frozen }, call.site.now())? {
        Answer::Refused(refusal) => told(call, false, refusal.text, &to),
        _ if frozen => told(call, true, "Trading is frozen; buyers do not find the product any more.", &to),
        _ => told(call, true, "The freeze is lifted.", &to),
    }
}

/// Moves the clocks of one seller or of all forward.
pub(super) fn advance(call: &Call) -> Result<Response, Failure> {
    let unit = match call.fields.text("unit") {
        "hours" => 1,
        _ => 24,
    };
    let amount: Option<u32> = call.fields.text("amount").parse().ok();
    let hours =
        amount.and_then(|amount| amount.checked_mul(unit)).filter(|hours| (1..=HOURS_MAX).contains(hours));
    let Some(hours) = hours else {
        return told(call, false, "The clock goes forward by at least an hour and at most a year.", "/desk");
    };
    let policy = match call.fields.text("policy") {
        "automatic" => Policy::Automatic,
        "approve" => Policy::ApproveAll,
        _ => Policy::Manual,
    };
    let sellers: Vec<&Seller> = match call.fields.text("seller") {
        "" => call.site.served.sellers.values().collect(),
        name => vec![call.site.seller(name)?],
    };
    let request = Request::AdvanceClock { seconds: hours * 3_600, policy };
    let (mut approved, mut rejected) = (0, 0);
    for seller in sellers {
        if let Answer::Decided(decided) = seller.ask(&request, call.site.now())? {
            approved += decided.iter().filter(|(_, verdict)| *verdict == Verdict::Approved).count();
            rejected += decided.iter().filter(|(_, verdict)| *verdict != Verdict::Approved).count();
        }
    }
    let by = match hours % 24 {
        0 => counted((hours / 24) as usize, "day", "days"),
        _ => counted(hours as usize, "hour", "hours"),
    };
    let verdicts = match (approved, rejected) {
        (0, 0) => String::new(),
        (approved, rejected) => format!(" Approved {approved}, rejected {rejected}."),
    };
    told(call, true, format!("The clock went forward by {by}.{verdicts}"), "/desk")
}
