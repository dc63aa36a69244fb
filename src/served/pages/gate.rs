//! What every request passes: is it for this host, from whom, and if it changes anything, from a page of ours.

use super::failure::Failure;
use super::frame::{Frame, answer};
use super::sessions::{Visitor, is_same};
use super::{Site, welcome};
use axum::Form;
use axum::body::Body;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

/// The cookie of a login.
pub(super) const COOKIE: &str = "gallerist_sandbox";

/// What a form holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field's text without the space around it; empty when it is missing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }
}

/// Lets requests pass, and sees to it that every answer is safe to show.
pub(super) async fn gate(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let visitor = session(request.headers()).and_then(|id| site.sessions.visitor(id, site.now()));
    let mut response = match pass(visitor.as_ref(), request, next).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    };
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && !is_drawn(&response) {
        response = told(&site, visitor.as_ref(), response);
    }
    harden(response.headers_mut());
    response
}

async fn pass(visitor: Option<&Visitor>, mut request: Request, next: Next) -> Result<Response, Failure> {
    if !is_our_host(request.headers(), request.uri()) {
        let text = "This server answers under its address and as localhost only, so that no other site can lead a \
                    browser here under a name of its own.";
        return Err(Failure { status: StatusCode::MISDIRECTED_REQUEST, text: text.to_owned() });
    }
    let is_open = [welcome::LOGIN, "/style.css", "/icon.svg"].contains(&request.uri().path());
    if visitor.is_none() && !is_open {
        return Ok(Redirect::to(welcome::LOGIN).into_response());
    }
    if request.method() == Method::POST {
        if !is_from_here(request.headers()) {
            return Err(Failure::refused("Another site asked for this. Nothing was done."));
        }
        let fields = form(&mut request).await?;
        // Whoever logs in has no session yet; the token is proof enough.
        if let Some(visitor) = visitor.filter(|_| !is_open)
            && !is_same(fields.text("csrf"), &visitor.csrf)
        {
            return Err(Failure::refused(
                "The form is older than the login, or not from here. Nothing was done; open the page again.",
            ));
        }
        request.extensions_mut().insert(fields);
    }
    if let Some(visitor) = visitor {
        request.extensions_mut().insert(visitor.clone());
    }
    Ok(next.run(request).await)
}

/// Takes the form out of a request.
async fn form(request: &mut Request) -> Result<Fields, Failure> {
    let (parts, body) = std::mem::take(request).into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    *request = Request::from_parts(parts, Body::empty());
    match Form::from_request(whole, &()).await {
        Ok(Form(fields)) => Ok(Fields(fields)),
        Err(rejection) => {
            let text = "The form could not be read; it may hold more than fits. Nothing was done.";
            Err(Failure { status: rejection.status(), text: text.to_owned() })
        }
    }
}

fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, id)| id)
}

/// Whether the browser thinks that it speaks with a machine, not with a name that somebody else may point here.
fn is_our_host(headers: &HeaderMap, uri: &Uri) -> bool {
    let told = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or_else(|| {
        // Where a request names the whole address, that is what counts.
        uri.authority().map(axum::http::uri::Authority::as_str)
    });
    let Some(host) = told.and_then(|host| host.parse::<axum::http::uri::Authority>().ok()) else {
        return false;
    };
    let name = host.host().to_ascii_lowercase();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok() || bare.parse::<Ipv6Addr>().is_ok()
}

/// Whether a page of ours sent this. Pages that say nothing of where they are from leave `Origin` empty or `null`; then the
/// browser's own word counts where it gives one, and the form's token always.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    let origin = match (text("origin"), text("host")) {
        (None | Some("null"), _) => true,
        (Some(origin), Some(host)) => {
            let named = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            named.is_some_and(|named| named.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    };
    site && origin
}

/// Whether there is a page already, as when a form is shown again with what was wrong.
fn is_drawn(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|found| found.to_str().ok());
    media_type.is_some_and(|found| found.starts_with("text/html"))
}

/// The page instead of a page.
fn told(site: &Site, visitor: Option<&Visitor>, response: Response) -> Response {
    let status = response.status();
    let failure = response.extensions().get::<Failure>().cloned();
    let text = failure.map(|failure| failure.text).filter(|text| !text.is_empty());
    let (title, otherwise) = match status {
        StatusCode::NOT_FOUND => ("Nothing is here", "There is no page at this address."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not like this", "This address cannot be asked in that way."),
        StatusCode::FORBIDDEN => ("Refused", "This is not for you."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too much", "The form holds more than fits."),
        StatusCode::MISDIRECTED_REQUEST => ("Not under this name", ""),
        status if status.is_server_error() => ("Something broke", "The page could not be made."),
        _ => ("That makes no sense", "The request could not be read."),
    };
    let frame = Frame::of(site, visitor, "", title);
    let text = text.unwrap_or_else(|| otherwise.to_owned());
    let page = welcome::Failed { frame, status: status.as_u16(), text };
    let mut shown = answer(&page).unwrap_or_else(|_| status.into_response());
    *shown.status_mut() = status;
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        shown.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    shown
}

/// What may be in a page: its own style, pictures and forms, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

fn harden(headers: &mut HeaderMap) {
    let safe: [(HeaderName, &'static str); 9] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in safe {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
