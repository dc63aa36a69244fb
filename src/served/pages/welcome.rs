//! The start page, the way in and out, and what every page needs.

use super::failure::Failure;
use super::frame::{Frame, answer};
use super::sessions::is_same;
use super::words::counted;
use super::{Call, gate};
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};

/// Where to log in.
pub(super) const LOGIN: &str = "/login";

#[derive(Template)]
#[template(path = "failed.html")]
pub(super) struct Failed {
    pub(super) frame: Frame,
    pub(super) status: u16,
    pub(super) text: String,
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    frame: Frame,
    sellers: String,
    on_sale: String,
    waiting: usize,
}

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    frame: Frame,
    is_wrong: bool,
}

/// What this is, and where it leads.
pub(super) fn start(call: &Call) -> Result<Response, Failure> {
    let sellers = &call.site.served.sellers;
    let (mut on_sale, mut waiting) = (0, 0);
    for seller in sellers.values() {
        let (sold, pending) = seller.look(|state| {
            (
                state.products.values().filter(|row| super::sold::is_listed(row)).count(),
                state.pending().count(),
            )
        })?;
        on_sale += sold;
        waiting += pending;
    }
    answer(&Start {
        frame: call.frame("", "A KooGallery of your own"),
        sellers: counted(sellers.len(), "seller", "sellers"),
        on_sale: counted(on_sale, "product", "products"),
        waiting,
    })
}

/// The form for the token; an address that holds it needs no form.
pub(super) fn login(call: &Call) -> Result<Response, Failure> {
    match call.asked("token") {
        Some(token) => enter(call, token),
        None => answer(&Login { frame: call.frame("", "Log in"), is_wrong: false }),
    }
}

/// What the form sends.
pub(super) fn log_in(call: &Call) -> Result<Response, Failure> {
    enter(call, call.fields.text("token"))
}

fn enter(call: &Call, token: &str) -> Result<Response, Failure> {
    if !is_same(token, call.site.served.login_token.expose()) {
        let page = answer(&Login { frame: call.frame("", "Log in"), is_wrong: true })?;
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    let session = call.site.sessions.open(call.site.now());
    let session = session.ok_or_else(|| Failure::broken("This machine gives no random numbers."))?;
    go(&format!("{}={session}; Path=/; HttpOnly; SameSite=Strict", gate::COOKIE))
}

/// Ends the login.
pub(super) fn log_out(call: &Call) -> Result<Response, Failure> {
    if let Some(visitor) = &call.visitor {
        call.site.sessions.close(visitor);
    }
    let mut response = go(&format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", gate::COOKIE))?;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(LOGIN));
    Ok(response)
}

fn go(cookie: &str) -> Result<Response, Failure> {
    let mut response = Redirect::to("/").into_response();
    let cookie = HeaderValue::from_str(cookie).map_err(|error| Failure::broken(error.to_string()))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// How all pages look.
pub(super) fn style(_: &Call) -> Result<Response, Failure> {
    Ok(fixed("text/css; charset=utf-8", include_str!("style.css")))
}

/// The sign in the browser's tab.
pub(super) fn icon(_: &Call) -> Result<Response, Failure> {
    Ok(fixed("image/svg+xml", include_str!("icon.svg")))
}

fn fixed(media_type: &'static str, text: &'static str) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, media_type)], text).into_response()
}
